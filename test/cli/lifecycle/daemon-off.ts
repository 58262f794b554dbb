import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, makePlace } from '../../helpers/cli';
import { isAlive } from '../../helpers/processes';
import { openTerminal, ptyMissing } from '../../helpers/pty';
import { until, waitForFile, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('daemon off');
test.after.each(clearPlaces);

test("start returns when the manager exits; the program has the caller's standard streams", async () => {
  const place = makePlace();
  place.configure({
    program: `${fixture('crash.sh')} 2`,
    daemon: 'off',
    transcript: 'log',
    'start-seconds': '0',
  });
  const words = { stdout: 'crashing now\n', stderr: 'with status 2\n' };
  assert.equal(await place.zd('-C app.conf start'), { status: 2, ...words });
  assert.equal(await place.zdaemon('-C app.conf start'), { status: 0, ...words });
  assert.is((await place.exec(['ls'])).stdout, 'app.conf\n');
});

test('directory and umask are ignored', async () => {
  const place = makePlace();
  place.write('show.sh', 'pwd; umask');
  place.configure({
    program: 'sh show.sh',
    daemon: 'off',
    directory: 'work',
    umask: '077',
    'start-seconds': '0',
  });
  const script = `umask 013; exec ${commandOf('zdaemon').join(' ')} -C app.conf start`;
  const { stdout } = await place.exec(['sh', '-c', script]);
  assert.is(stdout, `${place.folder}\n0013\n`);
});

test('the restart rules apply, and other clients can query and stop it', async () => {
  const place = makePlace();
  place.configure({ program: `${fixture('flaky.sh')} 1 starts`, daemon: 'off' });
  const running = place.launch([...commandOf('zdaemon'), '-C', 'app.conf', 'start']);
  await waitForFile(place.path('starts'), text => text === 'start\nstart\n');
  const { pid } = await until(30, 'the program', async () => {
    const report = await place.report();
    return report.state === 'running' && report;
  });
  assert.is((await place.zdaemon('status')).stdout, `program running; pid=${pid}\n`);
  assert.is((await place.zd('stop')).status, 0);
  assert.is((await running.done).status, 0);
  assert.not.ok(isAlive(pid ?? 0));
});

test.skipIf(ptyMissing, 'Ctrl-C ends the program, the manager and the start', async () => {
  const place = makePlace();
  place.write('show.sh', 'test -t 0 && echo on a terminal $$; exec sleep 1000');
  place.configure({ program: 'sh show.sh', daemon: 'off' });
  const [command = '', ...args] = [...commandOf('zd'), '-C', 'app.conf', 'start'];
  const env = { ZD_TEST_PLACE: place.folder };
  const terminal = openTerminal(command, args, { cwd: place.folder, env });
  const pid = Number(/\d+/.exec(await terminal.waitFor(/on a terminal \d+\n/))?.[0]);
  await until(30, 'the start', async () => (await place.report()).state === 'running');
  terminal.press('ctrl-c');
  await within(30, terminal.exit, 'the end of start');
  assert.not.ok(isAlive(pid));
  assert.is((await place.zd('status')).status, 3);
});

test.run();
