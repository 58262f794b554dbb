import type { Socket } from 'node:net';
import { isResult } from '../../protocol/check-result';
import type { Method } from '../../protocol/messages';
import { type Address, reachSocket } from '../address';
import { ManagerLeft, RequestFailed } from '../request';

/** Characters. The longest reply is a status with the last lines. */
const LONGEST_LINE = 4 << 20;

/** A connection on which a manager sends notifications after its reply. */
export class NoticeStream<Notice> {
  readonly #socket: Socket;
  readonly #read: (line: string) => Notice | null;
  readonly #notices: Notice[] = [];
  #replies: ((reply: unknown) => void)[] = [];
  #wake = () => {};
  #isOver = false;
  #text = '';

  /**
   * @param address of the manager
   * @param read reads a notification; null for any other line
   * @throws the system's error; Distrust
   */
  constructor(address: Address, read: (line: string) => Notice | null) {
    const { connect } = require('node:net') as typeof import('node:net');
    const socket = reachSocket(address, path => connect(path));
    this.#socket = socket;
    this.#read = read;
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => this.#receive(chunk));
    for (const event of ['end', 'error', 'close']) socket.on(event, () => this.#end());
  }

  /** The next notice; null when the manager has ended the connection. */
  async next(): Promise<Notice | null> {
    while (this.#notices.length === 0 && !this.#isOver)
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    return this.#notices.shift() ?? null;
  }

  /** Drops the notices that have come. */
  clear(): void {
    this.#notices.length = 0;
  }

  /**
   * Sends a request; the manager answers one after another.
   *
   * @returns the result
   * @throws RequestFailed if the manager refuses; ManagerLeft when it has ended the connection
   */
  async ask(method: Method, params: object): Promise<unknown> {
    if (this.#isOver) throw new ManagerLeft();
    this.#socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`);
    const reply = await new Promise<unknown>(resolve => this.#replies.push(resolve));
    const { result, error } = (reply ?? {}) as { result?: unknown; error?: { message?: unknown } };
    if (error) throw new RequestFailed(String(error.message));
    if (isResult(method, result)) return result;
    throw new ManagerLeft();
  }

  close(): void {
    this.#end();
    this.#socket.destroy();
  }

  #receive(chunk: string): void {
    const lines = (this.#text + chunk).split('\n');
    this.#text = lines.pop() ?? '';
    if (this.#text.length > LONGEST_LINE) return this.close();
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    const notice = this.#read(line);
    if (notice) {
      this.#notices.push(notice);
      return this.#wake();
    }
    try {
      this.#replies.shift()?.(JSON.parse(line));
    } catch {
      this.close();
    }
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
    for (const settle of this.#replies.splice(0)) settle(null);
  }
}
