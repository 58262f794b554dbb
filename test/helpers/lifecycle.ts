import { newLifecycle, step } from '../../src/manager/lifecycle/table';
import type { Effect, Event, Lifecycle, Rules } from '../../src/manager/lifecycle/types';
import type { Ending } from '../../src/system/signals';

/** zdaemon's defaults, with a start that succeeds at its exec. */
export const usualRules: Rules = {
  backoffLimit: 10,
  forever: false,
  exitCodes: [0, 2],
  failureCodes: [],
  once: false,
  backoffFirst: 1,
  backoffFactor: null,
  backoffJitter: 0,
  backoffReset: null,
  attempts: null,
  attemptsPause: null,
  stopSignals: [{ signal: 15, seconds: null }],
  startSeconds: 0,
  stopTimeout: 300,
  hangAround: false,
  startFailure: 'keep',
  hasPreparation: false,
  hasAfterExit: false,
  hasReadiness: false,
  hasStopProgram: false,
  exitSignals: [],
  failureSignals: [],
  runEvery: null,
  runAt: null,
  runTimeout: null,
  stepPause: 0,
  stepFailure: 'end',
  steps: 0,
  chance: 0,
  firstStartMustHold: false,
};

export const byCode = (code: number): Ending => ({ code, signal: null });
export const bySignal = (signal: number): Ending => ({ code: null, signal });

/** A lifecycle to which the test sends events; the test also sets `now`. */
export class Life {
  state: Lifecycle = newLifecycle();
  now = 100;
  rules: Rules;
  #pid = 10;

  constructor(rules: Partial<Rules> = {}) {
    this.rules = { ...usualRules, ...rules };
  }

  /** @returns the effects, as `name`, or `name value` if it has a relevant value */
  send(event: Event): string[] {
    const { life, effects } = step(this.state, event, this.now, this.rules);
    this.state = life;
    return effects.map(effect => this.#describe(effect));
  }

  /** Starts the program. */
  up(): this {
    this.send({ name: 'start' });
    this.send({ name: 'spawned', pid: ++this.#pid });
    return this;
  }

  /** Spawns the program, and lets it exit after so many seconds. @returns the effects of the exit */
  run(seconds: number, ending: Ending): string[] {
    this.send({ name: 'spawned', pid: ++this.#pid });
    this.now += seconds;
    return this.send({ name: 'exited', ending });
  }

  /** Advances the time to the deadline. */
  toDeadline(): string[] {
    if (this.state.deadline === null) throw new Error(`no deadline while ${this.state.name}`);
    this.now = this.state.deadline;
    return this.send({ name: 'deadline' });
  }

  #describe(effect: Effect): string {
    switch (effect.do) {
      case 'arm':
        return `arm ${effect.at - this.now}`;
      case 'log':
        return `${effect.level}: ${effect.text}`;
      case 'logEnding':
        return effect.exiting ? 'logEnding exiting' : 'logEnding';
      case 'signal':
        return `signal ${effect.signal}`;
      case 'leave':
        return `leave ${effect.status}`;
      case 'reportStartFailed':
        return effect.retry ? 'reportStartFailed retry' : 'reportStartFailed';
      default:
        return effect.do;
    }
  }
}
