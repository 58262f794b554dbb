import { mkdirSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, flavours, longPauses, makePlace, pidIn } from '../../helpers/cli';
import { isAlive } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('start');
/** Seconds until SIGKILL; a command must complete before that. */
const PATIENCE = 4;
test.after.each(clearPlaces);

for (const flavour of flavours) {
  test(`${flavour}: the program is up when start has returned, and it says which`, async () => {
    const place = makePlace();
    const started = await place.run(flavour, ['-p', 'sleep 1000', 'start']);
    const pid = pidIn(started);
    assert.equal(started, { status: 0, stdout: `daemon process started, pid=${pid}\n`, stderr: '' });
    assert.ok(isAlive(pid));
    assert.equal(await place.run(flavour, 'status'), {
      status: 0,
      stdout: `program running; pid=${pid}\n`,
      stderr: '',
    });
  });

  test(`${flavour}: a second start finds the program running`, async () => {
    const place = makePlace();
    const pid = pidIn(await place.run(flavour, ['-p', 'sleep 1000', 'start']));
    assert.equal(await place.run(flavour, ['-p', 'sleep 1000', 'start']), {
      status: 0,
      stdout: `daemon process already running; pid=${pid}\n`,
      stderr: '',
    });
    assert.is((await place.report()).pid, pid);
  });

  test(`${flavour}: words after start are added to the program's, spaces and all`, async () => {
    const place = makePlace();
    const words = ['x y', 'z', '--back', '3', '-x', '', 'ü"\''];
    await place.run(flavour, ['-p', `${fixture('printargs.sh')} first`, '-t', 'log', 'start', ...words]);
    const text = await waitForFile(place.path('log'), log => log.includes('[.]\n'));
    assert.is(text, ['first', ...words, '.'].map(word => `[${word}]\n`).join(''));
  });
}

test('nothing but the socket and what zdaemon would make is left in plain sight', async () => {
  const place = makePlace();
  await place.zdaemon(['-p', 'sleep 1000', '-t', 'log', 'start']);
  assert.is((await place.exec(['ls'])).stdout, 'log\nzdsock\n');
  await place.zdaemon('stop');
  assert.is((await place.exec(['ls'])).stdout, 'log\n');
});

test("a dead manager's socket is no obstacle", async () => {
  const place = makePlace();
  const script = 'import socket; socket.socket(socket.AF_UNIX).bind("zdsock")';
  await place.exec(['python3', '-c', script]);
  assert.is((await place.zdaemon(['-p', 'sleep 1000', 'status'])).stdout, 'daemon manager not running\n');
  assert.is((await place.zdaemon(['-p', 'sleep 1000', 'start'])).status, 0);
});

test("a relative socket belongs to the folder it is named in, whatever the program's directory", async () => {
  const place = makePlace();
  mkdirSync(place.path('work'));
  await place.zd(['-p', 'sleep 1000', '-z', place.path('work'), '-s', 'run/sock', 'start']);
  assert.is((await place.exec(['ls'])).stdout, 'run\nwork\n');
  assert.is((await place.zd('-s run/sock status')).status, 0);
  assert.is((await place.zd('-s ../run/sock status', { cwd: place.path('work') })).status, 0);
});

test('one program for each socket', async () => {
  const place = makePlace();
  const first = pidIn(await place.zd(['-s', 'one', '-p', 'sleep 1000', 'start']));
  const second = pidIn(await place.zd(['-s', 'two', '-p', 'sleep 1000', 'start']));
  assert.is.not(first, second);
  await place.zd('-s one stop');
  assert.is((await place.zd('-s two status')).stdout, `program running; pid=${second}\n`);
});

test('start during backoff starts at once', async () => {
  const place = makePlace({ env: longPauses });
  place.configure({ program: `${fixture('flaky.sh')} 1 starts`, forever: 'on', 'start-seconds': '0.8' });
  const failed = await place.zd('-C app.conf start');
  assert.is(failed.status, 1);
  assert.is(failed.stdout, '');
  assert.match(
    failed.stderr,
    /^zd: cannot start app: it ended with exit status 3 after .*; the manager keeps trying\n/,
  );
  const started = await place.zd('-C app.conf start');
  assert.is(started.status, 0);
  assert.is(started.stdout, `daemon process started, pid=${pidIn(started)}\n`);
  assert.is(place.read('starts'), 'start\nstart\n');
});

test('start takes a stop under way back: no SIGKILL, and a new start when the program ends', async () => {
  const place = makePlace();
  const flag = place.path('flag');
  const script = place.write(
    'slow.sh',
    `trap 'touch stopping; while [ ! -e ${flag} ]; do sleep 0.02; done; exit 0' TERM
    echo started >>starts; while :; do sleep 0.02; done\n`,
  );
  place.configure({ program: `sh ${script}`, 'stop-timeout': String(PATIENCE) });
  const pid = pidIn(await place.zd('-C app.conf start'));
  const stopping = place.launch([
    process.execPath,
    `${import.meta.dirname}/../../../bin/zd.js`,
    '-C',
    'app.conf',
    'stop',
  ]);
  await waitForFile(place.path('stopping'));
  const again = await place.zdaemon('-C app.conf start');
  assert.equal(again, { status: 0, stdout: `daemon process already running; pid=${pid}\n`, stderr: '' });
  const stopped = await stopping.done;
  assert.is(stopped.status, 1);
  assert.match(stopped.stderr, /^zd: cannot stop app: a start was requested at the same time\n$/);
  const outlived = (await place.exec(['sh', '-c', `sleep ${PATIENCE + 0.2}; kill -0 ${pid} && echo yes`]))
    .stdout;
  assert.is(outlived, 'yes\n');
  writeFileSync(flag, '');
  await waitForFile(place.path('starts'), text => text === 'started\nstarted\n');
  assert.is((await place.zd('status')).status, 0);
});

test('zdaemon: dots of a wait stand on a line of their own, also when another start was first', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'start-test-program': 'test -e ready' });
  const words = [...commandOf('zdaemon'), '-C', 'app.conf', 'start'];
  const both = [place.launch(words), place.launch(words)];
  await until(30, 'dots of both', () => both.every(one => one.output().includes('. ')));
  place.write('ready', '');
  await Promise.all(both.map(({ done }) => done));
  for (const { output } of both)
    assert.match(output(), /^(\. )+\ndaemon process (started, |already running; )pid=\d+\n$/);
});

test('a changed configuration is taken over by a start that starts, and by restart', async () => {
  const place = makePlace();
  const program = `${fixture('printargs.sh')}`;
  place.configure({ program: `${program} one`, transcript: 'log', 'hang-around': 'on' });
  await place.zd('-C app.conf start');
  place.configure({ program: `${program} two`, transcript: 'log', 'hang-around': 'on' });
  await place.zd('-C app.conf restart');
  await waitForFile(place.path('log'), log => log === '[one]\n[.]\n[two]\n[.]\n');
  await place.zd('-C app.conf stop');
  place.configure({ program: `${program} three`, transcript: 'log', 'hang-around': 'on' });
  await place.zdaemon('-C app.conf start');
  await waitForFile(place.path('log'), log => log.endsWith('[two]\n[.]\n[three]\n[.]\n'));
});

test.run();
