import type { AttachParams, AttachReply, ResizeParams } from '../../protocol/console';
import { formatOutput } from '../../protocol/console';
import { SUBSCRIBER_BYTES } from '../../protocol/events';
import type { Answer, Following } from '../control/connection';
import type { EventStream, Subscriber } from '../events/stream';
import type { Transcript } from '../transcript/transcript';
import type { Size } from './console';

export interface VisitorsOptions {
  events: EventStream;
  /** Throws an error for the visitor while there is no output to see. */
  transcript(): Transcript;
  /** Whether `send` reaches the program without a terminal, too. */
  takesLines(): boolean;
}

interface Visitor {
  id: number;
  connection: Subscriber;
  /** Of its window; null for one that does not type. */
  size: Size | null;
  /** Bytes of output that it had no room for. */
  dropped: number;
}

/**
 * Those who watch the output of the program, and may type. What a visitor does not read is bounded: beyond that, output
 * is dropped for it, and it gets the last output instead when it has read the rest. Nobody waits for a visitor.
 */
export class Visitors {
  readonly #options: VisitorsOptions;
  readonly #visitors = new Map<number, Visitor>();
  #last = 0;
  /** The one that typed last, and the size that it gave to the terminal; null if an earlier manager knew. */
  #typist: Visitor | null = null;
  #size: Size | null = null;
  #endWatch = () => {};
  #watched: Transcript | null = null;

  constructor(options: VisitorsOptions) {
    this.#options = options;
  }

  /**
   * Admits a visitor.
   *
   * @returns what it is to know, and what to do with its connection once it has that
   * @throws an Error when there are too many, or no output
   */
  attach({ size, types }: AttachParams): { reply: AttachReply; follow: NonNullable<Answer['follow']> } {
    const { events, takesLines } = this.#options;
    const transcript = this.#options.transcript();
    events.makeRoom();
    this.#watch(transcript);
    // A connection that has ended meanwhile is never followed.
    setImmediate(() => this.#visitors.size === 0 && this.#endWatch());
    this.#last += 1;
    const id = this.#last;
    const { ring, console } = transcript;
    const bytes = transcript.readLast();
    const reply: AttachReply = {
      managerPid: process.pid,
      visitor: id,
      terminal: console !== null,
      takesLines: takesLines(),
      size: this.#size ?? console?.size ?? null,
      isWhole: bytes.length < ring.size,
      bytes: bytes.toString('base64'),
    };
    return {
      reply,
      follow: connection => {
        this.#visitors.set(id, { id, connection, size: (types && size) || null, dropped: 0 });
        const following = events.follow(connection, null);
        this.noteTyping(id);
        return this.#follow(id, following);
      },
    };
  }

  /** A visitor types: the terminal gets the size of its window. */
  noteTyping(id: number): void {
    const visitor = this.#visitors.get(id);
    if (!visitor?.size || this.#typist === visitor) return;
    this.#typist = visitor;
    this.#apply(visitor.size);
  }

  /** The window of a visitor has another size. */
  resize({ visitor: id, size, redraw }: ResizeParams): void {
    const visitor = this.#visitors.get(id);
    if (!visitor) throw new Error('there is no such visitor');
    if (visitor.size) visitor.size = size;
    if (this.#typist !== visitor) return;
    this.#apply(size);
    if (redraw) this.#options.transcript().console?.redraw();
  }

  /** Ends all visits: another manager takes over, and its visitors come to that one. */
  dismiss(): void {
    for (const { connection } of [...this.#visitors.values()]) connection.close();
  }

  #apply(size: Size): void {
    if (size.rows === this.#size?.rows && size.columns === this.#size.columns) return;
    this.#size = size;
    this.#options.transcript().console?.resize(size);
    const line = formatOutput({ size });
    for (const { connection } of this.#visitors.values())
      if (hasRoom(connection, line.length)) connection.send(line);
  }

  #follow(id: number, events: Following): Following {
    return {
      drained: () => {
        events.drained();
        const visitor = this.#visitors.get(id);
        if (visitor && visitor.dropped > 0) this.#catchUp(visitor);
      },
      closed: () => {
        events.closed();
        if (this.#typist?.id === id) this.#typist = null;
        this.#visitors.delete(id);
        if (this.#visitors.size === 0) this.#endWatch();
      },
    };
  }

  #watch(transcript: Transcript): void {
    if (this.#watched === transcript) return;
    const end = transcript.watch(() => bytes => this.#pass(bytes));
    this.#watched = transcript;
    this.#endWatch = () => {
      end();
      this.#watched = null;
    };
  }

  /** Coded once for all, and only if one of them has room. */
  #pass(bytes: Buffer): void {
    const all = [...this.#visitors.values()];
    const readers = all.filter(
      ({ connection, dropped }) => dropped === 0 && hasRoom(connection, (bytes.length * 4) / 3),
    );
    for (const one of all) if (!readers.includes(one)) one.dropped += bytes.length;
    if (readers.length === 0) return;
    const line = formatOutput({ bytes: bytes.toString('base64') });
    for (const { connection } of readers) connection.send(line);
  }

  #catchUp(visitor: Visitor): void {
    const { ring } = this.#options.transcript();
    const bytes = ring.read();
    visitor.connection.send(formatOutput({ dropped: visitor.dropped, bytes: bytes.toString('base64') }));
    visitor.dropped = 0;
  }
}

function hasRoom({ waiting }: Subscriber, length: number): boolean {
  return waiting + length <= SUBSCRIBER_BYTES;
}
