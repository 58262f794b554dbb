import type { BriefReport, StartParams, StatusReport, UpgradeParams } from '../../protocol/messages';
import type { StartOutcome, StopOutcome, UpgradeOutcome } from '../../protocol/outcomes';
/** What a request can ask of the manager. Every promise settles; a rejection becomes an error reply. */
export interface Requests {
  /** The text of zdaemon's `status`. */
  statusText(): string;
  /** What the text protocol has words for. */
  brief(): BriefReport;
  /** @param withLines add the last lines the program said */
  status(withLines?: boolean): StatusReport;
  /** Begins at once; the promise waits for the outcome. */
  start(params: StartParams): Promise<StartOutcome>;
  stop(): Promise<StopOutcome>;
  restart(params: StartParams): Promise<StartOutcome>;
  /** @returns false when no program is up; throws the system's error */
  kill(signal: number): boolean;
  wait(): Promise<void>;
  reopen(): void;
  /** Has another manager take over; resolves when it has. */
  upgrade(params: UpgradeParams): Promise<UpgradeOutcome>;
  exit(): void;
}
