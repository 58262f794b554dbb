import * as assert from 'uvu/assert';
import { clearPlaces, fixture, makePlace, type Place, pidIn } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { isAlive, killWithKeeper, waitForEnd } from '../../helpers/processes';
import { Listener } from '../../helpers/subscribe';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('after-exit');
test.after.each(clearPlaces);

const isLine = (text: string) => text.endsWith('\n');

/** A program that ends as the file `how` says: "code N" or "signal N". */
async function start(place: Place, script: string, settings: Record<string, string> = {}): Promise<number> {
  place.write('hook.sh', `#!/bin/sh\n${script}\n`, 0o755);
  place.configure({
    program: `${fixture('end-as-told.pl')} how`,
    directory: place.folder,
    transcript: 'app.log',
    'start-seconds': '0',
    'backoff-first': '10ms',
    'after-exit': './hook.sh reset app',
    ...settings,
  });
  return pidIn(await place.zd('-C app.conf start'));
}

const TELL = 'echo "$* | $ZD_EVENT $ZD_EXIT_CODE $ZD_SIGNAL $ZD_UPTIME $ZD_PID" >>told';
const told = (place: Place, lines: number) =>
  waitForFile(place.path('told'), text => text.split('\n').length > lines);

test('it learns how the program ended in words and in variables, and the next start follows', async () => {
  const place = makePlace();
  const pid = await start(place, TELL);
  place.write('how', 'code 3');
  await told(place, 1);
  const next = await until(30, 'the next run', async () => {
    const { pid: now, state } = await place.report();
    return state === 'running' && now !== pid && now;
  });
  place.write('how', 'signal 9');
  await told(place, 2);
  assert.is(
    place.read('told'),
    `reset app exit 3 | exited 3  0 ${pid}\nreset app signal 9 SIGKILL | exited  SIGKILL 0 ${next}\n`,
  );
});

test('of an end that nobody saw it says unknown', async () => {
  const place = makePlace();
  const pid = await start(place, TELL);
  await killWithKeeper((await place.report()).managerPid);
  await place.zd('-C app.conf start');
  process.kill(pid, 'SIGKILL');
  assert.match(await told(place, 1), /^reset app unknown \| exited {3}\d+ \d+\n$/);
});

test('a stop waits for it, and so does the next start', async () => {
  const place = makePlace();
  const program = place.write('app.sh', '#!/bin/sh\necho up; exec sleep 1000\n', 0o755);
  await start(place, 'sleep 0.3; echo cleaned', { program });
  assert.is((await place.zd('-C app.conf restart')).status, 0);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.is(place.read('app.log'), 'up\ncleaned\nup\ncleaned\n');
});

test('its failure is an event, and changes nothing', async () => {
  const place = makePlace();
  const pid = await start(place, 'exit 4');
  const listener = new Listener(place.path('zdsock'));
  await until(30, 'the subscription', () => listener.report);
  place.write('how', 'code 1');
  await until(30, 'the next run', async () => {
    const { pid: now, state } = await place.report();
    return state === 'running' && now !== pid;
  });
  const failed = listener.events.find(({ event }) => event === 'hook-failed');
  assert.equal(
    { ...failed, n: 0, at: 0 },
    {
      event: 'hook-failed',
      hook: 'after-exit',
      reason: 'after-exit failed: exit status 4',
      n: 0,
      at: 0,
      program: 'app',
    },
  );
  listener.socket.destroy();
});

test('one that hangs delays a stop no longer than hook-timeout', async () => {
  const place = makePlace();
  await start(place, 'echo $$ >pid; exec sleep 1000', { 'hook-timeout': '0.5s' });
  assert.equal(await place.zd('-C app.conf stop'), {
    status: 0,
    stdout: 'daemon process stopped\n',
    stderr: '',
  });
  await waitForEnd(Number(place.read('pid')));
});

test('and stop --now ends it at once', async () => {
  const place = makePlace();
  await start(place, 'echo $$ >pid; exec sleep 1000');
  await place.zd('-C app.conf stop --no-wait');
  const hook = Number(await waitForFile(place.path('pid'), isLine));
  assert.match((await place.zd('-C app.conf status')).stdout, 'after-exit');
  assert.is((await place.zd('-C app.conf stop --now')).status, 0);
  await waitForEnd(hook);
});

test.skipIf(keeperMissing, 'what it leaves in other sessions is ended before a stop is over', async () => {
  const place = makePlace();
  await start(
    place,
    'setsid sh -c "echo \\$\\$ >pid; exec sleep 1000" &\nuntil test -s pid; do sleep 0.01; done',
  );
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.not(isAlive(Number(place.read('pid'))));
});

test('a start that led to no process is not an end', async () => {
  const place = makePlace();
  place.write('gone.sh', '#!/no/such/interpreter\n', 0o755);
  place.write('hook.sh', '#!/bin/sh\necho ran >told\n', 0o755);
  place.configure({ program: './gone.sh', directory: place.folder, 'after-exit': './hook.sh' });
  assert.is((await place.zd('-C app.conf start')).status, 1);
  assert.throws(() => place.read('told'), 'ENOENT');
});

test.run();
