import * as assert from 'uvu/assert';
import type { Event, Lifecycle, Rules, StateName } from '../../src/manager/lifecycle/types';

const withProgram: StateName[] = ['starting', 'running', 'resumed', 'stopping', 'restarting'];
const wantedUp: StateName[] = [
  'preparing',
  'starting',
  'running',
  'resumed',
  'restarting',
  'backoff',
  'waiting',
];
const wantedDown: StateName[] = ['idle', 'stopping', 'gone'];

/** What the world shows of itself. */
interface Observed {
  life: Lifecycle;
  now: number;
  program: { pid: number; killed: boolean } | null;
  waiters: readonly { kind: 'start' | 'stop'; patient: boolean; answers: number }[];
  preparing: boolean;
  testing: boolean;
  attended: boolean;
  stopProgram: boolean;
  afterExit: boolean;
  leftWith: number | null;
}

/** What it knows besides. */
interface Facts {
  armed: number | null;
  isSweeping: boolean;
  killDue: number | null;
}

/** Checks what holds after every step, whatever has happened. */
export function checkInvariants(world: Observed, { armed, isSweeping, killDue }: Facts): void {
  const { life, program, now } = world;
  const { name, pid, wanted, deadline, paused } = life;
  assert.is(pid, program?.pid ?? null, 'the pid is not the program');
  assert.is(pid !== null, withProgram.includes(name), `a pid, or none, while ${name}`);
  assert.is(armed, paused === null ? deadline : null, 'the alarm is not the deadline');
  if (paused !== null) assert.ok(['starting', 'running', 'resumed'].includes(name), `paused while ${name}`);
  assert.is(world.preparing, name === 'preparing', 'preparing and its state');
  assert.is(world.attended, ['running', 'resumed'].includes(name), `attended while ${name}`);
  if (world.stopProgram) assert.is(life.stage, -1, 'stop-program and its stage');
  if (wantedUp.includes(name)) assert.is(wanted, 'up', name);
  if (wantedDown.includes(name)) assert.is(wanted, 'down', name);
  assert.is(isSweeping, name === 'sweeping', 'a sweep and its state');
  assert.is(world.afterExit, name === 'cleaning', 'after-exit and its state');
  if (world.testing) assert.is(name, 'starting', 'a start test');
  assert.is(world.leftWith !== null, name === 'gone', 'gone and left');
  if (killDue !== null && now > killDue) assert.ok(program?.killed, 'no SIGKILL');
  checkWaiters(world);
}

/** Whether the manager starts the program again sooner than its rules allow, without a request. */
export function isTooSoon(seconds: number, before: Lifecycle, event: Event, rules: Rules): boolean {
  const { backoffFirst, backoffJitter, attemptsPause, steps, runEvery, runAt } = rules;
  const isOwnIdea =
    (['exited', 'spawnFailed', 'deadline'].includes(event.name) && before.name !== 'resumed') ||
    (['groupGone', 'cleaned'].includes(event.name) &&
      before.ended !== null &&
      before.ended.during !== 'resumed');
  const isRepeated = steps > 0 || runEvery !== null || runAt !== null;
  const least = Math.min(1, backoffFirst, attemptsPause ?? 1) * (1 - backoffJitter / 100);
  return isOwnIdea && !isRepeated && seconds < least - 1e-6;
}

function checkWaiters({ life: { name, wanted, isLast }, waiters }: Observed): void {
  const waiting = waiters.filter(({ answers }) => answers === 0);
  const hopes = waiting.filter(({ kind }) => kind === 'start');
  if (['idle', 'running', 'resumed', 'stopping', 'gone'].includes(name))
    assert.is(hopes.length, 0, `start awaited while ${name}`);
  if (name === 'backoff' || name === 'waiting')
    assert.ok(
      hopes.every(({ patient }) => patient),
      `an impatient start while ${name}`,
    );
  const isEnded = name === 'sweeping' || name === 'cleaning';
  if (name !== 'stopping' && !(isEnded && wanted === 'down') && !isLast)
    assert.is(waiting.length, hopes.length, `stop awaited while ${name}`);
}
