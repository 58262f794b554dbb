import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Place, pidIn } from '../../helpers/cli';
import { isAlive } from '../../helpers/processes';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('reload');
test.after.each(clearPlaces);

test('the program gets SIGHUP', async () => {
  const place = makePlace();
  place.write('app.sh', `trap 'echo reloaded >>log' HUP\necho ready >>log\nwhile :; do sleep 0.05; done\n`);
  place.configure({ program: 'sh app.sh', ready: 'file log' });
  await place.zd('-C app.conf start');
  assert.is((await place.zd('-C app.conf reload')).status, 0);
  await waitForFile(place.path('log'), text => text.includes('reloaded'));
});

test('reload-program is run instead, with the pid of the program', async () => {
  const place = makePlace();
  place.write('reload.sh', 'echo $ZD_PID >told\n');
  place.configure({ program: 'sleep 1000', 'reload-program': 'sh reload.sh' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  assert.is((await place.zd('-C app.conf reload')).status, 0);
  assert.is(place.read('told'), `${pid}\n`);
});

test('a reload-program that fails or is not there is reported', async () => {
  const place = makePlace();
  place.write('reload.sh', 'exit 3\n');
  place.configure({ program: 'sleep 1000', 'reload-program': 'sh reload.sh' });
  await place.zd('-C app.conf start');
  const { status, stderr } = await place.zd('-C app.conf reload');
  assert.is(status, 1);
  assert.match(stderr, /cannot reload .*: reload-program failed: exit status 3/);
});

test('a reload-program does not outlive a stop, and neither does the answer', async () => {
  const { place, pid, reload } = await beginReload();
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  const { status, stderr } = await reload.done;
  assert.is(status, 1);
  assert.match(stderr, 'reload-program has outlived the program and was ended');
  assert.not.ok(isAlive(pid));
});

test.run();

/** A reload whose program does not end on its own. */
async function beginReload(): Promise<{ place: Place; pid: number; reload: ReturnType<Place['launch']> }> {
  const place = makePlace();
  place.write('reload.sh', 'echo $$ >pid\nexec sleep 1000\n');
  place.configure({ program: 'sleep 1000', 'reload-program': 'sh reload.sh' });
  await place.zd('-C app.conf start');
  const reload = place.launch([...commandOf('zd'), '-C', 'app.conf', 'reload']);
  const text = await waitForFile(place.path('pid'), found => found.includes('\n'));
  return { place, pid: Number(text), reload };
}
