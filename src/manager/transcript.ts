import { closeSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, formatLocalTime } from '../clock';
import { describeReason, UserError } from '../errors';
import type { TranscriptSettings } from '../transcript-settings';
import { Archive } from './archive';
import { lendFile } from './attach';
import { Ring } from './ring';
import { RotatingFile } from './rotation';
import { Sink } from './sink';
import { Stamper } from './stamp';
import { Fifo, type TakeChunk } from './transcript-fifo';
import { LogFile, type Target } from './transcript-file';
import { findOwner } from './transcript-owner';

export interface TranscriptOptions {
  /** The state folder: its FIFOs are there. */
  folder: string;
  /** The file that gets the output. */
  path: string;
  settings: TranscriptSettings;
  /** The pid of a program that runs and is to be read on from, or null. */
  program: number | null;
  clock: Clock;
  /** For the manager's own log. */
  tell(level: 'error' | 'warn', text: string): void;
}

/** Bytes that are remembered for those who ask what the program said last. */
const RING_SIZE = 64 << 10;

/** What a program is given as 0, 1 and 2. */
export type Outlets = [input: number | 'ignore', output: number, errors: number];

/** Everything the program says, on its way from its descriptors to the files. */
export class Transcript {
  /** What it said last, on both streams. */
  readonly ring = new Ring(RING_SIZE);
  readonly #settings: TranscriptSettings;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #output: Channel;
  readonly #errors: Channel | null;

  /** @throws the system's error when a FIFO or a file cannot be made or opened; UsageError for an unknown owner */
  constructor(options: TranscriptOptions) {
    const { settings, path } = options;
    this.#settings = settings;
    this.#folder = options.folder;
    this.#clock = options.clock;
    this.#output = new Channel('output', path, options, this.ring);
    this.#errors =
      settings.stderrTranscript === null
        ? null
        : new Channel('errors', settings.stderrTranscript, options, this.ring);
  }

  /** Bytes that were dropped, ever. */
  get lost(): number {
    return this.#sum(({ sink }) => sink.lost);
  }

  /** Bytes that wait in memory. */
  get held(): number {
    return this.#sum(({ sink }) => sink.held);
  }

  /** What is wrong with the files at present. */
  get trouble(): string | null {
    for (const { sink, target } of this.#channels) {
      const trouble = sink.trouble ?? target.complaint;
      if (trouble !== null) return trouble;
    }
    return null;
  }

  /** Lends `use` a descriptor for all that a program says, closed again when it returns. */
  lendOutput<T>(use: (output: number) => T): T {
    return lend(this.#output.fifo, use);
  }

  /**
   * Lends `use` what the program is to get.
   *
   * @throws UserError when `stdin` or `stdout` cannot be opened
   */
  lendOutlets<T>(use: (outlets: Outlets) => T): T {
    const { stdin, stdout } = this.#settings;
    return lend(this.#output.fifo, common =>
      lend(this.#errors?.fifo ?? this.#output.fifo, errors =>
        lendFile(stdin, 'in', 'ignore' as const, input =>
          lendFile(stdout, 'out', common, output => use([input, output, errors])),
        ),
      ),
    );
  }

  /** Takes what was written until now, so that an exit is never acted on before its last words are in the file. */
  drain(): void {
    for (const { fifo } of this.#channels) fifo.drain();
  }

  /**
   * Keeps what is remembered of the output of a run that has ended in a file of the state folder, `last-output`, for
   * people to look at. A disk that is full costs them that.
   *
   * @param mark a former `ring.total`
   */
  keepLastWords(mark: number): void {
    const path = join(this.#folder, 'last-output');
    try {
      writeFileSync(`${path}.new`, this.ring.read(mark), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    } catch {
      // The last lines are with the record of the exit in any case.
    }
  }

  /** Writes a line of our own after what was taken until now, where `transcript-markers` asks for it. */
  mark(text: string): void {
    if (!this.#settings.transcriptMarkers) return;
    this.#output.sink.line(`zd: ${formatLocalTime(this.#clock.wall())} ${text}`);
  }

  /**
   * Opens the files again by their names; what was said until now is in the old ones.
   *
   * @throws UserError when one cannot be opened; the old one goes on being written
   */
  reopen(): void {
    this.drain();
    const faults: string[] = [];
    for (const { sink, target } of this.#channels) {
      try {
        sink.reopen();
      } catch (error) {
        faults.push(`${target.path}: ${describeReason(error)}`);
      }
    }
    if (faults.length > 0) throw new UserError(faults.join('; '));
    this.mark('reopened');
  }

  close(): void {
    for (const { fifo, sink } of this.#channels) {
      // What cannot be written now is safer in the kernel, where the next manager finds it if the program lives on.
      if (sink.trouble === null) fifo.drain();
      fifo.close();
      sink.close();
    }
  }

  get #channels(): Channel[] {
    return this.#errors ? [this.#output, this.#errors] : [this.#output];
  }

  #sum(count: (channel: Channel) => number): number {
    return this.#channels.reduce((sum, channel) => sum + count(channel), 0);
  }
}

/** One FIFO and the file its bytes go to. */
class Channel {
  readonly fifo: Fifo;
  readonly sink: Sink;
  readonly target: Target;

  constructor(name: string, path: string, options: TranscriptOptions, ring: Ring) {
    const { settings, clock, folder, tell } = options;
    const { transcriptTimestamps: stamps } = settings;
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
    const { sink } = this;
    const take: TakeChunk = (bytes, length, lasts) => {
      sink.write(bytes, 0, length);
      ring.add(bytes, length, lasts);
      return !sink.isFull;
    };
    // What is killed between a read and its write takes the bytes along, so no code is compiled in between.
    take(Buffer.alloc(0), 0, false);
    this.fifo = new Fifo(join(folder, name), take, options.program);
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

function lend<T>(fifo: Fifo, use: (fd: number) => T): T {
  const fd = fifo.open();
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}
