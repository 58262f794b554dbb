import { join, resolve } from 'node:path';
import { findOwner } from '../../system/users';
import { Archive } from './archive';
import { Copier, dismissLeftCopier } from './copier';
import { CopierPolicy, type Dismissal } from './copier-policy';
import type { Fifo, TakeChunk } from './fifo';
import { LogFile } from './file';
import type { TranscriptOptions } from './options';
import type { Ring } from './ring';
import { RotatingFile } from './rotation';
import { Sink } from './sink';
import { Stamper } from './stamp';
import type { Target } from './target';
import { locateCopier } from './unlinked-fifo';

export interface ChannelOptions extends TranscriptOptions {
  /** The FIFO's name in the state folder. */
  name: string;
  /** The file that gets the bytes. */
  path: string;
  /** Gets the program's output as well. */
  ring: Ring;
  /** Open; the channel reads and closes it. */
  fifo: Fifo;
}

/** One FIFO and the file its bytes go to, copied by the manager or by a copier. */
export class Channel {
  readonly fifo: Fifo;
  readonly sink: Sink;
  readonly target: Target;
  readonly #options: ChannelOptions;
  readonly #fifoPath: string;
  readonly #policy = new CopierPolicy();
  /** The file, if a copier can do all that is asked for. */
  readonly #plain: LogFile | null;
  #copier: Copier | null = null;
  /** Where in the file the ring ends, while a copier writes to it. */
  #position = 0;
  #isAboutToEngage = false;

  /** @throws the system's error; UserError for an unknown owner; then the FIFO is still open */
  constructor(options: ChannelOptions) {
    const { settings, name, folder, program, fifo } = options;
    this.#options = options;
    this.fifo = fifo;
    this.#fifoPath = join(folder, name);
    this.target = openTarget(options);
    this.sink = this.#makeSink();
    const isPlain = settings.transcriptTimestamps === 'off' && !settings.transcriptMarkers;
    this.#plain = isPlain && this.target instanceof LogFile ? this.target : null;
    // A SIGKILL between a read and its write loses the bytes, so no code must be compiled in between.
    this.#consume(Buffer.alloc(0), 0, false);
    this.fifo.consumer = this.#consume;
    try {
      this.#dismissLeftCopier();
    } catch (error) {
      this.sink.close();
      throw error;
    }
    if (!this.sink.isFull) this.fifo.resume();
    // Nothing at all of an adopted program's output goes through the manager.
    if (program !== null) this.#engage();
  }

  /** Reads and writes what the program has written until now. */
  drain(): void {
    if (this.#copier?.drain()) return;
    this.#dismiss('file fault');
    this.fifo.drain();
  }

  /** Puts what a copier has written into the ring. */
  catchUp(): void {
    if (this.#copier) this.#readBack();
  }

  /**
   * Opens the file again by its name; earlier output is in the old one.
   *
   * @throws the system's error; then the old file is still written
   */
  reopen(): void {
    const hadCopier = this.#copier !== null;
    this.#dismiss('on purpose');
    this.fifo.drain();
    this.sink.reopen();
    if (hadCopier) this.#engage();
  }

  close(): void {
    this.#dismiss('for good');
    // What cannot be written now is safer in the kernel, where the next manager finds it if the program is still alive.
    if (this.sink.trouble === null) this.fifo.drain();
    this.fifo.close();
    this.sink.close();
  }

  readonly #consume: TakeChunk = (bytes, length, lasts) => {
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
    if (!this.#plain || this.#copier || this.sink.trouble !== null || !this.#policy.allows(now)) return;
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
        onWord: word => this.#obey(word),
      });
    } catch {
      // Without a copier, only what a SIGKILL of the manager hits between a read and its write is lost.
      this.#policy.noteDismissed('copier fault', now);
      this.fifo.resume();
    }
  }

  #obey(word: 'much' | 'fault' | 'end'): void {
    if (word === 'end') {
      const text = `the process that copies to ${this.target.path} was killed; what it had read may be missing there`;
      this.#options.log('warn', text);
    }
    this.#dismiss(({ much: 'too much output', fault: 'file fault', end: 'copier fault' } as const)[word]);
  }

  #dismiss(why: Dismissal): void {
    if (why === 'for good') this.#policy.noteDismissed(why, this.#options.clock.now());
    if (!this.#copier) return;
    const copier = this.#copier;
    this.#policy.noteDismissed(why, this.#options.clock.now());
    const leftover = copier.dismiss();
    this.#copier = null;
    this.#readBack();
    this.#consumeLeftover(leftover);
    if (!this.sink.isFull) this.fifo.resume();
  }

  /** The FIFO is open by now: the copier of the previous manager may be the last process that has it open. */
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
