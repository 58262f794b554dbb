import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { LineServer, type LineServerOptions } from '../../src/manager/control/server';
import type { GuardedSuite } from '../runner/guard';
import { FakeClock } from './fake-clock';
import { makeTemporaryFolder } from './temp';
import { within } from './within';

/** A new server for each test, and a record of its requests and failures. */
export class ServerWorld {
  clock!: FakeClock;
  server!: LineServer;
  path!: string;
  /** The requests, in order. */
  seen!: string[];
  failures!: string[];
  respond!: LineServerOptions['answer'];
  readonly #clients: Socket[] = [];

  constructor(test: GuardedSuite) {
    test.before.each(() => this.#begin());
    test.after.each(() => this.#end());
  }

  async #begin(): Promise<void> {
    this.clock = new FakeClock();
    this.path = join(makeTemporaryFolder(), 's');
    this.seen = [];
    this.failures = [];
    this.respond = line => ({ text: `<${line}>\n`, more: line.startsWith('{') });
    this.server = new LineServer({
      path: this.path,
      mode: 0o600,
      group: null,
      clock: this.clock,
      answer: line => {
        this.seen.push(line);
        return this.respond(line);
      },
      replyFailed: reason => this.failures.push(reason),
    });
    await this.server.listen();
  }

  async #end(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.destroy();
    await this.server.close();
  }

  /** Opens a connection and waits until the server has accepted it. */
  async open({ paused = false } = {}) {
    let text = '';
    const socket = connect({ path: this.path, allowHalfOpen: true });
    this.#clients.push(socket);
    const ended = new Promise<string>(resolve => {
      socket.on('end', () => resolve(text));
      socket.on('close', () => resolve(text));
    });
    socket.setEncoding('utf8');
    socket.on('error', () => {});
    if (!paused) {
      socket.on('data', chunk => {
        text += chunk;
      });
      socket.on('end', () => socket.end());
    }
    await new Promise(resolve => socket.once('connect', resolve));
    // The server accepts it in a later turn of the event loop.
    await new Promise(resolve => setImmediate(resolve));
    return { socket, ended: within(30, ended, 'the end of a connection'), text: () => text };
  }
}
