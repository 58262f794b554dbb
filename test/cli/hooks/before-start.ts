import { readFileSync, statSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Place, pidIn } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { isAlive, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('before-start');
test.after.each(clearPlaces);

const isLine = (text: string) => text.endsWith('\n');

const FLOOD = 100_000_000;

/** A program with a hook; what the hook does is a shell script. */
function configure(place: Place, script: string, settings: Record<string, string> = {}, sections = ''): void {
  place.write('hook.sh', `#!/bin/sh\n${script}\n`, 0o755);
  const usual = { program: 'sleep 1000', directory: place.folder, transcript: 'app.log' };
  place.configure({ ...usual, 'before-start': './hook.sh now', ...settings }, sections);
}

const pidsIn = (text: string) => text.trim().split(/\s+/).map(Number);

test('it runs before each start like the program, with its output in the transcript', async () => {
  const place = makePlace();
  const section = '<environment>\nGREETING hello\n</environment>\n';
  configure(place, 'echo "$1 $PWD $GREETING $ZD_EVENT $ZD_NAME $ZD_PID $ZD_SOCKET"', {}, section);
  pidIn(await place.zd('-C app.conf start'));
  pidIn(await place.zd('-C app.conf restart'));
  const line = `now ${place.folder} hello starting app  ${place.path('zdsock')}\n`;
  await waitForFile(place.path('app.log'), text => text === line + line);
});

test('when it fails, the start has failed, and says how and with which output', async () => {
  const place = makePlace();
  configure(
    place,
    'echo "cannot reach the database" >&2; exit 3',
    {},
    '<eventlog>\n<logfile>\npath events\n</logfile>\n</eventlog>\n',
  );
  const { status, stderr } = await place.zd('-C app.conf start');
  assert.is(status, 1);
  assert.match(stderr, /^zd: cannot start app: before-start failed: exit status 3\n/);
  assert.match(stderr, 'cannot reach the database');
  assert.match(place.read('events'), /ERROR.*before-start failed: exit status 3/);
  assert.is((await place.zd('-C app.conf status')).status, 3);
});

test('its failure counts like an early end, and the next try follows', async () => {
  const place = makePlace();
  configure(place, 'echo again >>tries; test -e ok', { attempts: '30', 'backoff-first': '0.1s' });
  const { stderr } = await place.zd('-C app.conf start');
  assert.match(stderr, 'before-start failed: exit status 1; the manager keeps trying');
  await waitForFile(place.path('tries'), text => text.split('\n').length > 3);
  assert.is((await place.report()).restarts, 0);
  place.write('ok', '');
  await until(30, 'the start', async () => (await place.report()).state === 'running');
});

test('one that hangs is ended with its whole group', async () => {
  const place = makePlace();
  configure(place, 'sleep 1000 &\necho $$ $! >pids; wait', { 'hook-timeout': '0.5s' });
  const { status, stderr } = await place.zd('-C app.conf start');
  assert.is(status, 1);
  assert.match(stderr, 'before-start took longer than 0.5 s (hook-timeout) and was ended');
  for (const pid of pidsIn(place.read('pids'))) await waitForEnd(pid);
});

test('what it leaves in its group is ended before the program starts', async () => {
  const place = makePlace();
  configure(place, 'sleep 1000 &\necho $! >pid');
  pidIn(await place.zd('-C app.conf start'));
  await waitForEnd(Number(place.read('pid')));
});

test.skipIf(keeperMissing, 'what it leaves in another session is ended with the run', async () => {
  const place = makePlace();
  configure(
    place,
    'setsid sh -c "echo \\$\\$ >pid; exec sleep 1000" &\nuntil test -s pid; do sleep 0.01; done',
  );
  pidIn(await place.zd('-C app.conf start'));
  const other = Number(place.read('pid'));
  assert.ok(isAlive(other));
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.not(isAlive(other));
});

test.skipIf(keeperMissing, 'and when it fails, at once', async () => {
  const place = makePlace();
  const script =
    'setsid sh -c "echo \\$\\$ >pid; exec sleep 1000" &\nuntil test -s pid; do sleep 0.01; done; exit 1';
  configure(place, script, { attempts: '9', 'backoff-first': '1h', 'backoff-limit': '2h' });
  assert.is((await place.zd('-C app.conf start')).status, 1);
  await waitForEnd(Number(place.read('pid')));
});

test('a stop ends it, and the program is not started', async () => {
  const place = makePlace();
  configure(place, 'echo $$ >pid; exec sleep 1000');
  const start = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  const pid = Number(await waitForFile(place.path('pid'), isLine));
  assert.match((await place.zd('-C app.conf status')).stdout, 'starting: waiting for before-start');
  assert.equal(await place.zd('-C app.conf stop'), {
    status: 0,
    stdout: 'daemon process stopped\n',
    stderr: '',
  });
  await waitForEnd(pid);
  assert.match((await start.done).stderr, 'cannot start app: a stop was requested at the same time');
});

test.limit(120, 'a flood of output harms neither the manager nor the program', async () => {
  const place = makePlace();
  configure(place, `yes | head -c ${FLOOD}`);
  const start = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  await waitForFile(place.path('app.log'));
  assert.is((await place.report()).state, 'starting');
  pidIn(await start.done);
  await until(60, 'all output', () => statSync(place.path('app.log')).size === FLOOD);
  const { managerPid } = await place.report();
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${managerPid}/status`, 'utf8'))?.[1]);
  assert.ok(peak < 200_000, `${peak} kB`);
});

test.skipIf(keeperMissing, 'one that kills its parent has failed, and the next try succeeds', async () => {
  const place = makePlace();
  configure(place, 'test -e killed || { touch killed; kill -9 $PPID; sleep 1000; }', {
    attempts: '5',
    'backoff-first': '0.1s',
  });
  const { stderr } = await place.zd('-C app.conf start');
  // It may be killed before it has said that the hook runs.
  assert.match(stderr, /before-start (was ended, because its keeper|cannot be run: its parent) was killed/);
  await until(30, 'the start', async () => (await place.report()).state === 'running');
});

test.run();
