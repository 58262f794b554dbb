import type { StartOutcome, StopOutcome } from '../../protocol/outcomes';

/** Requests that wait for the lifecycle to report an outcome. */
export class Waiters {
  #starts: { patient: boolean; settle(outcome: StartOutcome): void }[] = [];
  #stops: ((outcome: StopOutcome) => void)[] = [];
  #ends: (() => void)[] = [];

  /** @param patient whether to keep waiting after a failed attempt that will be repeated */
  awaitStart(patient: boolean): Promise<StartOutcome> {
    return new Promise(settle => this.#starts.push({ patient, settle }));
  }

  awaitStop(): Promise<StopOutcome> {
    return new Promise(settle => this.#stops.push(settle));
  }

  /** Resolves when the program next exits, for whatever reason. */
  awaitEnd(): Promise<void> {
    return new Promise(settle => this.#ends.push(settle));
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
