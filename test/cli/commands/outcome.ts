import { userInfo } from 'node:os';
import * as assert from 'uvu/assert';
import { clearPlaces, fixture, makePlace, type Place, pidIn } from '../../helpers/cli';
import { killWithKeeper, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* Why it is down: what outlives the manager. */

const test = suite('outcome');
test.after.each(clearPlaces);

const user = userInfo().username;
const SENTENCE = 'daemon manager not running\n';

/** The last record, and what `status` and `status -v` say of it. */
async function tell(place: Place) {
  await until(30, 'the end of the manager', async () =>
    (await place.zd('status')).stdout.startsWith(SENTENCE),
  );
  const plain = await place.zd('status');
  assert.equal([plain.status, plain.stderr], [3, '']);
  const verbose = await place.zd('status -v');
  assert.is(verbose.status, 3);
  assert.ok(verbose.stdout.startsWith(SENTENCE));
  assert.equal((await place.zdaemon('status')).stdout, SENTENCE);
  const json = JSON.parse((await place.zd('status --json')).stdout);
  assert.is(json.state, ['failed', 'gave-up'].includes(json.outcome) ? 'failed' : 'down');
  return { plain: plain.stdout.slice(SENTENCE.length), verbose: verbose.stdout, json };
}

test('a stop says by whom, and a pipe gets the sentence alone', async () => {
  const place = makePlace();
  await place.zd(['-p', 'sleep 1000', 'start']);
  await place.zd('stop');
  const { plain, verbose, json } = await tell(place);
  assert.is(plain, '');
  assert.match(verbose, `\nstopped by ${user} at `);
  assert.match(verbose, `, SIGTERM by zd stop (${user}), after `);
  assert.equal([json.outcome, json.by, json.user, json.lastExit.by], ['stopped', 'stop', user, 'stop']);
  assert.ok(json.at > json.lastExit.at - 1);
});

test('a manager that gave up has said after how many crashes, and the last words', async () => {
  const place = makePlace();
  place.configure({ program: fixture('crash.sh'), 'backoff-limit': '2', 'start-seconds': '0' });
  await place.zd('-C app.conf start');
  const { plain, verbose, json } = await tell(place);
  assert.match(plain, /^gave up at .* after 2 crashes in a row, exit status 3 after .*\n$/);
  assert.match(verbose, /last lines\n {4}crashing now\n {4}with status 3\n$/);
  assert.equal([json.outcome, json.by, json.inARow, json.lastExit.code], ['gave-up', 'nobody', 2, 3]);
});

test('a failed start and an end with a status of exit-codes are told apart', async () => {
  const place = makePlace();
  await place.zd(['-p', fixture('crash.sh'), 'start']);
  const failed = await tell(place);
  assert.match(failed.plain, /^failed to start at .*: exit status 3 after /);
  assert.is(failed.json.outcome, 'failed');
  place.write('app.sh', 'until [ -e go ]; do sleep 0.05; done');
  await place.zd(['-p', 'sh app.sh', 'start']);
  place.write('go', '');
  const ended = await tell(place);
  assert.match(ended.plain, /^ended at .*, exit status 0 after [0-9.]+ s\n$/);
  assert.equal([ended.json.outcome, ended.json.by, ended.json.reason], ['ended', 'nobody', null]);
});

test('a program that cannot be executed any more is a reason of its own', async () => {
  const place = makePlace();
  place.write('app', '#!/bin/sh\nrm "$0"; until [ -e go ]; do sleep 0.05; done; exit 1', 0o755);
  place.configure({ program: './app', 'backoff-limit': '2', 'start-seconds': '0' });
  await place.zd('-C app.conf start');
  place.write('go', '');
  const { plain, json } = await tell(place);
  assert.match(plain, /^gave up at .* after 2 crashes in a row, .*(app|no such file)/);
  assert.is(json.outcome, 'gave-up');
});

test('a SIGTERM of zd kill is told from one of another process', async () => {
  const place = makePlace();
  place.write('app.sh', 'trap "exit 0" TERM; : >ready; while :; do sleep 0.05; done');
  const start = async () => {
    const started = await place.zd(['-p', 'sh app.sh', 'start']);
    await waitForFile(place.path('ready'));
    return pidIn(started);
  };
  await start();
  await place.zd('kill');
  const byZd = await tell(place);
  assert.match(
    byZd.plain,
    new RegExp(`^ended at .*, exit status 0 after .* s, because of zd kill \\(${user}\\)\n$`),
  );
  assert.equal([byZd.json.by, byZd.json.user], ['signal-by-zd', user]);
  process.kill(await start(), 'SIGTERM');
  const byOther = await tell(place);
  assert.match(byOther.plain, /^ended at .*, exit status 0 after \S+ s\n$/);
  assert.equal([byOther.json.by, byOther.json.user], ['nobody', null]);

  place.configure({ program: 'sleep 1000', 'exit-codes': '-1' });
  process.kill(pidIn(await place.zd('-C app.conf start')), 'SIGTERM');
  const killed = await tell(place);
  assert.match(killed.plain, /^killed by SIGTERM, which zd did not send at /);
  await place.zd('-C app.conf start');
  await place.zd('kill');
  assert.match((await tell(place)).plain, `killed by SIGTERM by zd kill (${user}) at `);
});

test('a SIGTERM to the manager is said as that, and the end of both as that', async () => {
  const place = makePlace();
  await place.zd(['-p', 'sleep 1000', 'start']);
  process.kill((await place.report()).managerPid, 'SIGTERM');
  const told = await tell(place);
  assert.equal([told.json.outcome, told.json.by], ['stopped', 'signal']);
  assert.match(told.verbose, '\nstopped by a signal to the manager at ');
  const pid = pidIn(await place.zd(['-p', 'sleep 1000', 'start']));
  await killWithKeeper((await place.report()).managerPid);
  process.kill(pid, 'SIGKILL');
  await waitForEnd(pid);
  const both = await tell(place);
  assert.is(both.plain, 'killed with its manager\n');
  assert.equal([both.json.outcome, both.json.at], ['killed', null]);
});

test('a manager that hangs around says it too, and a start forgets it', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'hang-around': 'on' });
  await place.zd('-C app.conf start');
  await place.zd('stop');
  const idle = JSON.parse((await place.zd('status --json')).stdout);
  assert.equal([idle.state, idle.outcome, idle.user], ['idle', 'stopped', user]);
  await place.zd('-C app.conf start');
  const up = JSON.parse((await place.zd('status --json')).stdout);
  assert.equal([up.state, up.outcome, up.startedBy, up.crashes], ['running', null, { by: 'start', user }, 0]);
  await place.zd('-C app.conf restart');
  const again = JSON.parse((await place.zd('status --json')).stdout);
  assert.equal(
    [again.restarts, again.crashes, again.startedBy.by, again.lastExit.by],
    [2, 0, 'restart', 'restart'],
  );
});

test('crashes are counted apart from restarts, and outlive a manager that was killed', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  await place.zd('-C app.conf restart');
  const old = (await place.report()).pid ?? pid;
  process.kill(old, 'SIGKILL');
  const isNext = async () => {
    const report = JSON.parse((await place.zd('status --json')).stdout);
    return report.state === 'running' && report.pid !== old && report;
  };
  const next = await until(30, 'the next program', isNext);
  assert.equal([next.restarts, next.crashes, next.startedBy, next.lastExit.by], [2, 1, null, 'nobody']);
  process.kill(next.managerPid, 'SIGKILL');
  await until(30, 'the next manager', async () => (await place.report()).managerPid !== next.managerPid);
  assert.is((await isNext()).crashes, 1);
});

test.run();
