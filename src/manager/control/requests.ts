import type {
  BriefReport,
  StartParams,
  StatusParams,
  StatusReport,
  UpgradeParams,
} from '../../protocol/messages';
import type { StartOutcome, StopOutcome, UpgradeOutcome } from '../../protocol/outcomes';

/** What clients can request of the manager. Every promise settles; a rejection becomes an error reply. */
export interface Requests {
  /** The text of zdaemon's `status`. */
  statusText(): string;
  /** What the text protocol reports. */
  brief(): BriefReport;
  /** @param params what else to report */
  status(params?: StatusParams): StatusReport;
  /** Starts synchronously; the promise waits for the outcome. */
  start(params: StartParams): Promise<StartOutcome>;
  stop(): Promise<StopOutcome>;
  restart(params: StartParams): Promise<StartOutcome>;
  /** @returns false if no program is running; rejects with the system's error */
  kill(signal: number): Promise<boolean>;
  wait(): Promise<void>;
  reopen(): void;
  /** Hands over to a new manager; resolves when that has taken over. */
  upgrade(params: UpgradeParams): Promise<UpgradeOutcome>;
  exit(): void;
}
