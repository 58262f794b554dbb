import { chmodSync, chownSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../system/clock';
import { answerAtOnce } from './answer-at-once';
import type { Answer } from './connection';
import { Connection, type ConnectionOptions } from './connection';
import { Deadlines } from './deadlines';

/** Clients served at one time; for the next one, the one that has been silent longest is cut off. */
const MOST_CLIENTS = 256;

export interface LineServerOptions extends ConnectionOptions {
  /** Absolute; free to bind. */
  path: string;
  /** Permission bits it gets once it has its group; 0600 until then. */
  mode: number;
  group: number | null;
  /** For the limits of its clients. */
  clock: Clock;
}

/** Listens on a Unix socket, and answers lines. */
export class LineServer {
  readonly #options: LineServerOptions;
  #server: Server | null = null;
  readonly #connections = new Set<Connection>();
  readonly #deadlines: Deadlines<Connection>;

  constructor(options: LineServerOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock, connection => connection.destroy());
  }

  /** Clients that are connected and not answered at once. */
  get clients(): number {
    return this.#connections.size;
  }

  /**
   * Binds the path, anew when it was bound before; who is connected stays.
   *
   * @throws the system's error when the path cannot be bound
   */
  listen(): Promise<void> {
    // Closing removes the path by its name, so it comes before the new socket gets that name.
    this.#server?.close();
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, socket => this.#serve(socket));
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
    const first = answerAtOnce(socket, this.#options);
    if (first === 'answered') return;
    if (first !== 'nothing yet') return this.#keep(socket, first === 'begun' ? null : first);
    // It is connected a moment before its request is there: one more turn of the loop saves most of them the rest.
    socket.on('error', () => {});
    setImmediate(() => {
      const second = answerAtOnce(socket, this.#options);
      if (second !== 'answered') this.#keep(socket, typeof second === 'string' ? null : second);
    });
  }

  #keep(socket: Socket, first: Promise<Answer> | Answer | null): void {
    if (this.#connections.size >= MOST_CLIENTS) this.#evict();
    const connection = new Connection(socket, this.#options, this.#deadlines, first);
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }

  /** Room for a newcomer: the one that has been silent longest goes, so that silence cannot lock others out. */
  #evict(): void {
    for (const connection of this.#connections) {
      if (connection.phase === 'answering') continue;
      this.#connections.delete(connection);
      return connection.destroy();
    }
  }
}
