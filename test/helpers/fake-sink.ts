import { Sink, type SinkOptions } from '../../src/manager/transcript/sink';
import type { Target } from '../../src/manager/transcript/target';
import { FakeClock } from './fake-clock';

/** A file on a disk with a given number of free bytes. */
export class FakeFile implements Target {
  readonly path = '/log/app.log';
  readonly warning = null;
  error: unknown = null;
  room = Number.POSITIVE_INFINITY;
  code = 'ENOSPC';
  written = '';
  gone = false;
  reopened = 0;
  reopenFault: Error | null = null;
  closed = false;

  write(bytes: Buffer, start: number, end: number): number {
    const count = Math.min(end - start, this.room);
    this.room -= count;
    this.written += bytes.toString('latin1', start, start + count);
    this.error =
      count === end - start ? null : Object.assign(new Error(this.code), { code: this.code, errno: 0 });
    return start + count;
  }

  isRemoved = () => this.gone;

  reopen(): void {
    if (this.reopenFault) throw this.reopenFault;
    this.reopened += 1;
    this.gone = false;
  }

  close(): void {
    this.closed = true;
  }
}

/** A sink of ten bytes, and all that it deals with. */
export function makeSink(options: Partial<SinkOptions> = {}) {
  const file = new FakeFile();
  const clock = new FakeClock();
  const told: string[] = [];
  let rooms = 0;
  const sink = new Sink({
    target: file,
    clock,
    limit: 10,
    whenFull: 'drop',
    stamper: null,
    log: (level, text) => told.push(`${level}: ${text}`),
    onRoom: () => {
      rooms += 1;
    },
    ...options,
  });
  const write = (text: string) => sink.write(Buffer.from(text, 'latin1'), 0, text.length);
  return { file, clock, sink, told, write, rooms: () => rooms };
}
