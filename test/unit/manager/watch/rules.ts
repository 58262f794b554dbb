import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { Burst, LONGEST, QUIET } from '../../../../src/manager/watch/burst';
import { describeMemory, MemoryLimit } from '../../../../src/manager/watch/memory-limit';
import { isPassing, recognizeOwnFiles } from '../../../../src/manager/watch/names';
import { RestartEvery, spread } from '../../../../src/manager/watch/restart-every';
import { describeChanged } from '../../../../src/manager/watch/restart-on-change';
import { FakeClock } from '../../../helpers/fake-clock';
import { sampleOrder, sampleSettings } from '../../../helpers/sample-order';
import { suite } from '../../../runner/guard';

const test = suite('rules of renewing');

test('a burst is over after half a second of quiet, and never later than ten seconds after it began', () => {
  const gaps = fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(gaps, list => {
      const burst = new Burst();
      let now = 1000;
      const times: number[] = [];
      for (const gap of list) {
        now += gap;
        if (burst.due !== null && burst.due <= now) break;
        burst.note(now);
        times.push(now);
      }
      const [first, last] = [times[0]!, times.at(-1)!];
      const due = burst.due as number;
      assert.ok(due <= first + LONGEST && due <= last + QUIET && due >= Math.min(last, first + LONGEST));
      assert.ok(due === last + QUIET || due === first + LONGEST);
    }),
  );
});

test('of changes that are noted out of order, the first and the last count', () => {
  const burst = new Burst();
  assert.is(burst.due, null);
  for (const at of [5, 3, 4]) burst.note(at);
  assert.is(burst.due, 5.5);
  burst.clear();
  assert.is(burst.due, null);
});

test('hidden files, backups and half-written files do not count', () => {
  for (const name of ['.git', '.app.yml.swp', 'app.yml~', '#app.yml#', 'app.yml.bak', '4913', 'x.tmp'])
    assert.ok(isPassing(name), name);
  for (const name of ['app.yml', 'a', 'Makefile', 'sed', 'seductive', 'bak', 'x.tmpl', 'x~1.txt', '49130'])
    assert.not.ok(isPassing(name), name);
});

test('the files of zd are the socket, the configuration, the logs and what rotation makes of them', () => {
  const order = {
    ...sampleOrder(),
    socket: '/srv/app/zdsock',
    startDirectory: '/srv/app',
    source: { file: '/srv/app/app.conf', flags: [] },
    settings: {
      ...sampleSettings(),
      directory: null,
      transcript: '/srv/app/app.log',
      stderrTranscript: 'err',
      pidfile: 'pid',
    },
    eventLog: { level: 20, files: [{ path: '/srv/app/events', level: 0 }] },
  };
  const isOwn = recognizeOwnFiles(order);
  for (const name of [
    'zdsock',
    'app.conf',
    'app.log',
    'app.log.1',
    'app.log.2.gz',
    'app.log-20261126',
    'err',
    'pid',
    'events',
  ])
    assert.ok(isOwn(`/srv/app/${name}`), name);
  for (const name of ['app.logs', 'app.lo', 'sub/app.log', 'app.yml', 'app.conf2'])
    assert.not.ok(isOwn(`/srv/app/${name}`), name);
});

test('a reason names what has changed', () => {
  assert.is(describeChanged(['/a']), '/a has changed');
  assert.is(describeChanged(['/a', '/b']), '/a and /b have changed');
  assert.is(describeChanged(['/a', '/b', '/c']), '/a, /b and 1 more have changed');
});

test('restart-every counts from the start of the run, and not while the program is suspended', () => {
  const clock = new FakeClock();
  let restarts = 0;
  const one = new RestartEvery({ clock, every: 60, jitter: 0, chance: 0, restart: () => restarts++ });
  one.begin({ startedAt: clock.now() - 10 });
  clock.advance(20);
  one.pause();
  one.pause();
  clock.advance(1000);
  one.resume();
  clock.advance(29.9);
  assert.is(restarts, 0);
  clock.advance(0.2);
  assert.is(restarts, 1);
  one.end();
  assert.is(clock.pending, 0);
});

test('one that is older already is restarted at once, and one that ends before is left alone', () => {
  const clock = new FakeClock();
  let restarts = 0;
  const one = new RestartEvery({ clock, every: 60, jitter: 0, chance: 0, restart: () => restarts++ });
  one.begin({ startedAt: clock.now() - 100 });
  clock.advance(0);
  assert.is(restarts, 1);
  one.begin({ startedAt: clock.now() });
  clock.advance(59);
  one.end();
  one.pause();
  clock.advance(100);
  assert.is(restarts, 1);
});

test('jitter spreads a time to both sides, and never below nothing', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 1e6, noNaN: true }),
      fc.integer({ min: 0, max: 100 }),
      share,
      (time, jitter, chance) => {
        const result = spread(time, jitter, chance);
        const width = (time * jitter) / 100;
        assert.ok(result >= time - width - 1e-6 && result <= time + width + 1e-6 && result >= -1e-6);
      },
    ),
  );
  assert.equal([spread(100, 20, 0), spread(100, 20, 0.5), spread(100, 20, 1)], [80, 100, 120]);
});

test('memory is looked at every five seconds, and above the limit there is one restart a look', () => {
  const clock = new FakeClock();
  const reasons: string[] = [];
  let memory: number | null = 100 * 1024 ** 2;
  let failures = 0;
  let used: number | null = null;
  const one = new MemoryLimit({
    clock,
    limit: 512 * 1024 ** 2,
    used: usage => {
      used = usage.memory;
    },
    read: pid => ({ memory, descendants: pid, processor: 1 }),
    restart: reason => void reasons.push(reason),
    failed: () => failures++,
  });
  one.begin({ pid: 7 });
  assert.is(used, null);
  clock.advance(5);
  assert.equal([used, reasons], [memory, []]);
  memory = 811.2 * 1024 ** 2;
  clock.advance(4.9);
  assert.equal(reasons, []);
  clock.advance(0.1);
  assert.equal(reasons, ['812 MB']);
  one.pause();
  clock.advance(60);
  assert.is(reasons.length, 1);
  memory = null;
  one.resume();
  clock.advance(60);
  assert.equal([failures, reasons.length], [1, 1]);
  one.end();
  assert.is(clock.pending, 0);
});

test('a figure is never below the limit that it exceeds', () => {
  assert.is(describeMemory(512 * 1024 ** 2 + 1), '513 MB');
  assert.is(describeMemory(512 * 1024 ** 2), '512 MB');
});

test.run();
