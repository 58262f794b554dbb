import * as assert from 'uvu/assert';
import { endsWithKill, longestStop } from '../../src/manager/lifecycle/stop-plan';
import { newLifecycle, step } from '../../src/manager/lifecycle/table';
import type { Effect, Event, Lifecycle, Rules } from '../../src/manager/lifecycle/types';
import { checkInvariants, isTooSoon } from './lifecycle-invariants';

/** How the next program and its leftovers behave. */
export interface Nature {
  starts: boolean;
  /** It exits some time after SIGTERM. */
  heeds: boolean;
  leavesGroup: 'none' | 'heeding' | 'stubborn';
}

export interface Waiter {
  kind: 'start' | 'stop';
  patient: boolean;
  answers: number;
}

/** The manager and the kernel around a lifecycle, reduced to what the table can see of them; see `World`. */
export class Surroundings {
  life: Lifecycle = newLifecycle();
  now = 0;
  readonly waiters: Waiter[] = [];
  program: { pid: number; nature: Nature; killed: boolean; terminated: boolean } | null = null;
  group: Nature['leavesGroup'] = 'none';
  testing = false;
  preparing = false;
  stopProgram = false;
  /** Whether after-exit runs, and whether it must before anything else is started. */
  afterExit = false;
  protected owesHook = false;
  /** Whether what accompanies a run is at work. */
  attended = false;
  leftWith: number | null = null;
  protected armed: number | null = null;
  protected sweeping = false;
  protected groupTerminated = false;
  #mayStart = false;
  #leaving = false;
  protected lastSpawn = Number.NEGATIVE_INFINITY;
  protected killDue: number | null = null;
  #pid = 0;
  protected nature: Nature;
  protected readonly queue: Event[] = [];

  constructor(
    public rules: Rules,
    nature: Nature,
  ) {
    this.nature = nature;
  }

  protected ask(event: Event): void {
    if (event.name === 'leave') this.#leaving = true;
    this.#mayStart = (event.name === 'start' || event.name === 'restart') && !this.#leaving;
    this.dispatch(event);
  }

  protected dispatch(event: Event): void {
    this.queue.push(event);
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      const before = this.life;
      const { life, effects } = step(before, next, this.now, this.rules);
      this.life = life;
      for (const effect of effects) this.#perform(effect, before, next);
      if (life.name === 'idle') this.#mayStart = false;
    }
    this.check();
  }

  #perform(effect: Effect, before: Lifecycle, event: Event): void {
    switch (effect.do) {
      case 'spawn':
        return this.#spawn(before, event);
      case 'signal':
        assert.ok(this.program, 'a signal without a program');
        assert.not(this.stopProgram, 'a signal beside stop-program');
        this.program.terminated = true;
        this.#setLimit(before);
        return;
      case 'stopProgram':
        assert.ok(this.program, 'stop-program without a program');
        assert.not(this.stopProgram, 'two stop-programs');
        this.stopProgram = true;
        this.#setLimit(before);
        return;
      case 'endStopProgram':
        this.stopProgram = false;
        return;
      case 'prepare':
        assert.is(this.program, null, 'preparing beside a program');
        assert.ok(this.#mayStart && !this.#leaving, 'preparing without a request');
        this.preparing = true;
        return;
      case 'schedule':
        this.queue.push({ name: 'scheduled', at: this.now + 60 });
        return;
      case 'attend':
        assert.ok(this.program, 'attending without a program');
        this.attended = true;
        return;
      case 'holdClocks':
      case 'releaseClocks':
      case 'noteTimeout':
        return;
      case 'kill':
        assert.ok(this.program, 'SIGKILL without a program');
        this.program.killed = true;
        return;
      case 'sweep':
        assert.not(this.sweeping, 'two sweeps at a time');
        this.sweeping = true;
        this.groupTerminated = true;
        if (this.group === 'none') {
          this.sweeping = false;
          this.queue.push({ name: 'groupGone' });
        }
        return;
      case 'killGroup':
        this.group = this.group === 'none' ? 'none' : 'heeding';
        return;
      case 'afterExit':
        assert.ok(this.owesHook, 'after-exit without an exit, or twice for one');
        assert.is(this.group, 'none', 'after-exit beside what the run left behind');
        assert.not(this.sweeping, 'after-exit during a sweep');
        this.owesHook = false;
        this.afterExit = true;
        return;
      case 'endAfterExit':
        assert.ok(this.afterExit, 'no after-exit to end');
        this.afterExit = false;
        this.queue.push({ name: 'cleaned' });
        return;
      case 'test':
        this.testing = true;
        return;
      case 'dismiss':
        this.testing = false;
        this.preparing = false;
        this.attended = false;
        return;
      case 'look':
        assert.ok(this.program, 'a look without a program');
        // Every other program has not finished booting when it is looked at.
        this.queue.push({ name: 'looked', used: 0, isBusy: this.#pid % 2 === 0 });
        return;
      case 'arm':
        this.armed = effect.at;
        if (this.life.name === 'backoff')
          assert.ok(
            effect.at - this.now <=
              Math.max(this.rules.backoffLimit, this.rules.attemptsPause ?? 0, 1) + 1e-9,
            'a delay over the limit',
          );
        return;
      case 'disarm':
        this.armed = null;
        return;
      case 'log':
        assert.not.match(effect.text, 'unexpected event');
        return;
      case 'logEnding':
        return;
      case 'reportStarted':
        assert.ok(this.life.pid, 'started without a pid');
        return this.#answer('start', false);
      case 'reportStartFailed':
        return this.#answer('start', effect.retry);
      case 'reportStartCancelled':
      case 'reportScheduled':
        return this.#answer('start', false);
      case 'reportStopped':
        assert.is(this.program, null, 'stopped while it is up');
        return this.#answer('stop', false);
      case 'reportStopFailed':
      case 'reportStopCancelled':
        return this.#answer('stop', false);
      case 'leave':
        assert.is(this.leftWith, null, 'left twice');
        this.leftWith = effect.status;
        return;
    }
  }

  #spawn(before: Lifecycle, event: Event): void {
    assert.is(this.program, null, 'two programs');
    assert.is(this.leftWith, null, 'a start after leaving');
    assert.ok(this.#mayStart && !this.#leaving, 'a start without a request');
    assert.not(this.sweeping, 'a start during a sweep');
    assert.not(this.afterExit || this.owesHook, 'a start before after-exit has run');
    assert.is(this.group, 'none', 'a start beside what the last run left behind');
    const isQuick = isTooSoon(this.now - this.lastSpawn, before, event, this.rules);
    assert.not(isQuick, 'starts in quick succession');
    this.lastSpawn = this.now;
    if (!this.nature.starts) return void this.queue.push({ name: 'spawnFailed', reason: 'no such file' });
    this.program = { pid: ++this.#pid, nature: this.nature, killed: false, terminated: false };
    this.queue.push({ name: 'spawned', pid: this.#pid });
  }

  /** A second signal of the same stop sets no new limit. */
  #setLimit(before: Lifecycle): void {
    const isOn = ['stopping', 'restarting'].includes(before.name) && !before.refused && before.stage >= 0;
    const longest = longestStop(this.rules);
    if (!isOn && longest !== null && endsWithKill(this.rules)) this.killDue = this.now + longest;
  }

  #answer(kind: Waiter['kind'], retry: boolean): void {
    for (const waiter of this.waiters)
      if (waiter.kind === kind && waiter.answers === 0 && !(retry && waiter.patient)) waiter.answers += 1;
  }

  protected check(): void {
    const { name } = this.life;
    if (name !== 'stopping' && name !== 'restarting') this.killDue = null;
    checkInvariants(this, { armed: this.armed, isSweeping: this.sweeping, killDue: this.killDue });
  }
}
