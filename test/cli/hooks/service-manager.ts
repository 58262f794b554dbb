import { spawnSync } from 'node:child_process';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, makePlace } from '../../helpers/cli';
import { until } from '../../helpers/within';
import { makePathWithoutPerl } from '../../helpers/without-perl';
import { suite } from '../../runner/guard';

/* A service manager above zd is told what the program does (sd_notify(3)). */

const test = suite('what a service manager is told');
test.after.each(clearPlaces);

const perlMissing = spawnSync('perl', ['-e', '1']).status !== 0 && 'needs perl';
const noAbstract = perlMissing || (process.platform !== 'linux' && 'needs abstract sockets');
const FG = [...commandOf('zd'), '-C', 'app.conf', 'fg', '--supervise'];

/** A place with a service manager that listens there. */
async function makeService(address?: (folder: string) => string) {
  const place = makePlace();
  const socket = address?.(place.folder) ?? place.path('notify');
  const listener = place.launch(['perl', fixture('service-manager.pl'), socket]);
  await until(5, 'the listener', () => listener.output() !== '');
  const lines = () => listener.output().trim().split('\n').slice(1);
  /** @returns whether a line was heard, pids replaced */
  const heard = (text: string) => lines().some(line => line.replace(/\d+/g, 'N').includes(text));
  const launch = (words = FG, env = {}) => place.launch(words, { env: { NOTIFY_SOCKET: socket, ...env } });
  const end = () => {
    listener.child.kill('SIGTERM');
    return listener.done;
  };
  return { place, lines, heard, launch, end };
}

test.skipIf(perlMissing, 'READY=1 comes once with the pid, and STOPPING=1 before the end', async () => {
  const { place, lines, heard, launch, end } = await makeService();
  const script = place.write(
    'patient.sh',
    `trap 'until [ -e go ]; do sleep 0.05; done; trap - TERM; kill $$' TERM\nwhile :; do sleep 0.05; done\n`,
  );
  place.configure({ program: `sh ${script}`, directory: place.folder });
  const running = launch();
  await until(30, 'READY=1', () => heard('READY='));
  const { pid } = await place.report();
  assert.ok(
    lines().some(line => line.includes('READY=1') && line.includes(`|STATUS=program running, pid ${pid}`)),
  );
  running.child.kill('SIGTERM');
  await until(20, 'STOPPING=1', () => heard(`STOPPING=`));
  place.write('go', '');
  assert.is((await running.done).status, 128 + 15);
  assert.match(
    lines().find(line => line.includes('STOPPING=1')) ?? '',
    `STATUS=program stopping, pid ${pid}`,
  );
  for (const word of ['READY=1', 'STOPPING=1'])
    assert.is(lines().filter(line => line.includes(word)).length, 1, word);
  await end();
});

test.skipIf(perlMissing, 'up says the same of all its programs, which do not get the socket', async () => {
  const { place, lines, heard, launch, end } = await makeService();
  place.write(
    'apps/app.conf',
    '[runner]\nprogram = sh -c "echo socket=$NOTIFY_SOCKET; exec sleep 1000"\nstart-seconds = 0\n',
  );
  const running = launch([...commandOf('zd'), '-C', 'apps', 'up']);
  await until(30, 'READY=1', () => heard('READY='));
  await until(30, 'the output', () => running.output().includes('socket=\n'));
  running.child.kill('SIGTERM');
  assert.is((await running.done).status, 0);
  await until(20, 'STOPPING=1', () => heard('STOPPING='));
  assert.is(lines().length, 2);
  await end();
});

test.skipIf(noAbstract, 'with daemon off, at an abstract socket, and again after a restart', async () => {
  const { place, lines, heard, launch, end } = await makeService(folder => `@${folder}/abstract`);
  place.configure({ program: 'sleep 1000', daemon: 'off' });
  const running = launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  await until(30, 'READY=1', () => heard('READY='));
  const first = (await place.report()).pid;
  await place.zd('-C app.conf restart');
  const { pid } = await place.report();
  assert.is.not(pid, first);
  await until(20, 'the new pid', () => lines().some(line => line === `STATUS=program running, pid ${pid}`));
  assert.not(heard('STOPPING'));
  await place.zd('-C app.conf stop');
  await running.done;
  assert.ok(heard('STOPPING=N|STATUS=program stopping, pid N'));
  await end();
});

test.skipIf(perlMissing, 'crashes, the pause after them and giving up are told', async () => {
  const { place, lines, heard, launch, end } = await makeService();
  place.write('app.sh', 'test -e here || { touch here; sleep 0.2; }; exit 3\n');
  place.configure({
    program: 'sh app.sh',
    directory: place.folder,
    'start-seconds': '0.1',
    attempts: '3',
    'backoff-first': '500ms',
  });
  assert.is((await launch().done).status, 3);
  assert.ok(heard('STATUS=program crashed (exit status N), N in a row; next start at '), lines().join('\n'));
  assert.match(
    lines().at(-1) ?? '',
    /^STOPPING=1\|STATUS=gave up after 3 early ends in a row: .*exit status 3/,
  );
  await end();
});

test.skipIf(perlMissing, 'a first start that fails is not READY=1', async () => {
  const { place, lines, heard, launch, end } = await makeService();
  place.configure({ program: 'sh -c "exit 3"' });
  assert.is((await launch().done).status, 3);
  await until(20, 'the end', () => heard('STOPPING='));
  assert.not(heard('READY='), lines().join('\n'));
  await end();
});

test.skipIf(perlMissing, 'the socket is not the program’s, unless ready = notify gives it one', async () => {
  for (const [settings, expected] of [
    [{}, 'none'],
    [{ ready: 'notify' }, '.zdsock.zd/notify'],
  ] as const) {
    const { place, heard, launch, end } = await makeService();
    place.write(
      'app.sh',
      `echo "\${NOTIFY_SOCKET-none}" >told\ntest -z "$NOTIFY_SOCKET" || exec perl ${fixture('notify.pl')} READY=1\nexec sleep 1000\n`,
    );
    place.configure({ program: 'sh app.sh', directory: place.folder, ...settings });
    const running = launch();
    await until(30, 'READY=1', () => heard('READY='));
    assert.match(place.read('told'), expected);
    running.child.kill('SIGTERM');
    await running.done;
    await end();
  }
});

test('a zdaemon and a manager in the background leave it to the program', async () => {
  for (const [flavour, settings] of [
    ['zdaemon', { daemon: 'off' }],
    ['zd', {}],
  ] as const) {
    const place = makePlace({ env: { NOTIFY_SOCKET: '/nowhere/notify' } });
    place.write('app.sh', 'echo "$NOTIFY_SOCKET" >told\nexec sleep 1000\n');
    place.configure({ program: `sh ${place.path('app.sh')}`, directory: place.folder, ...settings });
    const running = place.launch([...commandOf(flavour), '-C', 'app.conf', 'start'], { cwd: place.folder });
    await until(30, 'the program', async () => (await place.zd('-C app.conf status')).status === 0);
    assert.is(place.read('told'), '/nowhere/notify\n');
    await place.zd('-C app.conf stop');
    await running.done;
  }
});

test('a service manager that does not listen, and a missing perl, harm nothing', async () => {
  for (const env of [{}, { PATH: makePathWithoutPerl(['base64', 'node']) }]) {
    const place = makePlace({ env: { NOTIFY_SOCKET: '/nowhere/notify', ...env } });
    place.write('app.sh', `echo "\${NOTIFY_SOCKET-none}"\nsleep 0.3\nexit 4\n`);
    place.configure({ program: 'sh app.sh', directory: place.folder, 'start-seconds': '0.1', attempts: '1' });
    const { status, stdout, stderr } = await place.exec(FG);
    assert.equal([status, stdout], [4, 'none\n'], stderr);
  }
});

test.run();
