import { chmodSync, chownSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { basename, dirname } from 'node:path';
import type { Clock } from '../../system/clock';
import { readOpenFilesLimit } from '../../system/descriptors';
import { UserError } from '../../system/errors';
import { type PinnedFolder, pinFolder, withPinned } from '../../system/trust/pinned-path';
import { actsAsRoot, mayMislead } from '../../system/trust/root';
import { answerAtOnce } from './answer-at-once';
import type { Answer } from './connection';
import { Connection, type ConnectionOptions } from './connection';
import { Deadlines } from './deadlines';

/** The maximum number of clients, if there are descriptors for twice as many; another one replaces an older one. */
const MOST_CLIENTS = 256;

export interface LineServerOptions extends Omit<ConnectionOptions, 'isShared'> {
  /** The absolute path to bind; must not exist. */
  path: string;
  /** The socket's permission bits once its group is set; 0600 until then. */
  mode: number;
  group: number | null;
  /** For the time limits of the clients. */
  clock: Clock;
}

/** Listens on a Unix socket, and answers lines. */
export class LineServer {
  readonly #options: LineServerOptions & ConnectionOptions;
  #server: Server | null = null;
  /** As root, the folder of the socket: its owner must not choose where the path is bound or removed. */
  #folder: PinnedFolder | null = null;
  readonly #most = Math.min(MOST_CLIENTS, Math.floor(readOpenFilesLimit() / 2));
  readonly #connections = new Set<Connection>();
  readonly #deadlines: Deadlines<Connection>;

  constructor(options: LineServerOptions) {
    this.#options = { ...options, isShared: (options.mode & 0o077) !== 0 };
    this.#deadlines = new Deadlines(options.clock, connection => connection.destroy());
  }

  /** Connected clients that could not be answered at once. */
  get clients(): number {
    return this.#connections.size;
  }

  /**
   * Binds the path, again if it was bound before. Existing connections stay open.
   *
   * @throws the system's error when the path cannot be bound
   */
  listen(): Promise<void> {
    // Closing removes whatever is at the path, so it must come before binding the new socket.
    this.stopListening();
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, socket => this.#serve(socket));
    this.#server = server;
    return new Promise((resolve, reject) => {
      // This listener stays: an accept(2) that fails later, for example without a free descriptor, must not throw.
      server.on('error', reject);
      // The umask sets the mode, so that there is no moment at which other users could connect.
      const umask = process.umask(0o177);
      try {
        server.listen(this.#hold(), resolve);
        this.#share();
      } catch (error) {
        reject(error);
      } finally {
        process.umask(umask);
      }
    });
  }

  /** Removes the socket. Existing connections stay open. */
  stopListening(): void {
    // Node removes the socket at once, by the path that it was bound by.
    this.#server?.close();
    this.#server = null;
    this.#folder?.close();
    this.#folder = null;
  }

  /** Removes the socket, sends the pending answers and resolves when they are sent. */
  async close(): Promise<void> {
    this.stopListening();
    await Promise.all([...this.#connections].map(connection => connection.leave()));
  }

  /** @returns the path to bind */
  #hold(): string {
    const { path } = this.#options;
    if (!actsAsRoot()) return path;
    this.#folder = pinFolder(dirname(path), mayMislead());
    return this.#folder.at(basename(path));
  }

  #share(): void {
    const { path, mode, group } = this.#options;
    if (group === null && mode === 0o600) return;
    const self = process.getuid?.() ?? -1;
    // Whoever can write to the folder may have put something else at the path since.
    withPinned(path, mayMislead(), (found, _, place) => {
      if (!found.isSocket() || found.uid !== self || found.nlink > 1)
        throw new UserError(`${path} was replaced by another file`);
      if (group !== null) chownSync(place, self, group);
      if (mode !== 0o600) chmodSync(place, mode);
    });
  }

  #serve(socket: Socket): void {
    const first = answerAtOnce(socket, this.#options);
    if (first === 'answered') return;
    if (first !== 'nothing yet') return this.#addConnection(socket, first === 'begun' ? null : first);
    // A client connects just before it sends its request, so waiting one turn of the loop avoids most connections.
    socket.on('error', () => {});
    setImmediate(() => {
      const second = answerAtOnce(socket, this.#options);
      if (second !== 'answered') this.#addConnection(socket, typeof second === 'string' ? null : second);
    });
  }

  #addConnection(socket: Socket, first: Promise<Answer> | Answer | null): void {
    if (this.#connections.size >= this.#most) this.#evict();
    const connection = new Connection(socket, this.#options, this.#deadlines, first);
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }

  /**
   * Disconnects a client, so that clients that are silent or wait cannot lock out others: one that has sent its end and
   * may have given up, else the one that has been silent longest, else the one that has waited longest.
   */
  #evict(): void {
    const all = [...this.#connections];
    // Those that get events are few, and silent because they listen.
    const usual = all.filter(({ isFollowing }) => !isFollowing);
    const first =
      all.find(({ hasEnded }) => hasEnded) ?? usual.find(({ phase }) => phase !== 'answering') ?? usual[0];
    if (!first) return;
    this.#connections.delete(first);
    first.destroy();
  }
}
