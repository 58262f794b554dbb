import { join } from 'node:path';
import { sleep } from '../../system/clock';
import { describeReason } from '../../system/errors';
import { Copying, findLeftCopiers } from './copying';
import type { ConsumeChunk, Fifo } from './fifo';
import { LogFile } from './file';
import { findPlain } from './files/open-target';
import { RotatingFile } from './files/rotation';
import { type OpenSinks, openSinks } from './open-sinks';
import type { TranscriptOptions } from './options';
import type { Ring } from './ring';
import type { Destination } from './sink';
import type { Target } from './target';
import { makePlainText } from './text/make-plain-text';
import type { PlainText } from './text/plain-text';
import type { Consume } from './text/stamp';

/** Seconds between looks at whether a command has read what waits for it. */
const FLUSH_POLL = 0.01;

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
  readonly #sinks: OpenSinks;
  readonly #options: ChannelOptions;
  /** The FIFO, and those that share its file. */
  readonly #fifos: Fifo[];
  /** The file, if the settings require nothing that a copier cannot do; else null. */
  readonly #plain: LogFile | null;
  /** With `transcript-plain`; else null. */
  readonly #plainText: PlainText | null;
  readonly #copying: Copying;
  /** While a copier writes: the position in the file up to which the ring has its bytes. */
  #position = 0;
  #isAboutToEngage = false;
  #isHeld = false;
  /** Gets the output that the manager reads; while it is there, no copier copies. */
  #watcher: ((bytes: Buffer) => void) | null = null;

  /** @throws the system's error; UsageError for an unknown owner; the FIFO is then still open */
  constructor(options: ChannelOptions) {
    const { settings, fifo } = options;
    this.#options = options;
    this.#fifos = [fifo];
    this.#sinks = openSinks(options, {
      onRoom: () => this.#read(),
      onRecovery: () => this.#copying.ensure(),
    });
    this.#plain = options.receiver ? null : findPlain(this.target, settings);
    this.#plainText = settings.transcriptPlain ? makePlainText() : null;
    try {
      this.#copying = this.#makeCopying();
    } catch (error) {
      this.sink.close();
      throw error;
    }
    // Warm up: a SIGKILL between a read and its write loses the bytes, so nothing must be compiled in between.
    this.#consume(Buffer.alloc(0), 0, false);
    fifo.consumer = this.#consume;
    this.#copying.begin();
  }

  get sink(): Destination {
    return this.#sinks.all;
  }

  get target(): Target {
    return this.#sinks.target;
  }

  /** See `Copying.settled`. */
  get settled(): Promise<void> {
    return this.#copying.settled;
  }

  get fifo(): Fifo {
    return this.#options.fifo;
  }

  /** Reads and writes everything that the program has written so far. */
  drain(): void {
    if (this.#copying.drain() || !this.#copying.dismissFormer()) return;
    for (const fifo of this.#fifos) if (!this.sink.isFull) fifo.drain();
  }

  /** Reads nothing until `endHold`. */
  hold(): void {
    this.#isHeld = true;
    for (const fifo of this.#fifos) fifo.pause();
  }

  endHold(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#read();
  }

  /**
   * Passes all output on, from now on. The manager copies it itself, because what a copier writes is no event here.
   *
   * @param watcher gets the bytes, which it must not keep; null ends that
   */
  watch(watcher: ((bytes: Buffer) => void) | null): void {
    try {
      if (watcher) this.#copying.pause();
    } catch {
      // A copier that does not answer copies on; what it has written is passed on when it answers.
    }
    this.#watcher = watcher;
    this.#read();
  }

  /** Begins a line for a new run: the last line of the previous one may have no end. */
  beginRun(): void {
    if (this.#options.settings.transcriptRotateStart) this.#rotate();
    if (this.#copying.isActive) this.sink.noteFileEnd(this.#plain?.endsLine() ?? true);
    this.#plainText?.reset();
    this.sink.endLine();
  }

  /** Where the file ends; 0 if it has more than the output, or is not a file. */
  get position(): number {
    return this.#plain?.stat().size ?? 0;
  }

  /** What was written to the file since a position, at most so many bytes of its end. */
  readSince(position: number, most: number): Buffer {
    return this.#plain?.readBack(position, most).bytes ?? Buffer.alloc(0);
  }

  /** Whether a copier writes to the file now. */
  get isCopied(): boolean {
    return this.#copying.isActive;
  }

  /** Adds the bytes that a copier has written to the ring. */
  catchUp(): void {
    if (this.#copying.isActive) this.#readBack();
  }

  /**
   * Reads another FIFO into the same file from now on; the manager copies both. The channel closes it.
   *
   * @param name of the FIFO in the state folder
   */
  join(fifo: Fifo, name: string): void {
    const former = findLeftCopiers({ ...this.#options, path: join(this.#options.folder, name), fifo });
    this.#copying.pause();
    this.#fifos.push(fifo);
    fifo.consumer = this.#consume;
    this.#copying.addFormer(former);
    this.#read();
  }

  /**
   * Reopens the file by its name; earlier output is in the old file.
   *
   * @throws the system's error; the old file then stays in use
   */
  reopen(): void {
    this.drain();
    this.#copying.pause();
    try {
      this.sink.reopen();
    } catch (error) {
      this.#read();
      throw error;
    }
    this.#copying.renew();
  }

  /** Leaves the output to the next manager; `forget` follows when that one reads, or does not. */
  release(): void {
    this.#copying.release();
    for (const fifo of this.#fifos) fifo.release();
    this.sink.close();
  }

  forget(): void {
    for (const fifo of this.#fifos.splice(0)) fifo.close();
  }

  /** Writes what waits for a command, which can be slow, at most for so many seconds. */
  async flush(seconds: number): Promise<void> {
    const { clock } = this.#options;
    for (const end = clock.now() + seconds; clock.now() < end; await sleep(FLUSH_POLL, clock)) {
      this.drain();
      if (this.#sinks.receiver?.held === 0) return;
    }
  }

  close(): void {
    // Output that cannot be written now is safer in the kernel: if the program survives, the next manager finds it.
    const isReadable = this.#copying.close() && this.sink.problem === null;
    for (const fifo of this.#fifos.splice(0)) {
      if (isReadable) fifo.drain();
      fifo.close();
    }
    this.sink.close();
  }

  readonly #consume: ConsumeChunk = (bytes, length, lasts) => {
    if (this.#plainText) this.#plainText.pass(bytes, 0, length, this.#write);
    else this.sink.write(bytes, 0, length);
    this.#options.ring.add(bytes, length, lasts);
    this.#watcher?.(bytes.subarray(0, length));
    if (length > 0 && this.#copying.noteRead(length)) this.#readSoon();
    return !this.sink.isFull;
  };

  readonly #write: Consume = (bytes, start, end) => this.sink.write(bytes, start, end);

  /** Not now: the chunk that is being consumed comes first. */
  #readSoon(): void {
    if (this.#isAboutToEngage) return;
    this.#isAboutToEngage = true;
    setImmediate(() => {
      this.#isAboutToEngage = false;
      this.#read();
    });
  }

  /** Has the copier read, or reads, unless there is no room. */
  #read(): void {
    if (this.#fifos.length === 1 && !this.#watcher) this.#copying.engage();
    const { isActive, isBeginning, awaitsFormer } = this.#copying;
    if (this.#isHeld || isActive || isBeginning || awaitsFormer || this.sink.isFull) return;
    for (const fifo of this.#fifos) fifo.resume();
  }

  /** What was kept for the file of the last run must not go to that of the next one. */
  #rotate(): void {
    const { target } = this;
    if (!(target instanceof RotatingFile) || target.isEmpty) return;
    if (this.#sinks.file?.problem !== null) return;
    try {
      this.#copying.pause();
    } catch (error) {
      this.#options.log('warn', `cannot rotate ${target.path}: ${describeReason(error)}`);
      return;
    }
    target.beginRun();
    this.sink.noteFileEnd(target.endsLine());
    this.#copying.renew();
  }

  #makeCopying(): Copying {
    const { parent, fifo, folder, name, program, clock, log, insecure } = this.#options;
    return new Copying({
      parent,
      fifo,
      path: join(folder, name),
      insecure,
      program,
      file: this.#plain,
      clock,
      log,
      canWrite: () => this.sink.problem === null,
      started: () => {
        this.#position = this.#plain?.stat().size ?? 0;
      },
      stopped: leftover => {
        this.#readBack();
        this.#consumeLeftover(leftover);
      },
      formerEnded: leftover => this.#consumeLeftover(leftover),
      changed: () => this.#read(),
    });
  }

  #readBack(): void {
    if (!this.#plain) return;
    const { ring } = this.#options;
    const { skipped, bytes, end } = this.#plain.readBack(this.#position, ring.size);
    this.#position = end;
    ring.skip(skipped);
    ring.add(bytes);
    this.#watcher?.(bytes);
  }

  #consumeLeftover(bytes: Buffer): void {
    const { target } = this;
    // The copier can be a former manager's, whose settings were others.
    if (target instanceof LogFile || target instanceof RotatingFile) this.sink.noteFileEnd(target.endsLine());
    if (bytes.length > 0) this.#consume(bytes, bytes.length, false);
  }
}
