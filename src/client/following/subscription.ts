import { type DroppedEvents, type ProgramEvent, readNotification } from '../../protocol/events';
import type { StatusReport } from '../../protocol/messages';
import type { Address } from '../address';
import { NoticeStream } from './notice-stream';

export type Notice = ProgramEvent | DroppedEvents;

/** A connection to a manager that sends what happens. */
export class Subscription {
  readonly #stream: NoticeStream<Notice>;

  private constructor(stream: NoticeStream<Notice>) {
    this.#stream = stream;
  }

  /**
   * Subscribes.
   *
   * @param address of the manager
   * @param after also send the events with a larger number than this, as far as they are kept
   * @returns the subscription, and the status at its beginning
   * @throws RequestFailed if the manager refuses, does not know the method, or leaves; the system's error; Distrust
   */
  static async open(
    address: Address,
    after?: number,
  ): Promise<{ subscription: Subscription; report: StatusReport }> {
    const stream = new NoticeStream(address, readNotification);
    const subscription = new Subscription(stream);
    try {
      const params = after === undefined ? {} : { after };
      return { subscription, report: (await stream.ask('subscribe', params)) as StatusReport };
    } catch (error) {
      subscription.close();
      throw error;
    }
  }

  /** The next event; null when the manager has ended the connection. */
  next(): Promise<Notice | null> {
    return this.#stream.next();
  }

  /** The status at this moment. @throws ManagerLeft when it has ended the connection */
  async status(): Promise<StatusReport> {
    // What is being asked now answers all that has happened before.
    this.#stream.clear();
    return (await this.#stream.ask('status', {})) as StatusReport;
  }

  close(): void {
    this.#stream.close();
  }
}
