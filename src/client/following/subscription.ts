import { type DroppedEvents, type ProgramEvent, readNotification } from '../../protocol/events';
import type { StatusReport } from '../../protocol/messages';
import type { Address } from '../address';
import { NoticeStream } from './notice-stream';

export type Notice = ProgramEvent | DroppedEvents;

/** A connection to a manager that sends what happens. */
export class Subscription extends NoticeStream<Notice> {
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
    const subscription = new Subscription(address, readNotification);
    over?.addEventListener('abort', () => subscription.close(), { once: true });
    try {
      const params = after === undefined ? {} : { after };
      return { subscription, report: (await subscription.ask('subscribe', params)) as StatusReport };
    } catch (error) {
      subscription.close();
      throw error;
    }
  }

  /** The status at this moment. @throws ManagerLeft when it has ended the connection */
  async status(): Promise<StatusReport> {
    // What is being asked now answers all that has happened before.
    this.clear();
    return (await this.ask('status', {})) as StatusReport;
  }
}
