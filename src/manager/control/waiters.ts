import type { StartOutcome, StopOutcome } from '../../protocol/outcomes';
import type { Effect } from '../lifecycle/types';

/** What can be told of the effect that is reported. */
export interface News {
  pid: number | null;
  /** The manager is about to leave. */
  leaves: boolean;
  /** Why the last start failed. */
  reason: string;
  /** The last lines the program said. */
  lines(): string[];
}

type Report = Extract<Effect, { do: `report${string}` }>;

/** Those who asked for something and wait to hear how it went. */
export class Waiters {
  #starts: { patient: boolean; settle(outcome: StartOutcome): void }[] = [];
  #stops: ((outcome: StopOutcome) => void)[] = [];
  #ends: (() => void)[] = [];

  /** @param patient waits through failed attempts that will be repeated */
  awaitStart(patient: boolean): Promise<StartOutcome> {
    return new Promise(settle => this.#starts.push({ patient, settle }));
  }

  awaitStop(): Promise<StopOutcome> {
    return new Promise(settle => this.#stops.push(settle));
  }

  /** Resolves at the next end of the program, whatever the reason. */
  awaitEnd(): Promise<void> {
    return new Promise(settle => this.#ends.push(settle));
  }

  /** Tells those a report of the lifecycle concerns. */
  tell(report: Report, { pid, leaves, reason, lines }: News): void {
    switch (report.do) {
      case 'reportStarted':
        if (pid !== null) this.settleStarts({ outcome: 'started', pid });
        return;
      case 'reportStartFailed':
        return this.settleStarts({ outcome: 'failed', reason, lines: lines(), retry: report.retry });
      case 'reportStartCancelled':
        return this.settleStarts({ outcome: 'cancelled' });
      case 'reportStopped':
        return this.settleStops({ outcome: 'stopped', leaves });
      case 'reportStopCancelled':
        return this.settleStops({ outcome: 'cancelled' });
    }
  }

  settleStarts(outcome: StartOutcome): void {
    const stays = (patient: boolean) => patient && outcome.outcome === 'failed' && outcome.retry;
    const waiting = this.#starts;
    this.#starts = waiting.filter(({ patient }) => stays(patient));
    for (const { patient, settle } of waiting) if (!stays(patient)) settle(outcome);
  }

  settleStops(outcome: StopOutcome): void {
    for (const settle of this.#stops.splice(0)) settle(outcome);
  }

  settleEnds(): void {
    for (const settle of this.#ends.splice(0)) settle();
  }
}
