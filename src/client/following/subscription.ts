import type { Socket } from 'node:net';
import { isResult } from '../../protocol/check-result';
import { type DroppedEvents, type ProgramEvent, readNotification } from '../../protocol/events';
import type { Method, StatusReport } from '../../protocol/messages';
import { type Address, reachSocket } from '../address';
import { ManagerLeft, RequestFailed } from '../request';

/** Characters. The longest reply is a status with the last lines. */
const LONGEST_LINE = 4 << 20;

export type Notice = ProgramEvent | DroppedEvents;

/** A connection to a manager that sends what happens. */
export class Subscription {
  readonly #socket: Socket;
  readonly #notices: Notice[] = [];
  #replies: ((reply: unknown) => void)[] = [];
  #wake = () => {};
  #isOver = false;
  #text = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => this.#receive(chunk));
    for (const event of ['end', 'error', 'close']) socket.on(event, () => this.#end());
  }

  /**
   * Subscribes.
   *
   * @param address of the manager
   * @param after also send the events with a larger number than this, as far as they are kept
   * @param over ends the connection, also one that is not answered
   * @returns the subscription, and the status at its beginning
   * @throws RequestFailed if the manager refuses, does not know the method, or leaves; the system's error; Distrust
   */
  static async open(
    address: Address,
    after?: number,
    over?: AbortSignal,
  ): Promise<{ subscription: Subscription; report: StatusReport }> {
    const { connect } = require('node:net') as typeof import('node:net');
    const subscription = new Subscription(reachSocket(address, path => connect(path)));
    over?.addEventListener('abort', () => subscription.close(), { once: true });
    try {
      const params = after === undefined ? {} : { after };
      return { subscription, report: (await subscription.ask('subscribe', params)) as StatusReport };
    } catch (error) {
      subscription.close();
      throw error;
    }
  }

  /** The next event; null when the manager has ended the connection. */
  async next(): Promise<Notice | null> {
    while (this.#notices.length === 0 && !this.#isOver)
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    return this.#notices.shift() ?? null;
  }

  /** The status at this moment. @throws ManagerLeft when it has ended the connection */
  async status(): Promise<StatusReport> {
    // What is being asked now answers all that has happened before.
    this.#notices.length = 0;
    return (await this.ask('status', {})) as StatusReport;
  }

  close(): void {
    this.#end();
    this.#socket.destroy();
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

  #receive(chunk: string): void {
    const lines = (this.#text + chunk).split('\n');
    this.#text = lines.pop() ?? '';
    if (this.#text.length > LONGEST_LINE) return this.close();
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    const notice = readNotification(line);
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
