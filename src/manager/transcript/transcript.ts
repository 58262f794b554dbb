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

/** Bytes of the program's last output that are available to clients. */
const RING_SIZE = 64 << 10;

/** The descriptors that become a program's 0, 1 and 2. */
export type Outlets = [input: number | 'ignore', output: number, errors: number];

/** Carries the program's output from its descriptors to the files. */
export class Transcript {
  readonly #ring = new Ring(RING_SIZE);
  readonly #settings: TranscriptSettings;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #output: Channel;
  readonly #errors: Channel | null;

  /** @throws the system's error when a FIFO or a file cannot be created or opened; UsageError for an unknown owner */
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

  /** The program's last output, from both streams. */
  get ring(): Ring {
    for (const channel of this.#channels) channel.catchUp();
    return this.#ring;
  }

  /** Total bytes dropped so far. */
  get lost(): number {
    return this.#sum(({ sink }) => sink.lost);
  }

  /** Bytes that wait in memory. */
  get held(): number {
    return this.#sum(({ sink }) => sink.held);
  }

  /** The current problem with the files, or null. */
  get problem(): string | null {
    for (const { sink, target } of this.#channels) {
      const problem = sink.problem ?? target.warning;
      if (problem !== null) return problem;
    }
    return null;
  }

  /** Lends `use` a descriptor that output can be written to, and closes it when `use` returns. */
  lendOutput<T>(use: (output: number) => T): T {
    return lend(this.#output.fifo, use);
  }

  /**
   * Lends `use` the program's three descriptors, and closes them when `use` returns.
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

  /** Consumes everything written so far, so that the last output is in the file before an exit is acted on. */
  drain(): void {
    for (const channel of this.#channels) channel.drain();
  }

  /**
   * Saves the last output of a run that has ended to the file `last-output` in the state folder, for the user to read.
   * Errors, such as a full disk, are ignored.
   *
   * @param mark an earlier value of `ring.total`
   */
  saveLastOutput(mark: number): void {
    const path = join(this.#folder, 'last-output');
    try {
      writePrivateFile(`${path}.new`, this.ring.read(mark));
      renameSync(`${path}.new`, path);
    } catch {
      // The record of the exit contains the last lines in any case.
    }
  }

  /** Writes a message of zd after the output so far, if `transcript-markers` is on. */
  mark(text: string): void {
    if (!this.#settings.transcriptMarkers) return;
    this.#output.sink.writeLine(`zd: ${formatLocalTime(this.#clock.wall())} ${text}`);
  }

  /**
   * Reopens the files by their names; earlier output is in the old files.
   *
   * @throws UserError when a file cannot be opened; the old one then stays in use
   */
  reopen(): void {
    const problems: string[] = [];
    for (const channel of this.#channels) {
      try {
        channel.reopen();
      } catch (error) {
        problems.push(`${channel.target.path}: ${describeReason(error)}`);
      }
    }
    if (problems.length > 0) throw new UserError(problems.join('; '));
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
