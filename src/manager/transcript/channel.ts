import { join, resolve } from 'node:path';
import { findOwner } from '../../system/users';
import { Archive } from './archive';
import { Copier, dismissLeftCopier } from './copier';
import { COPIER_LIMIT } from './copier-script';
import { Fifo } from './fifo';
import { LogFile } from './file';
import type { TranscriptOptions } from './options';
import type { Ring } from './ring';
import { RotatingFile } from './rotation';
import { Sink } from './sink';
import { Stamper } from './stamp';
import type { Target } from './target';
import { locateCopier } from './unlinked-fifo';

/** Seconds until another copier is tried after a fault of the file. */
const FAULT_PAUSE = 1;
/** The same after one that was no good itself, and after a second in which the manager is better at it. */
const RETRY = 10;

/** One FIFO and the file its bytes go to, either by way of the manager or of a copier. */
export class Channel {
  readonly fifo: Fifo;
  readonly sink: Sink;
  readonly target: Target;
  readonly #options: TranscriptOptions;
  readonly #ring: Ring;
  readonly #path: string;
  /** The file, where a copier can do all that is asked for. */
  readonly #plain: LogFile | null;
  #copier: Copier | null = null;
  /** Where in the file the ring ends, while a copier writes it. */
  #position = 0;
  #isAsked = false;
  #nextCopier = 0;
  /** What the manager has read since then. */
  #second = Number.NEGATIVE_INFINITY;
  #taken = 0;

  /**
   * @param name of the FIFO, in the state folder
   * @param path of the file
   * @param ring gets what the program says, too
   * @throws the system's error; UserError for an unknown owner
   */
  constructor(name: string, path: string, options: TranscriptOptions, ring: Ring) {
    const { settings, clock, folder, tell, program } = options;
    const { transcriptTimestamps: stamps } = settings;
    this.#options = options;
    this.#ring = ring;
    this.#path = join(folder, name);
    this.target = openTarget(name, path, options);
    this.sink = new Sink({
      target: this.target,
      clock,
      limit: settings.transcriptBuffer,
      whenFull: settings.transcriptFull,
      stamper: stamps === 'off' ? null : new Stamper(stamps, clock),
      tell,
      onRoom: () => this.fifo.resume(),
    });
    const isPlain = stamps === 'off' && !settings.transcriptMarkers;
    this.#plain = isPlain && this.target instanceof LogFile ? this.target : null;
    // What is killed between a read and its write takes the bytes along, so no code is compiled in between.
    this.#take(Buffer.alloc(0), 0, false);
    // It holds the FIFO before the copier leaves, which may be the last one to have it open.
    this.fifo = new Fifo(this.#path, this.#take, program);
    try {
      const found = program === null ? null : locateCopier(this.#path, this.fifo.name);
      this.#takeLeftover(dismissLeftCopier(this.#path, found));
    } catch (error) {
      this.fifo.close();
      this.sink.close();
      throw error;
    }
    if (!this.sink.isFull) this.fifo.resume();
    // Of a program that is taken back nothing at all goes through the manager.
    if (program !== null) this.#engage();
  }

  /** Takes what was written until now. */
  drain(): void {
    if (this.#copier?.drain()) return;
    this.#dismiss(FAULT_PAUSE);
    this.fifo.drain();
  }

  /** Puts what a copier has written into the ring. */
  catchUp(): void {
    if (this.#copier) this.#readBack();
  }

  /**
   * Opens the file again by its name; what was said until now is in the old one.
   *
   * @throws the system's error; the old one goes on being written
   */
  reopen(): void {
    const had = this.#copier !== null;
    this.#dismiss(0);
    this.fifo.drain();
    this.sink.reopen();
    if (had) this.#engage();
  }

  close(): void {
    this.#dismiss(0);
    this.#nextCopier = Number.POSITIVE_INFINITY;
    // What cannot be written now is safer in the kernel, where the next manager finds it if the program lives on.
    if (this.sink.trouble === null) this.fifo.drain();
    this.fifo.close();
    this.sink.close();
  }

  readonly #take = (bytes: Buffer, length: number, lasts: boolean): boolean => {
    this.sink.write(bytes, 0, length);
    this.#ring.add(bytes, length, lasts);
    if (this.#plain && length > 0) this.#considerCopier(length);
    return !this.sink.isFull;
  };

  #considerCopier(length: number): void {
    const now = this.#options.clock.now();
    this.#taken += length;
    if (now < this.#second + 1) return;
    const wasMuch = this.#taken > COPIER_LIMIT;
    this.#second = now;
    this.#taken = 0;
    if (wasMuch) this.#nextCopier = now + RETRY;
    if (this.#isAsked || now < this.#nextCopier) return;
    this.#isAsked = true;
    setImmediate(() => {
      this.#isAsked = false;
      this.#engage();
    });
  }

  #engage(): void {
    const { clock } = this.#options;
    if (!this.#plain || this.#copier || this.sink.trouble !== null || clock.now() < this.#nextCopier) return;
    const stats = this.#plain.stat();
    if (!stats.isFile()) return;
    this.fifo.pause();
    this.#position = stats.size;
    try {
      this.#copier = new Copier({
        fifo: this.#path,
        input: this.fifo.name,
        output: this.#plain.descriptor,
        title: resolve(this.target.path),
        onWord: word => this.#obey(word),
      });
    } catch {
      // It works without, only that what a SIGKILL hits between a read and its write is lost.
      this.#nextCopier = clock.now() + RETRY;
      this.fifo.resume();
    }
  }

  #obey(word: 'much' | 'fault' | 'end'): void {
    if (word === 'end') {
      const text = `the process that copies to ${this.target.path} was killed; what it had read may be missing there`;
      this.#options.tell('warn', text);
    }
    this.#dismiss(word === 'fault' ? FAULT_PAUSE : RETRY);
    this.#second = this.#options.clock.now();
    this.#taken = 0;
  }

  /** @param pause seconds until there may be another one */
  #dismiss(pause: number): void {
    if (!this.#copier) return;
    const copier = this.#copier;
    this.#nextCopier = this.#options.clock.now() + pause;
    const leftover = copier.dismiss();
    this.#copier = null;
    this.#readBack();
    this.#takeLeftover(leftover);
    if (!this.sink.isFull) this.fifo.resume();
  }

  #readBack(): void {
    if (!this.#plain) return;
    const { skipped, bytes, end } = this.#plain.readBack(this.#position, this.#ring.size);
    this.#position = end;
    this.#ring.skip(skipped);
    this.#ring.add(bytes);
  }

  #takeLeftover(bytes: Buffer): void {
    this.sink.endsLine = this.#plain?.endsLine() ?? true;
    if (bytes.length > 0) this.#take(bytes, bytes.length, false);
  }
}

function openTarget(
  name: string,
  path: string,
  { settings, clock, folder, tell }: TranscriptOptions,
): Target {
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
    tell,
  });
  return new RotatingFile({ file, clock, size, interval, archive, tell });
}
