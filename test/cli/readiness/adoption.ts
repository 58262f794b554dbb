import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, longPauses, makePlace, type Place, pidIn } from '../../helpers/cli';
import { processesCarrying } from '../../helpers/processes';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('probes over managers');
test.after.each(clearPlaces);

/** Kills the manager while something is waited for; a keeper begins another one. */
async function killManager(place: Place): Promise<void> {
  const { managerPid } = await until(30, 'the wait', async () => {
    const report = await place.report();
    return report.waitingFor ? report : null;
  });
  process.kill(managerPid, 'SIGKILL');
  await until(30, 'the next manager', async () => {
    const report = await place.report();
    return report.managerPid !== managerPid && report.waitingFor !== null;
  });
}

test('wait-for goes on', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'wait-for': 'file database' });
  const starting = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  await killManager(place);
  place.write('database', '');
  await until(30, 'the start', async () => (await place.report()).state === 'running');
  await starting.done;
});

test('after wait-for has failed, the reason outlives the manager, and the end before it is not named', async () => {
  const place = makePlace({ env: longPauses });
  place.configure({ program: 'sleep 1000', 'hang-around': 'on', forever: 'on', 'backoff-limit': '60' });
  await place.zd('-C app.conf start');
  await place.zd('-C app.conf stop');
  const waiting = { 'wait-for': 'file database', 'wait-for-timeout': '0.1', 'backoff-first': '30' };
  place.configure({
    program: 'sleep 1000',
    'hang-around': 'on',
    forever: 'on',
    'backoff-limit': '60',
    ...waiting,
  });
  await place.zd('-C app.conf start');
  const words = /\ncrashing: once, wait-for did not hold within 0.1 s: file .*; next try in /;
  assert.match((await place.zd('-C app.conf status')).stdout, words);
  const { managerPid } = await place.report();
  process.kill(managerPid, 'SIGKILL');
  await until(30, 'the next manager', async () => (await place.report()).managerPid !== managerPid);
  assert.match((await place.zd('-C app.conf status')).stdout, words);
  await place.zd('-C app.conf stop');
});

for (const [what, ready] of [
  ['a file', 'file ready'],
  ['output', 'output ^up'],
  ['a descriptor', 'fd 3'],
  ['two events, of which one has happened', 'output ^hello and fd 3'],
] as const)
  test(`readiness by ${what} goes on`, async () => {
    const place = makePlace();
    place.write(
      'app.sh',
      'echo hello; while ! test -e go; do sleep 0.02; done; echo up; touch ready; echo >&3; exec sleep 1000',
    );
    // Without fd 3 the descriptor is closed.
    place.configure({ program: 'sh app.sh', ready, transcript: 'log' });
    const starting = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
    await until(30, 'the first line', () => place.read('log') === 'hello\n');
    await killManager(place);
    place.write('go', '');
    await until(30, 'readiness', async () => (await place.report()).state === 'running');
    await starting.done;
  });

test('output that came while there was no manager counts', async () => {
  const place = makePlace();
  place.write(
    'app.sh',
    'echo hello; while ! test -e go; do sleep 0.02; done; echo up; echo on; exec sleep 1000',
  );
  place.configure({ program: 'sh app.sh', ready: 'output ^up', transcript: 'log' });
  const starting = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  await until(30, 'the first line', () => place.read('log') === 'hello\n');
  const { managerPid, keeperPid } = await place.report();
  // The keeper begins no other manager while it stands still.
  process.kill(keeperPid as number, 'SIGSTOP');
  process.kill(managerPid, 'SIGKILL');
  place.write('go', '');
  await until(30, 'the lines', () => place.read('log') === 'hello\nup\non\n');
  process.kill(keeperPid as number, 'SIGCONT');
  await until(30, 'readiness', async () => (await place.report()).state === 'running');
  await starting.done;
});

test('start-timeout counts from the start, over managers', async () => {
  const place = makePlace();
  place.configure({
    program: 'sleep 1000',
    ready: 'file never',
    'start-timeout': '2',
    'start-failure': 'stop',
  });
  const starting = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  await killManager(place);
  await until(30, 'the end', async () => (await place.zd('status')).status === 3);
  await starting.done;
});

test('notify: the listener outlives its manager, and ends with the last one', async () => {
  const place = makePlace();
  place.configure({ program: `perl ${fixture('notify.pl')} STATUS=one 'sleep 8' READY=1`, ready: 'notify' });
  const starting = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  await killManager(place);
  await until(30, 'readiness', async () => (await place.report()).state === 'running');
  await starting.done;
  await place.zd('stop');
  await until(30, 'the end of all', () => processesCarrying('ZD_TEST_PLACE', place.folder).length === 0);
});

test('alive goes on after a SIGKILL of the manager, and after an upgrade', async () => {
  const place = makePlace();
  place.configure({
    program: 'sleep 1000',
    alive: 'command test ! -e sick',
    'alive-every': '0.2',
    'alive-failures': '1',
    'backoff-limit': '2',
  });
  let pid = pidIn(await place.zd('-C app.conf start'));
  const fallSick = async () => {
    place.write('sick', '');
    const before = pid;
    pid = await until(30, 'the restart', async () => {
      const report = await place.report();
      return report.pid !== before && report.lastExit?.by === 'alive' ? report.pid : null;
    });
    await place.exec(['rm', 'sick']);
    pid = (await until(30, 'the program', async () => {
      const report = await place.report();
      return report.state === 'running' ? report.pid : null;
    })) as number;
  };
  const { managerPid } = await place.report();
  process.kill(managerPid, 'SIGKILL');
  await until(30, 'the next manager', async () => (await place.report()).managerPid !== managerPid);
  await fallSick();
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
  await fallSick();
});

test.run();
