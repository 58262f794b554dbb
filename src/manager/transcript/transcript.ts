import { constants } from 'node:fs';
import type { TranscriptSettings } from '../../settings/settings';
import { type Clock, formatLocalTime } from '../../system/clock';
import { describeReason, UserError } from '../../system/errors';
import type { Console } from '../console/console';
import type { Source } from '../parent/parent';
import type { Channel } from './channel';
import { saveLastOutput } from './last-output';
import { joinErrors, openChannel, openConsole } from './open-channels';
import { OpenDescriptors, openStream } from './open-stream';
import type { OutputCommand, TranscriptOptions } from './options';
import { Followers, Ring, Watchers } from './ring';

const { O_WRONLY } = constants;
/** Bytes of the program's last output that are available to clients. */
const RING_SIZE = 64 << 10;
/** Seconds that a client waits for output before it must ask again. */
const LONGEST_WAIT = 20;
/** Bytes of each file that another manager looks at again. */
const MOST_READ_BACK = 1 << 20;
/** Seconds that a command has to read what waits for it, when the manager exits. */
const FLUSH_LIMIT = 10;
/** The same while a copier writes the output to a file. */
const COPIED_WAIT = 1;

/** What becomes a program's descriptors 0, 1 and 2, to be closed here once it has them. */
export interface Outlets {
  descriptors: [input: Source | 'null', output: Source, errors: Source];
  close(): void;
}

/** Carries the program's output from its descriptors to the files. */
export class Transcript {
  /** With `pty`, and while a program that was started with it runs: its terminal. */
  readonly console: Console | null;
  readonly #ring = new Ring(RING_SIZE);
  readonly #settings: TranscriptSettings;
  readonly #folder: string;
  readonly #insecure: boolean;
  readonly #runAs: TranscriptOptions['runAs'];
  readonly #clock: Clock;
  readonly #output: Channel;
  readonly #errors: Channel | null;
  readonly #followers: Followers;
  readonly #watchers = new Watchers();
  /** The command that gets the output; null without one. */
  readonly receiver: OutputCommand | null;

  /** @throws the system's error when a FIFO or a file cannot be created or opened; UsageError for an unknown owner */
  constructor(options: TranscriptOptions) {
    const { settings, path } = options;
    this.#settings = settings;
    this.#folder = options.folder;
    this.#insecure = options.insecure ?? false;
    this.#runAs = options.runAs;
    this.#clock = options.clock;
    this.receiver = options.receiver ?? null;
    this.#followers = new Followers(this.#ring, options.clock);
    this.#output = openChannel('output', path, options, this.#ring);
    try {
      this.#errors =
        settings.stderrTranscript === null
          ? null
          : openChannel('errors', settings.stderrTranscript, { ...options, receiver: null }, this.#ring);
      if (this.#errors === null) joinErrors(this.#output, options);
      this.console = openConsole(this.#output, options);
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

  /** Resolves when there is output beyond a position, at the latest after some seconds, and before the transcript closes. */
  async awaitOutput(position: number): Promise<void> {
    if (this.ring.total !== position) return;
    // What a copier writes to a file is no event here.
    const isCopied = this.#channels.some(channel => channel.isCopied);
    await this.#followers.wait(isCopied ? COPIED_WAIT : LONGEST_WAIT);
  }

  /**
   * Passes all output on, from now on.
   *
   * @param makeWatcher makes one function for each stream, which gets its bytes and must not keep them
   * @returns a function that ends that
   */
  watch(makeWatcher: () => (bytes: Buffer) => void): () => void {
    return this.#watchers.add(this.#channels, makeWatcher);
  }

  /** The last output, that of an earlier manager included as far as the file shows it. */
  readLast(): Buffer {
    const kept = this.ring.read();
    const { position } = this.#output;
    const shown = this.#output.readSince(Math.max(0, position - RING_SIZE), RING_SIZE);
    return this.#errors === null && shown.length > kept.length ? shown : kept;
  }

  /** Where the file of each stream ends, for `readSince` of the next manager. */
  get positions(): number[] {
    return this.#channels.map(channel => channel.position);
  }

  /** What each stream has had since `positions`, as far as the files show it. */
  readSince(positions: readonly number[]): Buffer[] {
    return this.#channels.flatMap((channel, index) => {
      const from = positions[index];
      return from === undefined ? [] : channel.readSince(from, MOST_READ_BACK);
    });
  }

  /** Ends what waits for output. */
  endWaits(): void {
    this.#followers.wake();
  }

  /**
   * Resolves when the program's output has a reader that outlives this manager, or there can be none.
   *
   * @throws UserError when the command of `transcript-program` must run and cannot
   */
  get settled(): Promise<unknown> {
    return Promise.all([this.receiver?.settled, ...this.#channels.map(channel => channel.settled)]);
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
    return this.receiver?.target.warning ?? null;
  }

  /** Opens a descriptor that output can be written to. */
  openOutput(): Outlets {
    return this.#open(fds => {
      const output = fds.add(this.#output.fifo.open(), O_WRONLY);
      return ['null', output, output];
    });
  }

  /**
   * Gets ready for a run, before its spawn.
   *
   * @param done called with what prevents it, or null; at once without `pty`
   */
  prepareRun(done: (problem: string | null) => void): void {
    if (this.#settings.pty && this.console) this.console.open(done);
    else done(null);
  }

  /**
   * Opens the program's three descriptors.
   *
   * @param input what becomes its standard input instead of a file; closed with the others
   * @throws UserError when `stdin` or `stdout` cannot be opened
   */
  openOutlets(input: Source | null = null): Outlets {
    const { stdin, stdout } = this.#settings;
    // What the program writes comes behind the line that names its pid, which the parent tells only later.
    if (this.#settings.transcriptMarkers) for (const channel of this.#channels) channel.hold();
    return this.#open(fds => {
      const given = input && fds.addSource(input);
      const terminal = this.console?.takeSlave();
      if (terminal) return [fds.addSource(terminal), terminal, terminal];
      const output = fds.add(this.#output.fifo.open(), O_WRONLY);
      const errors = this.#errors ? fds.add(this.#errors.fifo.open(), O_WRONLY) : output;
      return [
        given ?? (stdin === null ? 'null' : fds.addSource(openStream(stdin, 'in', this.#runAs))),
        stdout === null ? output : fds.addSource(openStream(stdout, 'out', this.#runAs)),
        errors,
      ];
    });
  }

  /** Consumes everything written so far, so that the last output is in the file before an exit is acted on. */
  drain(): void {
    const drain = () => {
      for (const channel of this.#channels) channel.drain();
    };
    if (this.console) this.console.drain(drain);
    else drain();
  }

  /** Separates the output so far from that of the next run. */
  beginRun(): void {
    this.drain();
    for (const channel of this.#channels) channel.beginRun();
  }

  saveLastOutput(output: Buffer): void {
    saveLastOutput(this.#folder, output, this.#insecure);
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

  /** Leaves the output to the next manager; `forget` follows when that one reads, or does not. */
  release(): void {
    this.console?.release();
    for (const channel of this.#channels) channel.release();
  }

  /** Lets go of what `release` has kept. */
  forget(): void {
    for (const channel of this.#channels) channel.forget();
  }

  /** Before `close`: has the command of `transcript-program` get all output, then its end, and waits until it has exited. */
  async finish(): Promise<void> {
    if (!this.receiver) return;
    this.drain();
    this.receiver.hurry();
    await this.#output.flush(FLUSH_LIMIT);
    await this.receiver.end();
  }

  close(): void {
    if (this.console) this.drain();
    this.console?.close();
    for (const channel of this.#channels) channel.close();
  }

  #open(choose: (fds: OpenDescriptors) => Outlets['descriptors']): Outlets {
    const fds = new OpenDescriptors();
    try {
      return { descriptors: choose(fds), close: () => this.#endSpawn(fds) };
    } catch (error) {
      this.#endSpawn(fds);
      throw error;
    }
  }

  #endSpawn(fds: OpenDescriptors): void {
    fds.close();
    setImmediate(() => {
      for (const channel of this.#channels) channel.endHold();
    });
  }

  get #channels(): Channel[] {
    return this.#errors ? [this.#output, this.#errors] : [this.#output];
  }

  #sum(count: (channel: Channel) => number): number {
    return this.#channels.reduce((sum, channel) => sum + count(channel), 0);
  }
}
