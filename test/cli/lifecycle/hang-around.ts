import * as assert from 'uvu/assert';
import { clearPlaces, fixture, makePlace, pidIn } from '../../helpers/cli';
import { isAlive, waitForEnd } from '../../helpers/processes';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('hang-around');
test.after.each(clearPlaces);

const down = 'daemon manager running; daemon process not running\n';

test('the manager stays after a stop, and performs the next start', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'hang-around': 'on' });
  const pid = pidIn(await place.zdaemon('-C app.conf start'));
  const { managerPid } = await place.report();
  assert.equal(await place.zdaemon('-C app.conf stop'), {
    status: 0,
    stdout: 'daemon process stopped\n',
    stderr: '',
  });
  assert.not.ok(isAlive(pid));
  assert.equal(await place.zdaemon('status'), { status: 0, stdout: down, stderr: '' });
  const nothing = { status: 0, stdout: 'daemon process not running\n', stderr: '' };
  assert.equal(await place.zdaemon('-C app.conf stop'), nothing);
  assert.equal(await place.zd('-C app.conf stop'), nothing);
  const again = await place.zdaemon('-C app.conf start');
  assert.is(again.stdout, `daemon process started, pid=${pidIn(again)}\n`);
  assert.is((await place.report()).managerPid, managerPid);
});

test('the manager stays after the program has exited without a restart', async () => {
  const place = makePlace();
  place.configure({ program: `${fixture('told.sh')} 0 flag`, 'hang-around': 'on' });
  await place.zd('-C app.conf start');
  place.write('flag', '');
  await until(30, 'the end', async () => (await place.report()).state === 'idle');
  assert.is((await place.zdaemon('status')).stdout, down);
  const { managerPid } = await place.report();
  process.kill(managerPid, 'SIGTERM');
  await waitForEnd(managerPid);
});

test('a stop without this setting returns, although the manager stays', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'hang-around': 'on' });
  await place.zd('-C app.conf start');
  assert.equal(await place.zd('stop'), {
    status: 0,
    stdout: 'daemon process stopped\n',
    stderr: '',
  });
});

for (const flavour of ['zd', 'zdaemon'] as const) {
  test(`${flavour}: a failed first start returns`, async () => {
    const place = makePlace();
    place.configure({ program: `${fixture('crash.sh')} 0`, 'hang-around': 'on', 'start-seconds': '10' });
    const { status, stdout, stderr } = await place.run(flavour, '-C app.conf start');
    // In zd the first start must hold; zdaemon's manager applies only the restart rules.
    assert.equal([status, stdout], [1, flavour === 'zd' ? '' : down]);
    assert.match(stderr, 'it ended with exit status 0');
  });
}

test.run();
