import * as assert from 'uvu/assert';
import { newLifecycle, step } from '../../src/manager/lifecycle/table';
import type { Effect, Event, Lifecycle, Rules, StateName } from '../../src/manager/lifecycle/types';
import type { Ending } from '../../src/system/signals';

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

const withProgram: StateName[] = ['starting', 'running', 'resumed', 'stopping', 'restarting'];
const wantedUp: StateName[] = ['starting', 'running', 'resumed', 'restarting', 'backoff'];
const wantedDown: StateName[] = ['idle', 'stopping', 'gone'];

/**
 * The manager, the kernel and the users around a lifecycle, reduced to what the table can see of them. After every step
 * the invariants are checked.
 */
export class World {
  life: Lifecycle = newLifecycle();
  now = 0;
  readonly waiters: Waiter[] = [];
  program: { pid: number; nature: Nature; killed: boolean; terminated: boolean } | null = null;
  group: Nature['leavesGroup'] = 'none';
  testing = false;
  leftWith: number | null = null;
  #armed: number | null = null;
  #sweeping = false;
  #groupTerminated = false;
  #mayStart = false;
  #leaving = false;
  #lastSpawn = Number.NEGATIVE_INFINITY;
  #killDue: number | null = null;
  #pid = 0;
  #nature: Nature;
  readonly #queue: Event[] = [];

  constructor(
    public rules: Rules,
    nature: Nature,
  ) {
    this.#nature = nature;
  }

  // Requests of users, as manager.ts dispatches them.

  start(patient: boolean): void {
    if (this.life.pid !== null && ['running', 'resumed'].includes(this.life.name)) return;
    this.waiters.push({ kind: 'start', patient, answers: 0 });
    this.#ask({ name: 'start' });
  }

  restart(patient: boolean): void {
    this.waiters.push({ kind: 'start', patient, answers: 0 });
    this.#ask({ name: 'restart' });
  }

  stop(): void {
    this.waiters.push({ kind: 'stop', patient: false, answers: 0 });
    this.#ask({ name: 'stop' });
  }

  leave(status: number): void {
    this.#ask({ name: 'leave', status });
  }

  // Events that are not requests; no effect if they cannot happen now.

  exit(ending: Ending): void {
    if (!this.program) return;
    this.group = this.group === 'none' ? this.program.nature.leavesGroup : this.group;
    this.program = null;
    this.#dispatch({ name: 'exited', ending, leftovers: this.group !== 'none' });
  }

  /** The last SIGTERM or SIGKILL could not be sent. */
  refuse(): void {
    if (!this.program || !['stopping', 'restarting'].includes(this.life.name)) return;
    this.program.terminated = false;
    this.program.killed = false;
    this.#killDue = null;
    this.#dispatch({ name: 'refused', reason: 'not permitted' });
  }

  pass(): void {
    if (!this.testing) return;
    this.testing = false;
    this.#dispatch({ name: 'tested' });
  }

  endGroup(): void {
    this.group = 'none';
    if (!this.#sweeping) return;
    this.#sweeping = false;
    this.#dispatch({ name: 'groupGone' });
  }

  advance(seconds: number): void {
    const end = this.now + seconds;
    while (this.#armed !== null && this.#armed <= end) {
      this.now = Math.max(this.now, this.#armed);
      this.#armed = null;
      this.#dispatch({ name: 'deadline' });
    }
    this.now = end;
    this.#check();
  }

  /** Completes what must happen eventually: programs that got SIGTERM or SIGKILL exit. */
  settle(): void {
    if (this.program && (this.program.killed || (this.program.terminated && this.program.nature.heeds)))
      this.exit({ code: null, signal: 9 });
    if (this.#sweeping && (this.group !== 'stubborn' || !this.#groupTerminated)) this.endGroup();
  }

  /** Sets the nature of the next programs. */
  setNature(nature: Nature): void {
    this.#nature = nature;
  }

  /** Applies other settings, as a restart does. */
  configure(rules: Rules): void {
    this.rules = rules;
  }

  // A small version of supervisor.ts and perform.ts.

  #ask(event: Event): void {
    if (event.name === 'leave') this.#leaving = true;
    this.#mayStart = (event.name === 'start' || event.name === 'restart') && !this.#leaving;
    this.#dispatch(event);
  }

  #dispatch(event: Event): void {
    this.#queue.push(event);
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      const before = this.life;
      const { life, effects } = step(before, next, this.now, this.rules);
      this.life = life;
      for (const effect of effects) this.#perform(effect, before, next);
      if (life.name === 'idle') this.#mayStart = false;
    }
    this.#check();
  }

  #perform(effect: Effect, before: Lifecycle, event: Event): void {
    switch (effect.do) {
      case 'spawn':
        return this.#spawn(before, event);
      case 'terminate':
        assert.ok(this.program, 'SIGTERM without a program');
        this.program.terminated = true;
        // A second SIGTERM of the same stop sets no new limit.
        if (
          (!['stopping', 'restarting'].includes(before.name) || before.refused) &&
          this.rules.stopTimeout > 0
        )
          this.#killDue = this.now + this.rules.stopTimeout;
        return;
      case 'kill':
        assert.ok(this.program, 'SIGKILL without a program');
        this.program.killed = true;
        return;
      case 'sweep':
        assert.not(this.#sweeping, 'two sweeps at a time');
        this.#sweeping = true;
        this.#groupTerminated = true;
        if (this.group === 'none') {
          this.#sweeping = false;
          this.#queue.push({ name: 'groupGone' });
        }
        return;
      case 'killGroup':
        this.group = this.group === 'none' ? 'none' : 'heeding';
        return;
      case 'test':
        this.testing = true;
        return;
      case 'endTest':
        this.testing = false;
        return;
      case 'look':
        assert.ok(this.program, 'a look without a program');
        // Every other program has not finished booting when it is looked at.
        this.#queue.push({ name: 'looked', used: 0, isBusy: this.#pid % 2 === 0 });
        return;
      case 'arm':
        this.#armed = effect.at;
        if (this.life.name === 'backoff')
          assert.ok(effect.at - this.now <= Math.max(this.rules.backoffLimit, 1), 'a delay over the limit');
        return;
      case 'disarm':
        this.#armed = null;
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
    assert.not(this.#sweeping, 'a start during a sweep');
    assert.is(this.group, 'none', 'a start beside what the last run left behind');
    const isOwnIdea =
      (['exited', 'spawnFailed', 'deadline'].includes(event.name) && before.name !== 'resumed') ||
      (event.name === 'groupGone' && before.ended !== null && before.ended.during !== 'resumed');
    if (isOwnIdea) assert.ok(this.now - this.#lastSpawn >= 1, 'starts in quick succession');
    this.#lastSpawn = this.now;
    if (!this.#nature.starts) return void this.#queue.push({ name: 'spawnFailed', reason: 'no such file' });
    this.program = { pid: ++this.#pid, nature: this.#nature, killed: false, terminated: false };
    this.#queue.push({ name: 'spawned', pid: this.#pid });
  }

  #answer(kind: Waiter['kind'], retry: boolean): void {
    for (const waiter of this.waiters)
      if (waiter.kind === kind && waiter.answers === 0 && !(retry && waiter.patient)) waiter.answers += 1;
  }

  #check(): void {
    const { name, pid, wanted, deadline } = this.life;
    assert.is(pid, this.program?.pid ?? null, 'the pid is not the program');
    assert.is(pid !== null, withProgram.includes(name), `a pid, or none, while ${name}`);
    assert.is(this.#armed, deadline, 'the alarm is not the deadline');
    if (wantedUp.includes(name)) assert.is(wanted, 'up', name);
    if (wantedDown.includes(name)) assert.is(wanted, 'down', name);
    assert.is(this.#sweeping, name === 'sweeping', 'a sweep and its state');
    if (this.testing) assert.is(name, 'starting', 'a start test');
    assert.is(this.leftWith !== null, name === 'gone', 'gone and left');

    if (name !== 'stopping' && name !== 'restarting') this.#killDue = null;
    else if (this.#killDue !== null && this.now > this.#killDue)
      assert.ok(this.program?.killed, 'no SIGKILL');

    const waiting = this.waiters.filter(({ answers }) => answers === 0);
    const hopes = waiting.filter(({ kind }) => kind === 'start');
    if (['idle', 'running', 'resumed', 'stopping', 'gone'].includes(name))
      assert.is(hopes.length, 0, `start awaited while ${name}`);
    if (name === 'backoff')
      assert.ok(
        hopes.every(({ patient }) => patient),
        'an impatient start in backoff',
      );
    if (name !== 'stopping' && !(name === 'sweeping' && wanted === 'down'))
      assert.is(waiting.length, hopes.length, `stop awaited while ${name}`);
  }
}
