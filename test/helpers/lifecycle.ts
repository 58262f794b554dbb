import { newLifecycle, step } from '../../src/manager/lifecycle/table';
import type { Effect, Event, Lifecycle, Rules } from '../../src/manager/lifecycle/types';
import type { Ending } from '../../src/system/signals';

/** zdaemon's defaults, and a start that counts with its exec. */
export const usualRules: Rules = {
  backoffLimit: 10,
  forever: false,
  exitCodes: [0, 2],
  startSeconds: 0,
  stopTimeout: 300,
  hangAround: false,
  hasStartTest: false,
  firstStartMustHold: false,
};

export const byCode = (code: number): Ending => ({ code, signal: null });
export const bySignal = (signal: number): Ending => ({ code: null, signal });

/** A lifecycle that is told events by hand; `now` is set by the test. */
export class Life {
  state: Lifecycle = newLifecycle();
  now = 100;
  rules: Rules;
  #pid = 10;

  constructor(rules: Partial<Rules> = {}) {
    this.rules = { ...usualRules, ...rules };
  }

  /** @returns the effects, as `name` or `name value` where it has one that matters */
  send(event: Event): string[] {
    const { life, effects } = step(this.state, event, this.now, this.rules);
    this.state = life;
    return effects.map(effect => this.#describe(effect));
  }

  /** Started and proven. */
  up(): this {
    this.send({ name: 'start' });
    this.send({ name: 'spawned', pid: ++this.#pid });
    return this;
  }

  /** Comes up, runs for so many seconds and ends. @returns the effects of the end */
  run(seconds: number, ending: Ending): string[] {
    this.send({ name: 'spawned', pid: ++this.#pid });
    this.now += seconds;
    return this.send({ name: 'exited', ending });
  }

  /** Lets time come to the deadline. */
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
      case 'leave':
        return `leave ${effect.status}`;
      case 'reportStartFailed':
        return effect.retry ? 'reportStartFailed retry' : 'reportStartFailed';
      default:
        return effect.do;
    }
  }
}
