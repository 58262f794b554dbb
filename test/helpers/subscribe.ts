import { connect, type Socket } from 'node:net';
import { type DroppedEvents, type ProgramEvent, readNotification } from '../../src/protocol/events';
import type { StatusReport } from '../../src/protocol/messages';
import { until } from './within';

/** A client that subscribes, and keeps what it gets. */
export class Listener {
  readonly events: (ProgramEvent | DroppedEvents)[] = [];
  readonly socket: Socket;
  /** The reply to `subscribe`; null until it has come. */
  report: StatusReport | null = null;
  error: string | null = null;
  isClosed = false;

  /** @param params of `subscribe` */
  constructor(path: string, params: object = {}) {
    this.socket = connect(path, () =>
      this.socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscribe', params })}\n`),
    );
    let text = '';
    this.socket.setEncoding('utf8').on('error', () => {});
    this.socket.on('data', chunk => {
      const lines = (text + chunk).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) this.#take(line);
    });
    this.socket.on('close', () => {
      this.isClosed = true;
    });
  }

  /** The kinds of the events so far. */
  get kinds(): string[] {
    return this.events.map(({ event }) => event);
  }

  get numbers(): number[] {
    return this.events.flatMap(one => ('n' in one ? [one.n] : []));
  }

  async subscribed(): Promise<StatusReport> {
    return until(30, 'the reply to subscribe', () => {
      if (this.error) throw new Error(this.error);
      return this.report;
    });
  }

  /** Waits for an event of a kind behind the first `from` events. */
  async awaitEvent(kind: string, from = 0): Promise<ProgramEvent> {
    return until(30, `the event ${kind}, not only ${this.kinds}`, () =>
      this.events.slice(from).find(({ event }) => event === kind),
    ) as Promise<ProgramEvent>;
  }

  close(): void {
    this.socket.destroy();
  }

  #take(line: string): void {
    const event = readNotification(line);
    if (event) return void this.events.push(event);
    const { result, error } = JSON.parse(line) as { result?: StatusReport; error?: { message: string } };
    this.report = result ?? this.report;
    this.error = error?.message ?? this.error;
  }
}
