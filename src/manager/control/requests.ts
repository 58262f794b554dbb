import type { HistoryReply } from '../../protocol/history';
import type {
  ApplyParams,
  BriefReport,
  CallerParams,
  OutputParams,
  OutputReply,
  ReloadReply,
  StartParams,
  StatusParams,
  StatusReport,
  StopParams,
  SubscribeParams,
  UpgradeParams,
} from '../../protocol/messages';
import type { StartOutcome, StopOutcome, UpgradeOutcome } from '../../protocol/outcomes';
import type { ReadParams, ReadReply } from '../../protocol/output-lines';
import type { SendParams, SendReply } from '../../protocol/sending';
import type { LazyVisitors } from '../console/lazy';
import type { Answer } from './connection';

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
  stop(params?: StopParams): Promise<StopOutcome>;
  restart(params: StartParams): Promise<StartOutcome>;
  /** @returns false if no program is running; rejects with the system's error */
  kill(signal: number, user?: string, isForGroup?: boolean): Promise<boolean>;
  /** Suspends the program and its clocks, and continues it; rejects if it is down. */
  pause(): Promise<void>;
  continueProgram(): Promise<void>;
  /** Has the program read its own files again; rejects if that fails. */
  reload(user?: string): Promise<ReloadReply>;
  /** Begins the next run at once; rejects if none waits. */
  runNow(params: CallerParams): Promise<StartOutcome>;
  /** Writes to the program's input; resolves with what was taken within some seconds. */
  send(params: SendParams): Promise<SendReply>;
  wait(): Promise<void>;
  /** The last ends of the program, oldest first. */
  history(): HistoryReply;
  /** @returns the status, and what to do with the connection once that is sent; throws if there are too many */
  subscribe(params: SubscribeParams): { report: StatusReport; follow: NonNullable<Answer['follow']> };
  /** Those who visit the program's console. */
  readonly visitors: Pick<LazyVisitors, 'attach' | 'resize'>;
  /** The program's output in memory; rejects if there is no transcript. */
  output(params: OutputParams): Promise<OutputReply>;
  /** @returns the last lines, and what to do with the connection once they are sent; throws as `output`, and if there are too many */
  read(params: ReadParams): { reply: ReadReply; follow: NonNullable<Answer['follow']> };
  reopen(): void;
  /** Changes settings while the program goes on; what needs a start takes effect at the next one. */
  apply(params: ApplyParams): void;
  /** Hands over to a new manager; resolves when that has taken over. */
  upgrade(params: UpgradeParams): Promise<UpgradeOutcome>;
  exit(user?: string): void;
}
