import type { Requests } from '../../src/manager/control/requests';
import type { HistoryReply } from '../../src/protocol/history';
import type {
  BriefReport,
  OutputParams,
  OutputReply,
  ReloadReply,
  StatusReport,
  SubscribeParams,
} from '../../src/protocol/messages';
import type { StartOutcome, StopOutcome } from '../../src/protocol/outcomes';
import type { SendParams, SendReply } from '../../src/protocol/sending';
import { formatStatusText } from '../../src/protocol/status-text';
import { sampleReport } from './sample-report';

/** Answers like a manager, performs nothing, and records the requests. */
export class FakeManager implements Requests {
  readonly asked: unknown[][] = [];
  report: StatusReport = sampleReport;
  startOutcome: Promise<StartOutcome> = Promise.resolve({ outcome: 'started', pid: 7 });
  stopOutcome: Promise<StopOutcome> = Promise.resolve({ outcome: 'stopped' });
  sent = true;
  readonly visitors = {
    attach: (): never => {
      throw new Error('nothing to see');
    },
    resize: () => {},
  };
  read = (): never => {
    throw new Error('nothing to read');
  };
  /** Thrown by `kill` and `reopen`. */
  error: Error | null = null;

  /** Reports the program as down, in `state`. */
  down(state: StatusReport['state'], wanted: StatusReport['wanted']): this {
    this.report = { ...sampleReport, pid: null, state, wanted };
    return this;
  }

  statusText(): string {
    return formatStatusText(this.report);
  }

  brief(): BriefReport {
    return this.report;
  }

  status(): StatusReport {
    return this.report;
  }

  start(...params: unknown[]): Promise<StartOutcome> {
    this.asked.push(['start', ...params]);
    return this.startOutcome;
  }

  stop(): Promise<StopOutcome> {
    this.asked.push(['stop']);
    return this.stopOutcome;
  }

  restart(...params: unknown[]): Promise<StartOutcome> {
    this.asked.push(['restart', ...params]);
    return this.startOutcome;
  }

  async kill(signal: number): Promise<boolean> {
    this.asked.push(['kill', signal]);
    if (this.error) throw this.error;
    return this.sent;
  }

  async pause(): Promise<void> {
    this.asked.push(['pause']);
  }

  async continueProgram(): Promise<void> {
    this.asked.push(['continue']);
  }

  async reload(): Promise<ReloadReply> {
    this.asked.push(['reload']);
    return { reloaded: true, pid: 7, signal: 1 };
  }

  runNow(): Promise<StartOutcome> {
    this.asked.push(['run_now']);
    return this.startOutcome;
  }

  async send(params: SendParams): Promise<SendReply> {
    this.asked.push(['send', params]);
    return { sent: 0, pid: null, refused: 'none' };
  }

  async wait(): Promise<void> {
    this.asked.push(['wait']);
  }

  async output(params: OutputParams): Promise<OutputReply> {
    this.asked.push(['output', params]);
    return { managerPid: 13055, from: 0, to: 3, bytes: 'YWJj' };
  }

  history(): HistoryReply {
    return { ends: [] };
  }

  subscribe(params: SubscribeParams): ReturnType<Requests['subscribe']> {
    this.asked.push(['subscribe', params]);
    if (this.error) throw this.error;
    return { report: this.report, follow: () => ({ drained() {}, closed() {} }) };
  }

  reopen(): void {
    this.asked.push(['reopen']);
    if (this.error) throw this.error;
  }

  apply(params: unknown): void {
    this.asked.push(['apply', params]);
  }

  async upgrade(...params: unknown[]): Promise<{ managerPid: number }> {
    this.asked.push(['upgrade', ...params]);
    return { managerPid: 8 };
  }

  exit(): void {
    this.asked.push(['exit']);
  }
}
