import { spawnSync } from 'node:child_process';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, makePlace } from '../../helpers/cli';
import { isAlive, waitForEnd } from '../../helpers/processes';
import { openTerminal, ptyMissing } from '../../helpers/pty';
import { until, waitForFile, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

const perlMissing = spawnSync('perl', ['-v']).status !== 0 && 'needs perl';

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

for (const [flavour, wanted] of [
  ['zd', ['/work', '0077']],
  ['zdaemon', ['', '0013']],
] as const) {
  test(`as ${flavour}, directory and umask are ${flavour === 'zd' ? 'used' : 'ignored'}`, async () => {
    const place = makePlace();
    place.write('show.sh', 'pwd; umask');
    place.configure({
      program: `sh ${place.path('show.sh')}`,
      daemon: 'off',
      directory: 'work',
      umask: '077',
      'start-seconds': '0',
    });
    const script = `umask 013; exec ${commandOf(flavour).join(' ')} -C app.conf start`;
    const { stdout } = await place.exec(['sh', '-c', script]);
    assert.is(stdout, `${place.folder}${wanted[0]}\n${wanted[1]}\n`);
  });
}

test('a umask that is not configured is that of the caller', async () => {
  const place = makePlace();
  const script = `umask 013; exec ${commandOf('zd').join(' ')} -C app.conf start`;
  place.configure({ program: 'sh -c umask', daemon: 'off', 'start-seconds': '0' });
  assert.is((await place.exec(['sh', '-c', script])).stdout, '0013\n');
});

/** Starts in the foreground a program that records each signal, and ends with TERM. */
async function startRecorder() {
  const place = makePlace();
  const traps = ['HUP', 'INT', 'USR1', 'USR2'].map(name => `trap 'echo ${name} >> got' ${name}`);
  place.write(
    'record.sh',
    `${traps.join('\n')}\ntrap 'echo TERM >> got; exit 7' TERM\necho $$ > up\nwhile :; do sleep 0.02; done\n`,
  );
  place.configure({ program: 'sh record.sh', daemon: 'off' });
  const client = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  const pid = Number(await waitForFile(place.path('up'), text => text.endsWith('\n')));
  await until(30, 'the start', async () => (await place.report()).state === 'running');
  return { place, client, pid, managerPid: (await place.report()).managerPid };
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const) {
  test(`${signal} to the client stops program and manager, and start returns 1`, async () => {
    const { place, client, pid, managerPid } = await startRecorder();
    client.child.kill(signal);
    assert.is((await client.done).status, 1);
    assert.equal([isAlive(pid), isAlive(managerPid)], [false, false]);
    assert.is(place.read('got'), 'TERM\n');
    assert.is((await place.zd('status')).status, 3);
  });
}

test('the client passes signals for the program on', async () => {
  const { place, client } = await startRecorder();
  client.child.kill('SIGUSR1');
  await waitForFile(place.path('got'), text => text === 'USR1\n');
  client.child.kill('SIGUSR2');
  await waitForFile(place.path('got'), text => text === 'USR1\nUSR2\n');
  client.child.kill('SIGTERM');
  await client.done;
});

test.skipIf(perlMissing, 'when the client is killed, the program is stopped', async () => {
  const { place, client, pid, managerPid } = await startRecorder();
  client.child.kill('SIGKILL');
  await waitForEnd(managerPid);
  assert.not.ok(isAlive(pid));
  assert.is(place.read('got'), 'TERM\n');
});

test('of three starts at once, one runs the program and the others report it', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', daemon: 'off' });
  const clients = [1, 2, 3].map(() => place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']));
  const ended: string[] = [];
  for (const client of clients) void client.done.then(({ stdout, stderr }) => ended.push(stdout + stderr));
  await until(30, 'the end of two', () => ended.length === 2);
  const { pid } = await place.report();
  assert.equal(ended, Array(2).fill(`daemon process already running; pid=${pid}\n`));
  await place.zd('stop');
  assert.equal(
    (await Promise.all(clients.map(({ done }) => done))).map(({ status }) => status),
    [0, 0, 0],
  );
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
