import { join, resolve } from 'node:path';
import { findOwner } from '../../system/users';
import { Archive } from './archive';
import { Copier, dismissLeftCopier } from './copier';
import { CopierPolicy, type Dismissal } from './copier-policy';
import type { CopierReport } from './copier-talk';
import type { ConsumeChunk, Fifo } from './fifo';
import { LogFile } from './file';
import type { TranscriptOptions } from './options';
import type { Ring } from './ring';
import { RotatingFile } from './rotation';
import { Sink } from './sink';
import { Stamper } from './stamp';
import type { Target } from './target';
import { locateCopier } from './unlinked-fifo';

export interface ChannelOptions extends TranscriptOptions {
  /** The name of the FIFO in the state folder. */
  name: string;
  /** The file that gets the bytes. */
  path: string;
  /** Also receives the program's output. */
  ring: Ring;
  /** An open FIFO; the channel reads and closes it. */
  fifo: Fifo;
}

/** One FIFO and the file that receives its bytes, copied by the manager or by a copier. */
export class Channel {
  readonly fifo: Fifo;
  readonly sink: Sink;
  readonly target: Target;
  readonly #options: ChannelOptions;
  readonly #fifoPath: string;
  readonly #policy = new CopierPolicy();
  /** The file, if the settings require nothing that a copier cannot do; else null. */
  readonly #plain: LogFile | null;
  #copier: Copier | null = null;
  /** While a copier writes: the position in the file up to which the ring has its bytes. */
  #position = 0;
  #isAboutToEngage = false;

  /** @throws the system's error; UsageError for an unknown owner; the FIFO is then still open */
  constructor(options: ChannelOptions) {
    const { settings, name, folder, program, fifo } = options;
    this.#options = options;
    this.fifo = fifo;
    this.#fifoPath = join(folder, name);
    this.target = openTarget(options);
    this.sink = this.#makeSink();
    const isPlain = settings.transcriptTimestamps === 'off' && !settings.transcriptMarkers;
    this.#plain = isPlain && this.target instanceof LogFile ? this.target : null;
    // Warm up: a SIGKILL between a read and its write loses the bytes, so nothing must be compiled in between.
    this.#consume(Buffer.alloc(0), 0, false);
    this.fifo.consumer = this.#consume;
    try {
      this.#dismissLeftCopier();
    } catch (error) {
      this.sink.close();
      throw error;
    }
    if (!this.sink.isFull) this.fifo.resume();
    // No output of an adopted program passes through the manager.
    if (program !== null) this.#engage();
  }

  /** Reads and writes everything that the program has written so far. */
  drain(): void {
    if (this.#copier?.drain()) return;
    this.#dismiss('file error');
    this.fifo.drain();
  }

  /** Adds the bytes that a copier has written to the ring. */
  catchUp(): void {
    if (this.#copier) this.#readBack();
  }

  /**
   * Reopens the file by its name; earlier output is in the old file.
   *
   * @throws the system's error; the old file then stays in use
   */
  reopen(): void {
    const hadCopier = this.#copier !== null;
    this.#dismiss('reopening');
    this.fifo.drain();
    this.sink.reopen();
    if (hadCopier) this.#engage();
  }

  close(): void {
    this.#dismiss('closing');
    // Output that cannot be written now is safer in the kernel: if the program survives, the next manager finds it.
    if (this.sink.problem === null) this.fifo.drain();
    this.fifo.close();
    this.sink.close();
  }

  readonly #consume: ConsumeChunk = (bytes, length, lasts) => {
    this.sink.write(bytes, 0, length);
    this.#options.ring.add(bytes, length, lasts);
    if (this.#plain && length > 0 && this.#policy.noteRead(length, this.#options.clock.now()))
      this.#engageSoon();
    return !this.sink.isFull;
  };

  #engageSoon(): void {
    if (this.#isAboutToEngage) return;
    this.#isAboutToEngage = true;
    setImmediate(() => {
      this.#isAboutToEngage = false;
      this.#engage();
    });
  }

  #engage(): void {
    const now = this.#options.clock.now();
    if (!this.#plain || this.#copier || this.sink.problem !== null || !this.#policy.allows(now)) return;
    const stats = this.#plain.stat();
    if (!stats.isFile()) return;
    this.fifo.pause();
    this.#position = stats.size;
    try {
      this.#copier = new Copier({
        fifo: this.#fifoPath,
        input: this.fifo.name,
        output: this.#plain.descriptor,
        title: resolve(this.target.path),
        clock: this.#options.clock,
        onReport: report => this.#handleReport(report),
      });
    } catch {
      // Without a copier, a SIGKILL of the manager loses only the bytes between a read and its write.
      this.#policy.noteDismissed('copier error', now);
      this.fifo.resume();
    }
  }

  #handleReport(report: CopierReport): void {
    if (report === 'exited') {
      const text = `the process that copies to ${this.target.path} was killed; output that it had read may be missing`;
      this.#options.log('warn', text);
    }
    this.#dismiss(reasons[report]);
  }

  #dismiss(why: Dismissal): void {
    if (why === 'closing') this.#policy.noteDismissed(why, this.#options.clock.now());
    if (!this.#copier) return;
    const copier = this.#copier;
    this.#policy.noteDismissed(why, this.#options.clock.now());
    const leftover = copier.dismiss();
    this.#copier = null;
    this.#readBack();
    this.#consumeLeftover(leftover);
    if (!this.sink.isFull) this.fifo.resume();
  }

  /** Runs after the FIFO is opened, because the previous manager's copier may be the last process that has it open. */
  #dismissLeftCopier(): void {
    const path = this.#fifoPath;
    const found = this.#options.program === null ? null : locateCopier(path, this.fifo.name);
    this.#consumeLeftover(dismissLeftCopier(path, found, this.#options.clock));
  }

  #readBack(): void {
    if (!this.#plain) return;
    const { ring } = this.#options;
    const { skipped, bytes, end } = this.#plain.readBack(this.#position, ring.size);
    this.#position = end;
    ring.skip(skipped);
    ring.add(bytes);
  }

  #consumeLeftover(bytes: Buffer): void {
    this.sink.endsLine = this.#plain?.endsLine() ?? true;
    if (bytes.length > 0) this.#consume(bytes, bytes.length, false);
  }

  #makeSink(): Sink {
    const { settings, clock, log } = this.#options;
    const { transcriptTimestamps: stamps } = settings;
    return new Sink({
      target: this.target,
      clock,
      limit: settings.transcriptBuffer,
      whenFull: settings.transcriptFull,
      stamper: stamps === 'off' ? null : new Stamper(stamps, clock),
      log,
      onRoom: () => this.fifo.resume(),
    });
  }
}

const reasons: Record<CopierReport, Dismissal> = {
  'too much output': 'too much output',
  'file error': 'file error',
  exited: 'copier error',
};

function openTarget({ name, path, settings, clock, folder, log }: ChannelOptions): Target {
  const { transcriptOwner: owner, transcriptRotateSize: size, transcriptRotateInterval: interval } = settings;
  const file = new LogFile(path, {
    mode: settings.transcriptMode,
    owner: owner === null ? null : findOwner(owner),
  });
  if (size === null && interval === null) return file;
  const archive = new Archive({
    path,
    keep: settings.transcriptKeep,
    maxTotal: settings.transcriptMaxTotal,
    compress: settings.transcriptCompress,
    list: join(folder, `${name}-rotated`),
    log,
  });
  return new RotatingFile({ file, clock, size, interval, archive, log });
}
