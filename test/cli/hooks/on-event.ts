import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { isAlive, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('on-event');
test.after.each(clearPlaces);

const isLine = (text: string) => text.endsWith('\n');

function configure(place: Place, script: string, settings: Record<string, string> = {}): void {
  place.write('hook.sh', `#!/bin/sh\n${script}\n`, 0o755);
  const usual = { program: 'sleep 1000', directory: place.folder, 'on-event': './hook.sh' };
  place.configure({ ...usual, ...settings });
}

/** The variables, without those of the tests. */
const TELL = 'env | grep ^ZD_ | grep -v "^ZD_TEST\\|^ZD_NODE" | sort';

/** A program that fails twice, so that its manager gives up. */
const FAILS = { program: 'sh -c "exit 7"', attempts: '2', 'backoff-first': '10ms' };

const down = (place: Place) =>
  until(30, 'the end of the manager', async () => (await place.zd('-C app.conf status')).status === 3);

test('a manager that gives up tells how the program ended, and leaves when that is told', async () => {
  const place = makePlace();
  configure(place, `${TELL} >told`, FAILS);
  await place.zd('-C app.conf start');
  const text = await waitForFile(place.path('told'), found => found.includes('ZD_UPTIME'));
  assert.match(
    text,
    /^ZD_EVENT=gave-up\nZD_EXIT_CODE=7\nZD_MISSED=0\nZD_NAME=app\nZD_PID=\d+\nZD_REASON=it ended with exit status 7 after .*\nZD_SOCKET=.*\nZD_TRANSCRIPT=.*\nZD_UPTIME=0\n$/,
  );
  await down(place);
});

test('of a start that led to no process it tells the reason alone', async () => {
  const place = makePlace();
  configure(place, `${TELL} >told`, { 'before-start': 'false' });
  assert.is((await place.zd('-C app.conf start')).status, 1);
  const text = await waitForFile(place.path('told'), found => found.includes('ZD_SOCKET'));
  assert.match(
    text,
    /^ZD_EVENT=failed\nZD_MISSED=0\nZD_NAME=app\nZD_REASON=before-start failed: exit status 1\nZD_SOCKET=/,
  );
});

test('one runs at a time, then the last of what came meanwhile, with the number of the others', async () => {
  const place = makePlace();
  configure(place, 'echo "$ZD_EVENT $ZD_MISSED" >>told; until test -e go; do sleep 0.05; done', {
    'on-event-kinds': 'paused, continued, reloaded',
    'reload-program': 'true',
  });
  await place.zd('-C app.conf start');
  for (const command of ['pause', 'continue', 'pause', 'continue', 'reload'])
    assert.is((await place.zd(`-C app.conf ${command}`)).status, 0);
  place.write('go', '');
  await waitForFile(place.path('told'), text => text === 'paused 0\nreloaded 3\n');
});

test('not more than one starts in a second', async () => {
  const place = makePlace();
  configure(place, 'date +%s.%N >>times', { 'on-event-kinds': 'paused, continued' });
  await place.zd('-C app.conf start');
  for (const command of ['pause', 'continue', 'pause']) await place.zd(`-C app.conf ${command}`);
  const text = await waitForFile(place.path('times'), found => found.split('\n').length > 2);
  const [first = 0, second = 0] = text.trim().split('\n').map(Number);
  assert.ok(second - first > 0.8, text);
});

test('a start does not wait for the hook of a manager that has given up', async () => {
  const place = makePlace();
  configure(place, 'echo $$ >pid; exec sleep 1000', FAILS);
  await place.zd('-C app.conf start');
  const hook = Number(await waitForFile(place.path('pid'), isLine));
  const { managerPid } = await place.report();
  assert.match((await place.zd('-C app.conf status')).stdout, /gave up/);
  place.configure({ program: 'sleep 1000', directory: place.folder });
  const pid = pidIn(await place.zd('-C app.conf start'));
  assert.equal([(await place.report()).managerPid, isAlive(pid), isAlive(hook)], [managerPid, true, true]);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
});

test('nor does a stop, and the manager leaves at hook-timeout at the latest', async () => {
  const place = makePlace();
  configure(place, 'echo $$ >pid; exec sleep 1000', { 'on-event-kinds': 'stopped', 'hook-timeout': '2s' });
  await place.zd('-C app.conf start');
  assert.equal(await place.zd('-C app.conf stop'), {
    status: 0,
    stdout: 'daemon process stopped\n',
    stderr: '',
  });
  const hook = Number(await waitForFile(place.path('pid'), isLine));
  assert.ok(isAlive(hook));
  await down(place);
  await waitForEnd(hook);
});

test.skipIf(keeperMissing, 'what it leaves in other sessions is ended when the manager leaves', async () => {
  const place = makePlace();
  const script = 'setsid sh -c "echo \\$\\$ >pid; exec sleep 1000" &\nuntil test -s pid; do sleep 0.01; done';
  configure(place, script, FAILS);
  await place.zd('-C app.conf start');
  const other = Number(await waitForFile(place.path('pid'), isLine));
  await down(place);
  await waitForEnd(other);
});

test('its own failure does not run it again', async () => {
  const place = makePlace();
  configure(place, 'echo "$ZD_EVENT" >>told; exit 1', { 'on-event-kinds': 'hook-failed, paused, continued' });
  await place.zd('-C app.conf start');
  await place.zd('-C app.conf pause');
  await waitForFile(place.path('told'));
  await place.zd('-C app.conf continue');
  await waitForFile(place.path('told'), text => text === 'paused\ncontinued\n');
});

test.skipIf(keeperMissing, 'one that kills its parent harms neither program nor manager', async () => {
  const place = makePlace();
  configure(place, 'kill -9 $PPID; sleep 1000', { 'on-event-kinds': 'paused' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  const { managerPid, keeperPid } = await place.report();
  await place.zd('-C app.conf pause');
  const now = await until(30, 'another keeper', async () => {
    const seen = await place.report();
    return seen.keeperPid !== keeperPid && seen.keeperPid !== null && seen;
  });
  assert.equal([now.pid, now.managerPid], [pid, managerPid]);
  assert.is((await place.zd('-C app.conf continue')).status, 0);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
});

test.run();
