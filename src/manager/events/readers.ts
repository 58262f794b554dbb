import { SUBSCRIBER_BYTES } from '../../protocol/events';
import {
  encodeLine,
  formatDropped,
  formatLine,
  MOST_READERS,
  type ReadParams,
  type ReadReply,
  type SentLine,
} from '../../protocol/output-lines';
import type { Answer, Following } from '../control/connection';
import type { Transcript } from '../transcript/transcript';
import { LineSplitter, type TakeLine } from './split-lines';
import type { EventStream, Subscriber } from './stream';

const NEWLINE = 0x0a;

export interface ReadersOptions {
  /** Says when a program has exited. */
  events: Pick<EventStream, 'heard'>;
  /** Throws an error for the reader while there is no output to see. */
  transcript(): Transcript;
  /** Whether the program runs, so that it may continue its last line. */
  isUp(): boolean;
}

/**
 * Those who read the output line by line. What a reader does not read is bounded: beyond that, lines are dropped for it
 * and counted. Nobody waits for a reader, and without one nothing is done.
 */
export class Readers {
  readonly #options: ReadersOptions;
  /** Each with the count of lines that it had no room for. */
  readonly #readers = new Map<Subscriber, number>();
  /** One for each stream. */
  #splitters: LineSplitter[] = [];
  /** The number of the last line. */
  #last = 0;
  #watched: Transcript | null = null;
  #endWatch = () => {};

  constructor(options: ReadersOptions) {
    this.#options = options;
  }

  /**
   * Admits a reader.
   *
   * @returns the last lines, and what to do with its connection once it has them
   * @throws an Error when there are too many, or no output
   */
  read({ lines }: ReadParams): { reply: ReadReply; follow: NonNullable<Answer['follow']> } {
    const transcript = this.#options.transcript();
    this.#makeRoom();
    // First: what a copier has written is in the memory once the manager reads itself.
    const isFirst = this.#watch(transcript);
    const { last, isWhole, open } = findLast(transcript, lines, this.#options.isUp());
    if (isFirst) this.#splitters[0]?.push(open, () => {});
    // A connection that has ended meanwhile is never followed.
    setImmediate(() => this.#readers.size === 0 && this.#endWatch());
    const reply: ReadReply = {
      managerPid: process.pid,
      n: this.#last,
      lines: last,
      isWhole,
    };
    return { reply, follow: connection => this.#follow(connection) };
  }

  /** Ends all connections: another manager takes over, and its readers come to that one. */
  dismiss(): void {
    for (const reader of [...this.#readers.keys()]) reader.close();
  }

  #makeRoom(): void {
    if (this.#readers.size < MOST_READERS) return;
    const gone = [...this.#readers.keys()].find(({ hasEnded }) => hasEnded);
    if (!gone) throw new Error(`there are ${MOST_READERS} readers already`);
    this.#readers.delete(gone);
    gone.close();
  }

  #follow(reader: Subscriber): Following {
    this.#readers.set(reader, 0);
    return {
      drained: () => {
        const dropped = this.#readers.get(reader) ?? 0;
        if (dropped === 0) return;
        this.#readers.set(reader, 0);
        reader.send(formatDropped(dropped));
      },
      closed: () => {
        this.#readers.delete(reader);
        if (this.#readers.size === 0) this.#endWatch();
      },
    };
  }

  /** @returns whether it has begun now */
  #watch(transcript: Transcript): boolean {
    if (this.#watched === transcript) return false;
    this.#splitters = [];
    const end = transcript.watch(() => {
      const splitter = new LineSplitter(transcript.console !== null);
      const isError = this.#splitters.push(splitter) > 1;
      return bytes => this.#pass(splitter, bytes, isError);
    });
    const { events } = this.#options;
    events.heard = ({ event }) => event === 'exited' && this.#endLines();
    this.#watched = transcript;
    this.#endWatch = () => {
      end();
      events.heard = null;
      this.#watched = null;
      this.#endWatch = () => {};
    };
    return true;
  }

  #pass(splitter: LineSplitter, bytes: Buffer, isError: boolean): void {
    if (bytes.length === 0) return;
    const hasRoom = [...this.#readers.keys()].some(({ waiting }) => waiting < SUBSCRIBER_BYTES);
    if (hasRoom) return this.#send(take => splitter.push(bytes, take), isError);
    const count = splitter.count(bytes);
    this.#last += count;
    for (const [reader, dropped] of this.#readers) this.#readers.set(reader, dropped + count);
  }

  /** The last line of a program that has exited need not have an end. */
  #endLines(): void {
    for (const [stream, splitter] of this.#splitters.entries())
      this.#send(take => splitter.end(take), stream > 0);
  }

  /** Coded once for all. */
  #send(split: (take: TakeLine) => void, isError: boolean): void {
    const batch: string[] = [];
    split((bytes, isPart) => {
      this.#last += 1;
      batch.push(formatLine(this.#last, { bytes, isPart, isError }));
    });
    for (const reader of [...this.#readers.keys()]) this.#sendTo(reader, batch);
  }

  #sendTo(reader: Subscriber, batch: readonly string[]): void {
    let dropped = this.#readers.get(reader) ?? 0;
    let text = '';
    for (const line of batch) {
      if (reader.waiting + text.length + line.length > SUBSCRIBER_BYTES) {
        dropped += 1;
        continue;
      }
      if (dropped > 0) text += formatDropped(dropped);
      dropped = 0;
      text += line;
    }
    this.#readers.set(reader, dropped);
    if (text !== '') reader.send(text);
  }
}

/** The last lines that are complete, and the beginning of the one that is not. */
function findLast(transcript: Transcript, most: number, isUp: boolean) {
  const { ring } = transcript;
  const bytes = transcript.readLast();
  const isCut = bytes.length >= ring.size;
  // Where the memory begins inside a line, that line is left out.
  const from = isCut ? bytes.indexOf(NEWLINE) + 1 : 0;
  const lines: SentLine[] = [];
  const splitter = new LineSplitter(transcript.console !== null);
  const take: TakeLine = (line, isPart) =>
    void lines.push(encodeLine({ bytes: line, isPart, isError: false }));
  splitter.push(bytes.subarray(from), take);
  if (!isUp) splitter.end(take);
  const kept = isUp ? ring.read() : Buffer.alloc(0);
  return {
    last: most === 0 ? [] : lines.slice(-most),
    isWhole: !isCut && lines.length <= most,
    open: kept.subarray(kept.lastIndexOf(NEWLINE) + 1),
  };
}
