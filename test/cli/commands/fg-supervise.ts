import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace } from '../../helpers/cli';
import { childrenOf, isAlive, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { makePathWithoutPerl } from '../../helpers/without-perl';
import { suite } from '../../runner/guard';

const test = suite('fg --supervise');
test.after.each(clearPlaces);

const bin = join(resolve(import.meta.dirname, '../../..'), 'bin/zd');
const NAMESPACE = ['unshare', '--pid', '--fork', '--mount-proc'];
const noNamespace =
  spawnSync(NAMESPACE[0] ?? '', [...NAMESPACE.slice(1), 'true']).status !== 0 &&
  'cannot make a PID namespace';
const perlMissing = spawnSync('perl', ['-v']).status !== 0 && 'needs perl';

test('the program is restarted, and its last exit status is that of zd', async () => {
  const place = makePlace();
  place.write('app.sh', 'echo "run $*"; test -e second && exit 7; touch second; exit 6\n');
  place.configure({ program: 'sh app.sh', directory: place.folder, attempts: '2', 'backoff-first': '10ms' });
  const { status, stdout, stderr } = await place.zd('-C app.conf fg --supervise a -b');
  assert.equal([status, stdout], [7, 'run a -b\nrun a -b\n']);
  assert.match(
    stderr,
    /^zd: gave up on app after 2 early ends in a row: it ended with exit status 7 after \d\.\d\d seconds\n$/,
  );
});

test('a first start that fails gives its reason, and the status of the program', async () => {
  const place = makePlace();
  place.configure({ program: 'sh -c "exit 3"' });
  const { status, stderr } = await place.zd('-C app.conf fg --supervise');
  assert.is(status, 3);
  assert.match(stderr, /^zd: cannot start app: it ended with exit status 3 after \d\.\d\d seconds\n$/);
});

test('SIGTERM stops it in order, and zd ends as the program does', async () => {
  for (const [trap, expected] of [
    ['trap "rm here; exit 5" TERM', 5],
    [':', 128 + 15],
  ] as const) {
    const place = makePlace();
    place.write('app.sh', `${trap}\nsleep 1000 & echo $! >here\nwhile :; do sleep 0.02; done\n`);
    place.configure({ program: 'sh app.sh', directory: place.folder });
    const running = place.launch([...commandOf('zd'), '-C', 'app.conf', 'fg', '--supervise']);
    const child = Number(await waitForFile(place.path('here'), text => text.endsWith('\n')));
    running.child.kill('SIGTERM');
    assert.equal(await running.done, { status: expected, stdout: '', stderr: '' });
    assert.not(isAlive(child));
  }
});

test('other commands reach its manager, and a second one does not start', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'hang-around': 'off' });
  const running = place.launch([...commandOf('zd'), '-C', 'app.conf', 'fg', '--supervise']);
  await until(30, 'the program', async () => (await place.zd('-C app.conf status')).status === 0);
  assert.equal(await place.zd('-C app.conf fg --supervise'), {
    status: 1,
    stdout: 'To run the program in the foreground, please stop it first.\n',
    stderr: '',
  });
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.is((await running.done).status, 128 + 15);
});

test('a manager that waits for a start is in the way', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'hang-around': 'on' });
  await place.zd('-C app.conf start');
  await place.zd('-C app.conf stop');
  const { managerPid } = await place.report();
  const { status, stderr } = await place.zd('-C app.conf fg --supervise');
  assert.equal(
    [status, stderr],
    [
      1,
      `zd: cannot run app in the foreground: its manager, pid ${managerPid}, waits for a start; kill ${managerPid}\n`,
    ],
  );
  process.kill(managerPid, 'SIGTERM');
  await waitForEnd(managerPid);
});

test('what needs a background is refused, and to zdaemon the flag is a word of the program', async () => {
  const place = makePlace();
  place.configure({ program: 'echo', ready: 'output x' });
  const { status, stderr } = await place.zd('-C app.conf fg --supervise');
  assert.is(status, 2);
  assert.match(stderr, 'app.conf:3: ready cannot be output while daemon (fg --supervise) is off');
  assert.match((await place.zdaemon('-p echo fg --supervise')).stdout, '\n--supervise\n');
  assert.is((await place.zd('-p echo fg x --supervise')).stdout, 'x --supervise\n');
});

test.skipIf(
  noNamespace || perlMissing,
  'as process 1, orphans of others are reaped, and SIGTERM arrives',
  async () => {
    const place = makePlace();
    // Its parent ends at once, and is not a descendant of zd.
    place.write('first.sh', '(setsid sh -c "echo \\$\\$ >orphan; exec sleep 0.3" &)\nexec "$@"\n');
    place.write(
      'app.sh',
      'trap "exit 5" TERM\nwhile test -d /proc/$(cat orphan); do sleep 0.05; done\necho reaped\nwhile :; do sleep 0.05; done\n',
    );
    place.configure({ program: 'sh app.sh', directory: place.folder });
    const words = [...NAMESPACE, 'sh', 'first.sh', bin, '-C', 'app.conf', 'fg', '--supervise'];
    const running = place.launch(words);
    await until(30, 'the end of the orphan', () => running.output().includes('reaped'));
    const [first = 0] = childrenOf(running.child.pid ?? 0);
    process.kill(first, 'SIGTERM');
    assert.equal(await running.done, { status: 5, stdout: 'reaped\n', stderr: '' });
  },
);

test.skipIf(noNamespace, 'without perl, it says that orphans are not reaped', async () => {
  const place = makePlace();
  place.configure({ program: 'true' });
  const words = [...NAMESPACE, bin, '-C', 'app.conf', 'fg', '--supervise'];
  const { stderr } = await place.exec(words, {
    env: { PATH: makePathWithoutPerl(['true', 'unshare', 'base64', 'node']) },
  });
  assert.match(
    stderr,
    'zd: note: as process 1, Node does not reap processes whose parent has ended; install perl\n',
  );
});

test.run();
