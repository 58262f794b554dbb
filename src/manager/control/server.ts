import { chmodSync, chownSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { LONGEST_REQUEST } from '../../protocol/messages';
import type { Clock } from '../../system/clock';
import { describeReason } from '../../system/errors';

/** Seconds a client may take to send its request, the first one and each next. */
const REQUEST_LIMIT = 10;
/** Seconds a client may take to read its answer. */
const ANSWER_LIMIT = 10;
/** Seconds a leaving manager waits for clients to take their answers. */
const LEAVE_LIMIT = 1;
/** Clients served at one time; for the next one, the one that has been silent longest is cut off. */
const MOST_CLIENTS = 256;

export interface LineServerOptions {
  /** Absolute; free to bind. */
  path: string;
  /** Permission bits it gets once it has its group; 0600 until then. */
  mode: number;
  group: number | null;
  clock: Clock;
  /**
   * Answers one request line.
   *
   * @returns the reply with its newline (it may be empty) and whether the connection stays for another request
   */
  answer(line: string): Promise<Answer> | Answer;
  /** An error of the connection while a reply was sent. */
  replyFailed(reason: string): void;
}

export interface Answer {
  text: string;
  more: boolean;
}

/** Listens on a Unix socket, and answers lines. */
export class LineServer {
  readonly #options: LineServerOptions;
  #server: Server | null = null;
  readonly #connections = new Set<Connection>();

  constructor(options: LineServerOptions) {
    this.#options = options;
  }

  /**
   * Binds the path, anew when it was bound before; who is connected stays.
   *
   * @throws the system's error when the path cannot be bound
   */
  listen(): Promise<void> {
    // Closing removes the path by its name, so it comes before the new socket gets that name.
    this.#server?.close();
    const server = createServer({ allowHalfOpen: true }, socket => this.#serve(socket));
    this.#server = server;
    return new Promise((resolve, reject) => {
      // It stays: an accept(2) that fails later, for want of a descriptor, must not throw.
      server.on('error', reject);
      // The mode comes from the umask, so there is no moment at which more could connect than may.
      const umask = process.umask(0o177);
      try {
        server.listen(this.#options.path, resolve);
        this.#share();
      } catch (error) {
        reject(error);
      } finally {
        process.umask(umask);
      }
    });
  }

  /** Removes the socket; who is connected stays. */
  stopListening(): void {
    this.#server?.close();
    this.#server = null;
  }

  /** Removes the socket, sends the answers that are due and resolves once they are out. */
  async close(): Promise<void> {
    this.stopListening();
    await Promise.all([...this.#connections].map(connection => connection.leave()));
  }

  #share(): void {
    const { path, mode, group } = this.#options;
    if (group !== null) chownSync(path, process.getuid?.() ?? -1, group);
    if (mode !== 0o600) chmodSync(path, mode);
  }

  #serve(socket: Socket): void {
    if (this.#connections.size >= MOST_CLIENTS) this.#evict();
    const connection = new Connection(socket, this.#options);
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }

  /** Room for a newcomer: the one that has been silent longest goes, so that silence cannot lock others out. */
  #evict(): void {
    for (const connection of this.#connections) {
      if (connection.isWaitedFor) continue;
      this.#connections.delete(connection);
      return connection.destroy();
    }
  }
}

/** One client: its requests are answered one after another. */
class Connection {
  readonly #socket: Socket;
  readonly #options: LineServerOptions;
  #pending = '';
  #busy = false;
  #answering = false;
  #ended = false;
  #answered = false;
  #leaving = false;
  #cancelLimit: () => void = () => {};

  constructor(socket: Socket, options: LineServerOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.setEncoding('utf8');
    socket.on('error', error => this.#busy && options.replyFailed(error.message));
    socket.on('close', () => this.#cancelLimit());
    socket.on('data', (text: string) => this.#receive(text));
    socket.on('end', () => {
      this.#ended = true;
      this.#advance();
    });
    this.#limit(REQUEST_LIMIT);
  }

  /** Is a request of it being answered? */
  get isWaitedFor(): boolean {
    return this.#answering;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Resolves when nothing more is to be sent. A request that is being answered gets its answer first. */
  leave(): Promise<void> {
    this.#leaving = true;
    const done = new Promise<void>(resolve => {
      if (this.#socket.writableFinished || this.#socket.destroyed) return resolve();
      this.#socket.once('finish', resolve);
      this.#socket.once('close', () => resolve());
    });
    this.#limit(LEAVE_LIMIT);
    if (!this.#busy) this.#finish('');
    return done;
  }

  #receive(text: string): void {
    this.#pending += text;
    // What comes while a request is being answered waits in the kernel, not here.
    if (this.#busy) this.#socket.pause();
    else this.#advance();
  }

  #advance(): void {
    if (this.#busy) return;
    const end = this.#pending.indexOf('\n');
    const line = end < 0 ? this.#pending : this.#pending.slice(0, end);
    if (Buffer.byteLength(line) > LONGEST_REQUEST) {
      this.#finish('Command exceeds 10 KB\n');
    } else if (end >= 0) {
      this.#pending = this.#pending.slice(end + 1);
      void this.#answer(line);
    } else if (this.#ended) {
      const complete = this.#answered && this.#pending === '';
      this.#finish(complete ? '' : 'Command not terminated by newline\n');
    }
  }

  async #answer(line: string): Promise<void> {
    this.#busy = true;
    this.#cancelLimit();
    this.#answering = true;
    const { text, more } = await this.#ask(line);
    this.#answering = false;
    if (this.#socket.destroyed) return;
    if (!more || this.#leaving) return this.#finish(text);
    this.#limit(REQUEST_LIMIT);
    this.#socket.write(text, () => {
      this.#busy = false;
      this.#answered = true;
      if (this.#leaving) return this.#finish('');
      this.#socket.resume();
      this.#advance();
    });
  }

  /** A request that cannot be answered costs its client the connection, and nobody else anything. */
  async #ask(line: string): Promise<Answer> {
    try {
      return await this.#options.answer(line);
    } catch (error) {
      this.#options.replyFailed(describeReason(error));
      return { text: '', more: false };
    }
  }

  #finish(text: string): void {
    this.#busy = true;
    if (!this.#leaving) this.#limit(ANSWER_LIMIT);
    this.#socket.removeAllListeners('data');
    this.#socket.resume();
    // An empty text would still be written, and fail where a client that has its answer is gone.
    if (text === '') this.#socket.end();
    else this.#socket.end(text);
  }

  #limit(seconds: number): void {
    this.#cancelLimit();
    this.#cancelLimit = this.#options.clock.after(seconds, () => this.#socket.destroy());
  }
}
