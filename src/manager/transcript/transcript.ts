import { closeSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { TranscriptSettings } from '../../settings/settings';
import { type Clock, formatLocalTime } from '../../system/clock';
import { describeReason, UserError } from '../../system/errors';
import { writePrivateFile } from '../../system/files';
import { Channel } from './channel';
import { Fifo } from './fifo';
import { lendFile } from './lend-file';
import type { TranscriptOptions } from './options';
import { Ring } from './ring';

/** Bytes that are remembered for those who ask what the program said last. */
const RING_SIZE = 64 << 10;

/** What a program is given as 0, 1 and 2. */
export type Outlets = [input: number | 'ignore', output: number, errors: number];

/** Everything the program says, on its way from its descriptors to the files. */
export class Transcript {
  readonly #ring = new Ring(RING_SIZE);
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
    this.#output = openChannel('output', path, options, this.#ring);
    try {
      this.#errors =
        settings.stderrTranscript === null
          ? null
          : openChannel('errors', settings.stderrTranscript, options, this.#ring);
    } catch (error) {
      this.#output.close();
      throw error;
    }
  }

  /** What it said last, on both streams. */
  get ring(): Ring {
    for (const channel of this.#channels) channel.catchUp();
    return this.#ring;
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
    for (const channel of this.#channels) channel.drain();
  }

  /**
   * Keeps what is remembered of the output of a run that has ended in a file of the state folder, `last-output`, for
   * people to look at. A disk that is full costs them that.
   *
   * @param mark a former `ring.total`
   */
  saveLastOutput(mark: number): void {
    const path = join(this.#folder, 'last-output');
    try {
      writePrivateFile(`${path}.new`, this.ring.read(mark));
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
    const faults: string[] = [];
    for (const channel of this.#channels) {
      try {
        channel.reopen();
      } catch (error) {
        faults.push(`${channel.target.path}: ${describeReason(error)}`);
      }
    }
    if (faults.length > 0) throw new UserError(faults.join('; '));
    this.mark('reopened');
  }

  close(): void {
    for (const channel of this.#channels) channel.close();
  }

  get #channels(): Channel[] {
    return this.#errors ? [this.#output, this.#errors] : [this.#output];
  }

  #sum(count: (channel: Channel) => number): number {
    return this.#channels.reduce((sum, channel) => sum + count(channel), 0);
  }
}

function openChannel(name: string, path: string, options: TranscriptOptions, ring: Ring): Channel {
  const fifo = new Fifo(join(options.folder, name), options.program);
  try {
    return new Channel({ ...options, name, path, ring, fifo });
  } catch (error) {
    fifo.close();
    throw error;
  }
}

function lend<T>(fifo: Fifo, use: (fd: number) => T): T {
  const fd = fifo.open();
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}
