import { connect, type Socket } from 'node:net';
import { type LineNotice, type ReadReply, readLine } from '../../src/protocol/output-lines';
import { until } from './within';

/** A client that reads the output by lines, and keeps what it gets. */
export class LineReader {
  readonly notices: LineNotice[] = [];
  readonly socket: Socket;
  #reply: ReadReply | null = null;
  #error: string | null = null;
  isClosed = false;

  /** @param lines how many of the last ones */
  constructor(path: string, lines = 0) {
    this.socket = connect(path, () =>
      this.socket.write(
        `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'output', params: { lines } })}\n`,
      ),
    );
    let text = '';
    this.socket.setEncoding('utf8').on('error', () => {});
    this.socket.on('data', chunk => {
      const all = (text + chunk).split('\n');
      text = all.pop() ?? '';
      for (const line of all) this.#take(line);
    });
    this.socket.on('close', () => {
      this.isClosed = true;
    });
  }

  /** The new lines so far. */
  get texts(): string[] {
    return this.notices.flatMap(one => ('bytes' in one ? [one.bytes.toString()] : []));
  }

  get numbers(): number[] {
    return this.notices.flatMap(one => ('n' in one ? [one.n] : []));
  }

  get dropped(): number {
    return this.notices.reduce((sum, one) => sum + ('dropped' in one ? one.dropped : 0), 0);
  }

  async admitted(): Promise<ReadReply> {
    await until(30, 'the reply to output', () => this.#reply !== null || this.#error !== null);
    if (this.#reply) return this.#reply;
    throw new Error(this.#error ?? '');
  }

  #take(line: string): void {
    const notice = readLine(line);
    if (notice) return void this.notices.push(notice);
    const { result, error } = JSON.parse(line) as { result?: ReadReply; error?: { message: string } };
    this.#reply = result ?? this.#reply;
    this.#error = error?.message ?? this.#error;
  }
}
