import type { Socket } from 'node:net';
import { LONGEST_OWN_REQUEST, LONGEST_REQUEST, TOO_LONG_REPLY } from '../../protocol/messages';
import { describeReason } from '../../system/errors';
import type { Subscriber } from '../events/stream';
import type { Deadlines } from './deadlines';

/** Seconds a client has to send a request, the first one and each following one. */
const REQUEST_LIMIT = 10;
/** Seconds a client has to read its answer. */
const ANSWER_LIMIT = 10;
/** Seconds that an exiting manager waits for clients to read their answers. */
const LEAVE_LIMIT = 1;

export interface Answer {
  text: string;
  /** The connection stays open for another request. */
  more: boolean;
  /** Called once the answer is written: lines follow for as long as the connection is open. */
  follow?(follower: Subscriber): Following;
}

/** What a connection tells whoever sends it lines. */
export interface Following {
  /** The client has read everything. */
  drained(): void;
  /** The connection is closed. */
  closed(): void;
}

export interface ConnectionOptions {
  /**
   * Answers one request line.
   *
   * @returns the reply with its newline; it may be empty
   */
  answer(line: string): Promise<Answer> | Answer;
  /** Whether other users can use the socket too: then a request in JSON gets no more room than one in text. */
  isShared: boolean;
  /** Called with an error that occurred while a reply was being sent. */
  replyFailed(reason: string): void;
}

/**
 * What a connection is doing:
 *
 *   opened     waits for its first request
 *   waiting    has been answered, and waits for the next request
 *   answering  the manager is working on its request
 *   writing    an answer is being sent, and another request may follow
 *   closing    the last answer is being sent, or nothing remains to be sent
 */
type Phase = 'opened' | 'waiting' | 'answering' | 'writing' | 'closing';

/** One client, whose requests are answered one after another. */
export class Connection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #deadlines: Deadlines<Connection>;
  #phase: Phase = 'opened';
  #pending = '';
  /** Whether the manager is exiting, so that the pending answer is the last one. */
  #isLast = false;
  /** Set while lines follow that are not answers. */
  #following: Following | null = null;

  /** @param first the answer to the first request, if that was already read */
  constructor(
    socket: Socket,
    options: ConnectionOptions,
    deadlines: Deadlines<Connection>,
    first: Promise<Answer> | Answer | null = null,
  ) {
    this.#deadlines = deadlines;
    this.#socket = socket;
    this.#options = options;
    socket.setEncoding('utf8');
    socket.on('error', error => !this.#isIdle && options.replyFailed(error.message));
    socket.on('close', () => this.#close());
    socket.on('data', (text: string) => this.#receive(text));
    socket.on('end', () => this.#advance());
    deadlines.set(this, REQUEST_LIMIT);
    socket.resume();
    if (!first) return;
    this.#answer(() => first);
    this.#advance();
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Whether the client has sent its end: it may have given up. */
  get hasEnded(): boolean {
    return this.#socket.readableEnded;
  }

  /** Whether lines follow that are not answers: it is silent because it listens. */
  get isFollowing(): boolean {
    return this.#following !== null;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Closes the connection once the pending answer, if any, is sent; resolves when it is closed. */
  leave(): Promise<void> {
    this.#isLast = true;
    // A client that does not read what follows is not waited for.
    if (this.#following && this.#socket.writableLength > 0) this.#socket.destroy();
    const done = new Promise<void>(resolve => {
      if (this.#socket.writableFinished || this.#socket.destroyed) return resolve();
      this.#socket.once('finish', resolve);
      this.#socket.once('close', () => resolve());
    });
    this.#deadlines.set(this, LEAVE_LIMIT);
    if (this.#isIdle) this.#finish('');
    return done;
  }

  get #isIdle(): boolean {
    return this.#phase === 'opened' || this.#phase === 'waiting';
  }

  #receive(text: string): void {
    this.#pending += text;
    // Data that arrives while a request is being answered stays in the kernel, not in memory.
    if (this.#isIdle) this.#advance();
    else this.#socket.pause();
  }

  /** Answers the requests received so far. A loop instead of recursion: thousands may arrive in one chunk. */
  #advance(): void {
    while (this.#isIdle && this.#consumeRequest()) {}
    if (this.#isIdle && this.#socket.isPaused()) this.#socket.resume();
  }

  /** @returns whether there was a request, valid or not */
  #consumeRequest(): boolean {
    const end = this.#pending.indexOf('\n');
    const line = end < 0 ? this.#pending : this.#pending.slice(0, end);
    if (isTooLong(line, this.#options.isShared)) {
      this.#finish(TOO_LONG_REPLY);
    } else if (end >= 0) {
      this.#pending = this.#pending.slice(end + 1);
      this.#answer(() => this.#options.answer(line));
    } else if (this.#socket.readableEnded) {
      const isComplete = this.#phase === 'waiting' && this.#pending === '';
      if (isComplete && this.#following) return false;
      this.#finish(isComplete ? '' : 'Command not terminated by newline\n');
    } else return false;
    return true;
  }

  #answer(ask: () => Promise<Answer> | Answer): void {
    this.#phase = 'answering';
    try {
      const answer = ask();
      if (!(answer instanceof Promise)) return this.#reply(answer);
      this.#deadlines.clear(this);
      answer.then(
        answered => this.#replyLater(answered),
        error => this.#replyLater(this.#fail(error)),
      );
    } catch (error) {
      this.#reply(this.#fail(error));
    }
  }

  /** A request that cannot be answered closes its own connection and affects no other client. */
  #fail(error: unknown): Answer {
    this.#options.replyFailed(describeReason(error));
    return { text: '', more: false };
  }

  #replyLater(answer: Answer): void {
    this.#reply(answer);
    this.#advance();
  }

  #reply({ text, more, follow }: Answer): void {
    if (this.#socket.destroyed) return;
    if (!more || this.#isLast) return this.#finish(text);
    this.#phase = this.#socket.write(text) ? 'waiting' : 'writing';
    if (this.#phase === 'writing') this.#socket.once('drain', () => this.#resume());
    if (follow) this.#follow(follow);
    if (!this.#following) this.#deadlines.set(this, REQUEST_LIMIT);
  }

  /** From now on, the client may be silent: no time limit applies. */
  #follow(follow: NonNullable<Answer['follow']>): void {
    this.#deadlines.clear(this);
    if (this.#following) return;
    const socket = this.#socket;
    const connection = this;
    this.#following = follow({
      get waiting() {
        return socket.writableLength;
      },
      get hasEnded() {
        return connection.hasEnded;
      },
      send: line => void socket.write(line),
      close: () => this.destroy(),
    });
    socket.on('drain', () => this.#following?.drained());
  }

  #close(): void {
    this.#deadlines.clear(this);
    this.#following?.closed();
    this.#following = null;
  }

  /** The answer has been written; the next request may arrive, or already has. */
  #resume(): void {
    this.#phase = 'waiting';
    if (this.#isLast) return this.#finish('');
    this.#advance();
  }

  #finish(text: string): void {
    this.#phase = 'closing';
    if (!this.#isLast) this.#deadlines.set(this, ANSWER_LIMIT);
    this.#socket.removeAllListeners('data');
    this.#socket.resume();
    // An empty text would still be written, and would fail if the client has already disconnected.
    if (text === '') this.#socket.end();
    else this.#socket.end(text);
  }
}

/** A UTF-16 code unit takes at most three bytes, so most lines need no counting. */
function isTooLong(line: string, isShared: boolean): boolean {
  const longest = line.startsWith('{') && !isShared ? LONGEST_OWN_REQUEST : LONGEST_REQUEST;
  return line.length > longest / 3 && Buffer.byteLength(line) > longest;
}
