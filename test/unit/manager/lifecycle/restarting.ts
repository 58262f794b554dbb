import * as assert from 'uvu/assert';
import { byCode, bySignal, Life } from '../../../helpers/lifecycle';
import { suite } from '../../../runner/guard';

/* The rules are zdaemon's. */

const test = suite('lifecycle: restarting');

/** Crashes immediately, repeatedly. @returns the delay before each further start, and the last effects */
function crashUntilItStays(life: Life, most: number): { starts: number; delays: number[]; last: string[] } {
  const delays: number[] = [];
  life.send({ name: 'start' });
  for (let starts = 1; ; starts++) {
    const last = life.run(0, byCode(1));
    if (life.state.name !== 'backoff' || starts === most) return { starts, delays, last };
    delays.push(life.state.deadline! - life.now);
    assert.equal(life.toDeadline(), ['disarm', 'spawn']);
  }
}

test('a program that always crashes is started exactly backoff-limit times, a second later each time', () => {
  for (const [backoffLimit, wanted] of [
    [1, []],
    [2, [1]],
    [3, [1, 2]],
    [10, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ] as const) {
    const life = new Life({ backoffLimit });
    const { starts, delays, last } = crashUntilItStays(life, 99);
    assert.is(starts, backoffLimit);
    assert.equal(delays, wanted);
    assert.is(life.state.name, 'gone');
    assert.equal(last.slice(-4), [
      'critical: restarting too frequently; quit',
      'reportStopped',
      'reportStartCancelled',
      'leave 1',
    ]);
  }
});

test('with forever, it stays at the limit', () => {
  assert.equal(crashUntilItStays(new Life({ backoffLimit: 2, forever: true }), 7).delays, [1, 2, 2, 2, 2, 2]);
  assert.equal(crashUntilItStays(new Life({ backoffLimit: 1, forever: true }), 4).delays, [1, 1, 1]);
});

test('every delay is written to the event log', () => {
  const life = new Life();
  life.send({ name: 'start' });
  assert.ok(life.run(0, byCode(1)).includes('info: sleep 1 to avoid rapid restarts'));
  life.toDeadline();
  assert.ok(life.run(3, bySignal(9)).includes('info: sleep 2 to avoid rapid restarts'));
});

test('a run of backoff-limit seconds is followed by an immediate start and resets the crash count', () => {
  const life = new Life({ backoffLimit: 4 });
  life.send({ name: 'start' });
  life.run(0, byCode(1));
  life.toDeadline();
  life.run(3.999, byCode(1));
  assert.is(life.state.backoff, 2);
  life.toDeadline();
  assert.equal(life.run(4, byCode(1)), ['logEnding', 'dismiss', 'disarm', 'spawn']);
  assert.is(life.state.name, 'starting');
  assert.is(life.state.backoff, 0);
  life.run(1, byCode(1));
  assert.is(life.state.deadline, life.now + 1);
});

test('a delay counts from the exit of the program, not from its start', () => {
  const life = new Life().up();
  life.now += 6;
  life.send({ name: 'exited', ending: byCode(1) });
  assert.is(life.state.deadline, life.now + 1);
});

test('an exit code that means "do not restart" wins over the governor and over forever', () => {
  for (const rules of [{ backoffLimit: 1 }, { forever: true }, { backoffLimit: 0, forever: true }]) {
    for (const code of [0, 2]) {
      const life = new Life(rules).up();
      const effects = life.send({ name: 'exited', ending: byCode(code) });
      assert.is(life.state.name, 'gone');
      assert.is(life.state.wanted, 'down');
      assert.is(effects[0], 'logEnding exiting');
      assert.is(effects.at(-1), `leave ${code}`);
    }
  }
});

test('a death by signal is -1 for exit-codes, and so is an unknown exit status', () => {
  for (const ending of [bySignal(9), { code: null, signal: null }]) {
    const usual = new Life().up();
    usual.send({ name: 'exited', ending });
    assert.is(usual.state.name, 'backoff');
    const listed = new Life({ exitCodes: [-1] }).up();
    assert.is(listed.send({ name: 'exited', ending }).at(-1), 'leave 1');
  }
});

test('without exit-codes every exit is followed by a start', () => {
  const life = new Life({ exitCodes: [] }).up();
  life.send({ name: 'exited', ending: byCode(0) });
  assert.is(life.state.name, 'backoff');
});

test('a backoff-limit below a second starts once a second and never gives up', () => {
  const life = new Life({ backoffLimit: 0 });
  life.send({ name: 'start' });
  for (let starts = 0; starts < 50; starts++) {
    const begun = life.now;
    life.run(0.01, byCode(1));
    assert.is(life.state.name, 'backoff');
    assert.is(life.state.deadline, begun + 1);
    life.toDeadline();
  }
  assert.equal(life.run(1.5, byCode(1)).at(-1), 'spawn');
  const short = new Life({ backoffLimit: 0.01, forever: true }).up();
  short.now += 0.02;
  short.send({ name: 'exited', ending: byCode(1) });
  assert.is(short.state.name, 'backoff');
});

test('a program that cannot be executed is treated like one that crashed', () => {
  const life = new Life({ backoffLimit: 3 });
  life.send({ name: 'start' });
  assert.equal(life.send({ name: 'spawnFailed', reason: 'no such file' }), [
    "error: can't exec: no such file",
    'dismiss',
    'disarm',
    'reportStartFailed retry',
    'info: sleep 1 to avoid rapid restarts',
    'arm 1',
  ]);
  life.toDeadline();
  life.send({ name: 'spawnFailed', reason: 'no such file' });
  life.toDeadline();
  assert.is(life.send({ name: 'spawnFailed', reason: 'no such file' }).at(-1), 'leave 1');
});

test('with backoff-limit 0 a program that cannot be executed is tried once a second', () => {
  const life = new Life({ backoffLimit: 0 });
  life.send({ name: 'start' });
  for (let tries = 0; tries < 5; tries++) {
    life.send({ name: 'spawnFailed', reason: 'x' });
    assert.is(life.state.deadline, life.now + 1);
    life.toDeadline();
  }
});

test('start and restart end a delay immediately and reset the crash count', () => {
  for (const name of ['start', 'restart'] as const) {
    const life = new Life().up();
    life.send({ name: 'exited', ending: byCode(1) });
    assert.equal(life.send({ name }), ['disarm', 'spawn']);
    assert.is(life.state.backoff, 0);
  }
});

test('a manager with hang-around stays, and a start begins anew', () => {
  const life = new Life({ hangAround: true, backoffLimit: 1 }).up();
  assert.equal(life.send({ name: 'exited', ending: byCode(1) }).slice(-2), [
    'critical: restarting too frequently; quit',
    'reportStopped',
  ]);
  assert.is(life.state.name, 'idle');
  assert.is(life.state.wanted, 'down');
  assert.equal(life.send({ name: 'start' }), ['spawn']);
  assert.is(life.state.backoff, 0);
});

test('an adopted program that crashes is restarted by the usual rules, not as a first start', () => {
  const life = new Life({ firstStartMustHold: true, startSeconds: 1 });
  assert.equal(life.send({ name: 'adopted', pid: 5, startedAt: 90, ready: true }), [
    'info: adopted process pid=5',
    'attend',
    'reportStarted',
  ]);
  assert.is(life.state.name, 'running');
  life.send({ name: 'exited', ending: { code: null, signal: null } });
  assert.is(life.state.name, 'starting', 'it had run for backoff-limit seconds');
  life.run(0, byCode(1));
  assert.is(life.state.name, 'backoff');
});

test('what a crash left behind is ended before the program is started again', () => {
  const life = new Life().up();
  life.now += 100;
  const exit = { name: 'exited' as const, ending: byCode(1), leftovers: true };
  assert.equal(life.send(exit), ['logEnding', 'dismiss', 'disarm', 'arm 5', 'sweep']);
  assert.equal(life.toDeadline(), ['disarm', 'killGroup']);
  assert.equal(life.send({ name: 'groupGone' }).at(-1), 'spawn');
  assert.is(life.state.name, 'starting');
});

test('a stop while leftovers of a crash are ended is followed by no start', () => {
  const life = new Life().up();
  life.send({ name: 'exited', ending: byCode(1), leftovers: true });
  life.send({ name: 'stop' });
  assert.is(life.send({ name: 'groupGone' }).at(-1), 'leave 0');
});

test('the pause after a crash is that of its uptime, however long its leftovers took', () => {
  const life = new Life().up();
  life.now += 1;
  life.send({ name: 'exited', ending: byCode(1), leftovers: true });
  life.now += 3;
  life.send({ name: 'groupGone' });
  assert.is(life.state.name, 'backoff');
  assert.is(life.state.deadline, life.now + 1);
});

test.run();
