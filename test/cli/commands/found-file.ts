import { chmodSync, chownSync, mkdirSync, symlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, pidIn } from '../../helpers/cli';
import { suite } from '../../runner/guard';

/* The configuration that a command line does not name. */

const test = suite('found file');
test.after.each(clearPlaces);

const notRoot = process.getuid?.() !== 0 && 'only root can give a file away';
const running = (pid: number) => ({ status: 0, stdout: `program running; pid=${pid}\n`, stderr: '' });

function configured() {
  const place = makePlace();
  place.write('zd.conf', '[runner]\nprogram = sleep 1000\nsocket-name = app.sock\ntranscript = app.log\n');
  return place;
}

test('zd.conf in the current folder is used without -C, -p and -s', async () => {
  const place = configured();
  const pid = pidIn(await place.zd('start'));
  assert.equal(await place.zd('status'), running(pid));
  assert.match((await place.zd('show')).stdout, /^program +sleep 1000 +zd.conf:2$/m);
  assert.is((await place.zd('-s zdsock status')).status, 3);
  assert.equal((await place.zd('stop')).stdout, 'daemon process stopped\n');
});

test('ZD_CONFIG comes before it, and -C, -p and -s before both', async () => {
  const place = configured();
  place.write('other.conf', '[runner]\nprogram = sleep 2000\nsocket-name = other.sock\n');
  const env = { ZD_CONFIG: 'other.conf' };
  const pid = pidIn(await place.zd('start', { env }));
  assert.equal(await place.zd('status', { env }), running(pid));
  assert.equal(await place.zd('-s other.sock status'), running(pid));
  assert.is((await place.zd('-C zd.conf status', { env })).status, 3);
  assert.is((await place.zd(['-p', 'sleep 1000', 'status'], { env })).status, 3);
  const missing = await place.zd('status', { env: { ZD_CONFIG: 'missing.conf' } });
  assert.is(missing.status, 2);
  assert.match(missing.stderr, /^zd: cannot read missing.conf \(ZD_CONFIG\): it does not exist/);
});

test('words of the program that name another daemon are refused', async () => {
  const place = configured();
  assert.equal(await place.zd('start -C other.conf'), {
    status: 2,
    stdout: '',
    stderr: 'zd: options come first: zd -C other.conf start\n',
  });
  const pid = pidIn(await place.zd(['-C', 'zd.conf', 'start']));
  assert.equal(await place.zd('status'), running(pid));
});

test('a file that others can write to is left aside, and the note says why', async () => {
  const place = configured();
  chmodSync(place.path('zd.conf'), 0o666);
  const { status, stderr } = await place.zd('status');
  assert.is(status, 3);
  assert.is(
    stderr,
    'zd: note: zd.conf is not used: others can write to it (mode 0666); name it with -C if that is as it should be\n',
  );
  // Root's own group is trusted.
  if (notRoot) {
    chmodSync(place.path('zd.conf'), 0o664);
    assert.match((await place.zd('status')).stderr, /^zd: note: zd.conf is not used/);
  }
  chmodSync(place.path('zd.conf'), 0o644);
  assert.is((await place.zd('status')).stderr, '');
});

test('so is one in a folder that others can write to, sticky or not', async () => {
  const place = configured();
  for (const mode of [0o777, 0o1777, 0o775]) {
    chmodSync(place.folder, mode);
    assert.match(
      (await place.zd('status')).stderr,
      /^zd: note: zd.conf is not used: others can write to its folder/,
    );
  }
  chmodSync(place.folder, 0o755);
  assert.is((await place.zd('status')).stderr, '');
});

test('and one behind a symlink into such a folder', async () => {
  const place = configured();
  mkdirSync(place.path('mine'));
  symlinkSync('../zd.conf', place.path('mine/zd.conf'));
  assert.is((await place.zd('status', { cwd: place.path('mine') })).stderr, '');
  chmodSync(place.folder, 0o777);
  assert.match(
    (await place.zd('status', { cwd: place.path('mine') })).stderr,
    /^zd: note: zd.conf is not used/,
  );
});

test.skipIf(notRoot, "and one of another user's", async () => {
  const place = configured();
  chownSync(place.path('zd.conf'), 65534, 65534);
  assert.match((await place.zd('status')).stderr, /^zd: note: zd.conf is not used: it belongs to uid 65534/);
});

test('a symlink that leads nowhere and a folder are no configuration', async () => {
  const place = makePlace();
  symlinkSync('nowhere', place.path('zd.conf'));
  assert.equal(await place.zd('status'), { status: 3, stdout: 'daemon manager not running\n', stderr: '' });
  mkdirSync(place.path('x/zd.conf'), { recursive: true });
  const { status, stderr } = await place.zd('status', { cwd: place.path('x') });
  assert.equal(
    [status, stderr.slice(0, 57)],
    [3, 'zd: note: zd.conf is not used: it is not a regular file; '],
  );
});

test('zdaemon looks for nothing', async () => {
  const place = configured();
  const { status, stderr } = await place.zdaemon('start', { env: { ZD_CONFIG: 'zd.conf' } });
  assert.is(status, 2);
  assert.match(stderr, /^Error: no program specified; use -p or -C\n/);
});

test.run();
