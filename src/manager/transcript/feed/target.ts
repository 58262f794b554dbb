import type { Target } from '../target';
import type { ReceiverFifo } from './fifo';

/** What the target needs to know of the command. */
export interface ReceiverState {
  /** `transcript-program logger`. */
  readonly title: string;
  /** Null once it has got the end of its input. */
  readonly fifo: ReceiverFifo | null;
  /** Why it is not running, or null. */
  readonly absence: string | null;
  /** It has no room: it is slow, or not there. */
  noteFull(): void;
}

/** The input of the command of `transcript-program`. A full FIFO is a slow file. */
export class ReceiverTarget implements Target {
  error: unknown = null;
  readonly #state: ReceiverState;

  constructor(state: ReceiverState) {
    this.#state = state;
  }

  get path(): string {
    return this.#state.title;
  }

  get warning(): string | null {
    const { title, absence } = this.#state;
    return absence === null ? null : `${title} is not running: ${absence}`;
  }

  write(bytes: Buffer, start: number, end: number): number {
    const { fifo, title } = this.#state;
    if (!fifo) {
      this.error = new Error(`${title} was ended`);
      return start;
    }
    try {
      const reached = fifo.write(bytes, start, end);
      this.error = null;
      if (reached < end) this.#noteFull();
      return reached;
    } catch (error) {
      this.error = error;
      return start;
    }
  }

  /** Nobody can remove it. */
  isRemoved(): boolean {
    return false;
  }

  /** The command writes where it likes, and opens that itself. */
  reopen(): void {}

  /** The command lives on with another manager. */
  close(): void {}

  #noteFull(): void {
    this.#state.noteFull();
    const reason = this.warning ?? `${this.#state.title} reads too slowly`;
    this.error = Object.assign(new Error(reason), { code: 'EAGAIN' });
  }
}
