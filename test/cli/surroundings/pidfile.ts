import { existsSync, lstatSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, longPauses, makePlace, pidIn } from '../../helpers/cli';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* The pidfile has the pid of a program that is up. */

const test = suite('pidfile');
test.after.each(clearPlaces);

const isRoot = process.getuid?.() === 0;

test('is there when start returns, readable for others, and gone after a stop', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', pidfile: 'app.pid', umask: '077' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  assert.is(place.read('app.pid'), `${pid}\n`);
  assert.is(statSync(place.path('app.pid')).mode & 0o777, 0o644);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.equal(
    readdirSync(place.folder).filter(name => name.includes('pid')),
    [],
  );
});

test('what a manager that was killed has left unfinished is removed, and nothing else', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', pidfile: 'app.pid' });
  const kept = { [`.app.pid.${process.pid}`]: '', '.app.pid.2147483646': 'mine\n', '.app.pid.swp': '12\n' };
  for (const [name, text] of Object.entries({ ...kept, '.app.pid.2147483647': '12\n' }))
    place.write(name, text);
  await place.zd('-C app.conf start');
  assert.equal(
    readdirSync(place.folder)
      .filter(name => name.startsWith('.app.pid'))
      .sort(),
    Object.keys(kept).sort(),
  );
});

test('has the pid of the next run after a restart and after a crash, and none in between', async () => {
  const place = makePlace({ env: longPauses });
  place.configure({ program: 'sleep 1000', pidfile: 'app.pid' });
  const first = pidIn(await place.zd('-C app.conf start'));
  const second = pidIn(await place.zd('-C app.conf restart'));
  assert.is.not(second, first);
  assert.is(place.read('app.pid'), `${second}\n`);
  process.kill(second, 'SIGKILL');
  await until(30, 'the pause', async () => (await place.report()).state === 'backoff');
  assert.not.ok(existsSync(place.path('app.pid')));
  await place.zd('-C app.conf start');
  await until(30, 'the pid of the next run', async () => {
    const { pid, state } = await place.report();
    return state === 'running' && pid !== second && place.read('app.pid') === `${pid}\n`;
  });
});

test('is not written before the program is ready', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', pidfile: 'app.pid', ready: 'file here' });
  const start = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  await until(30, 'the program', async () => (await place.report().catch(() => null))?.state === 'starting');
  assert.not.ok(existsSync(place.path('app.pid')));
  place.write('here', '');
  const pid = pidIn(await start.done);
  assert.is(place.read('app.pid'), `${pid}\n`);
});

test('survives a manager that is killed and an upgrade, and the program that exits after that', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', pidfile: 'app.pid', 'hang-around': 'on', 'exit-codes': '-1' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  const { managerPid } = await place.report();
  process.kill(managerPid, 'SIGKILL');
  await until(30, 'the next manager', async () => (await place.report().catch(() => null))?.pid === pid);
  assert.is(place.read('app.pid'), `${pid}\n`);
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
  assert.is(place.read('app.pid'), `${pid}\n`);
  process.kill(pid, 'SIGKILL');
  await until(30, 'its end', () => !existsSync(place.path('app.pid')));
});

test('an upgrade moves it', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', pidfile: 'app.pid' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  place.configure({ program: 'sleep 1000', pidfile: 'other.pid' });
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
  await waitForFile(place.path('other.pid'), text => text === `${pid}\n`);
  await until(30, 'the end of the former one', () => !existsSync(place.path('app.pid')));
});

test('one of a program that is dead is removed before the next start, and a symlink is replaced', async () => {
  const place = makePlace();
  place.write('precious', 'stays\n');
  symlinkSync('precious', place.path('app.pid'));
  place.configure({
    program: `sh -c 'test ! -e app.pid && exec sleep 1000'`,
    directory: place.folder,
    pidfile: 'app.pid',
    'start-seconds': '0',
  });
  const pid = pidIn(await place.zd('-C app.conf start'));
  await waitForFile(place.path('app.pid'), text => text === `${pid}\n`);
  assert.ok(lstatSync(place.path('app.pid')).isFile());
  assert.is(place.read('precious'), 'stays\n');
});

test('a place where it cannot be is refused before anything is started', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', pidfile: 'no/app.pid' });
  const { status, stderr } = await place.zd('-C app.conf start');
  assert.is(status, 2);
  assert.match(
    stderr,
    /^zd: cannot use pidfile '.*no\/app\.pid' \(app\.conf:3\): the folder .*\/no does not/,
  );
});

test.skipIf(isRoot && 'root can write everywhere', 'a folder that is read-only is refused', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', pidfile: '/app.pid' });
  const { status, stderr } = await place.zd('-C app.conf check');
  assert.is(status, 2);
  assert.match(stderr, /cannot create files in \/; /);
});

test.run();
