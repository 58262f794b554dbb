import { chmodSync, copyFileSync, existsSync } from 'node:fs';
import * as assert from 'uvu/assert';
import {
  clearPlaces,
  commandOf,
  fixture,
  flavours,
  longPauses,
  makePlace,
  pidIn,
  statusOf,
} from '../../helpers/cli';
import { groupIsAlive, isAlive, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('stop');
test.after.each(clearPlaces);

for (const flavour of flavours) {
  test(`${flavour}: nothing is left when stop has returned`, async () => {
    const place = makePlace();
    const pid = pidIn(await place.run(flavour, ['-p', 'sleep 1000', 'start']));
    const { managerPid } = await place.report();
    assert.equal(await place.run(flavour, 'stop'), {
      status: 0,
      stdout: 'daemon process stopped\n',
      stderr: '',
    });
    assert.not.ok(isAlive(pid));
    await waitForEnd(managerPid);
    assert.not.ok(existsSync(place.path('zdsock')));
  });

  test(`${flavour}: stopping what is not running is no failure`, async () => {
    const place = makePlace();
    const expected = { status: 0, stdout: 'daemon manager not running\n', stderr: '' };
    assert.equal(await place.run(flavour, ['-p', 'sleep 1000', 'stop']), expected);
    assert.equal(await place.run(flavour, '-p no-such-program stop'), expected);
    assert.equal(await place.run(flavour, 'stop'), expected);
  });
}

test('words after stop mean nothing to zdaemon and are a fault to zd', async () => {
  const place = makePlace();
  await place.zdaemon(['-p', 'sleep 1000', 'start']);
  const refused = await place.zd('stop a b');
  assert.is(refused.status, 2);
  assert.is(refused.stdout, '');
  assert.match(refused.stderr, /^zd: .*stop/);
  assert.equal(await place.zdaemon('stop a b'), {
    status: 0,
    stdout: 'daemon process stopped\n',
    stderr: '',
  });
});

test('a program that ignores SIGTERM is killed after stop-timeout', async () => {
  const place = makePlace();
  place.configure({ program: fixture('stubborn.sh'), 'stop-timeout': '2', transcript: 'log' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  await waitForFile(place.path('log'), text => text === 'ready\n');
  const stopping = place.launch([...commandOf('zd'), 'stop']);
  const { status, stdout, stderr } = await stopping.done;
  assert.equal([status, stdout], [0, 'daemon process stopped\n']);
  assert.match(stderr, `zd: SIGKILL was needed: ${pid} (`);
  assert.is(stopping.output(), stdout, 'no dots and no empty line');
  assert.not.ok(isAlive(pid));
});

test('SIGKILL is sent without a configuration file too', async () => {
  const place = makePlace();
  const program = ['-p', fixture('stubborn.sh'), '-t', 'log'];
  const pid = pidIn(await place.zdaemon([...program, '--stop-timeout', '1', 'start']));
  await waitForFile(place.path('log'), text => text === 'ready\n');
  assert.is((await place.zdaemon('stop')).status, 0);
  assert.not.ok(isAlive(pid));
});

test('with stop-timeout 0 no SIGKILL is sent', async () => {
  const place = makePlace();
  place.configure({ program: fixture('stubborn.sh'), 'stop-timeout': '0', transcript: 'log' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  await waitForFile(place.path('log'), text => text === 'ready\n');
  const stopping = place.launch([...commandOf('zd'), 'stop']);
  await until(30, 'the stop', async () => (await place.report()).state === 'stopping');
  await place.exec(['sleep', '1.2']);
  assert.ok(isAlive(pid));
  assert.is((await place.report()).state, 'stopping');
  assert.is((await place.zdaemon('status')).stdout, `program running; pid=${pid}\n`);
  process.kill(pid, 'SIGKILL');
  assert.is((await stopping.done).status, 0);
});

const needsRoot = process.getuid?.() !== 0 && 'only root can make a program that becomes root';

test.skipIf(needsRoot, 'a program that may not be signalled is told of, and not waited for', async () => {
  const place = makePlace();
  const become = place.path('become');
  copyFileSync((await place.exec(['which', 'setpriv'])).stdout.trim(), become);
  chmodSync(become, 0o4755);
  chmodSync(place.folder, 0o777);
  const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', ...commandOf('zd')];
  const program = `${become} --reuid 0 --clear-groups sleep 1000`;
  const pid = pidIn(await place.exec([...asNobody, '-p', program, 'start']));
  await until(30, 'root', () => statusOf(pid, 'Name') === 'sleep');
  const { status, stdout, stderr } = await place.exec([...asNobody, 'stop']);
  assert.equal([status, stdout], [1, '']);
  assert.match(stderr, `cannot signal pid ${pid}: operation not permitted`);
  assert.ok(isAlive(pid));
});

test('stop ends the wait of a backoff', async () => {
  const place = makePlace({ env: longPauses });
  place.configure({ program: fixture('crash.sh'), forever: 'on', 'start-seconds': '10' });
  await place.zd('-C app.conf start');
  const { managerPid, state } = await place.report();
  assert.is(state, 'backoff');
  assert.equal(await place.zdaemon('stop'), { status: 0, stdout: 'daemon process stopped\n', stderr: '' });
  await waitForEnd(managerPid);
});

for (const kind of ['docile', 'stubborn']) {
  test(`what is left of the process group is gone after stop, when it is ${kind} too`, async () => {
    const place = makePlace();
    place.configure({ program: `${fixture('leaver.sh')} ${kind}`, 'stop-timeout': '1', transcript: 'log' });
    const pid = pidIn(await place.zd('-C app.conf start'));
    const child = Number(/\d+/.exec(await waitForFile(place.path('log'), text => text.includes('\n')))?.[0]);
    assert.ok(isAlive(child));
    assert.is((await place.zdaemon('stop')).status, 0);
    assert.not.ok(isAlive(child));
    assert.not.ok(groupIsAlive(pid));
  });
}

test('an end while stopping is not held against the exit codes or the backoff', async () => {
  const place = makePlace();
  place.write('exit.sh', 'trap "exit 77" TERM; touch up; while :; do sleep 0.02; done');
  place.configure({ program: 'sh exit.sh' }, '<eventlog>\n<logfile>\npath events\n</logfile>\n</eventlog>\n');
  const pid = pidIn(await place.zd('-C app.conf start'));
  await waitForFile(place.path('up'));
  assert.is((await place.zd('stop')).status, 0);
  const events = place.read('events');
  assert.match(events, `pid ${pid}: exit status 77\n`);
  assert.match(events, 'Exiting\n');
  assert.not.match(events, 'rapid');
});

test('two stops at a time both return when it is done', async () => {
  const place = makePlace();
  const pid = pidIn(await place.zd(['-p', 'sleep 1000', 'start']));
  const both = [place.zd('stop'), place.zdaemon('stop')];
  for (const outcome of await Promise.all(both)) assert.is(outcome.status, 0);
  assert.not.ok(isAlive(pid));
});

test.run();
