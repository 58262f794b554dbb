import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, pidIn } from '../../helpers/cli';
import { spawnedBy } from '../../helpers/processes';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('races');
test.after.each(clearPlaces);

const ten = <T>(make: (index: number) => T) => Array.from({ length: 10 }, (_, index) => make(index));

test('ten simultaneous starts: one manager, one program, and the same answer for each', async () => {
  const place = makePlace();
  place.write('program.sh', 'echo $$ >>starts; exec sleep 1000');
  place.configure({ program: 'sh program.sh' });
  const outcomes = await Promise.all(
    ten(index => place.run(index % 2 ? 'zd' : 'zdaemon', '-C app.conf start')),
  );
  const { pid, managerPid } = await place.report();
  for (const outcome of outcomes)
    assert.equal([outcome.status, outcome.stderr, pidIn(outcome)], [0, '', pid]);
  assert.is(await waitForFile(place.path('starts'), text => text.endsWith('\n')), `${pid}\n`);
  assert.equal(spawnedBy(managerPid), [pid]);
});

test('ten simultaneous failing starts all report that, and nothing is left', async () => {
  const place = makePlace();
  const outcomes = await Promise.all(ten(() => place.zd('-p ./missing start')));
  for (const outcome of outcomes) {
    assert.is(outcome.status, 1);
    assert.match(outcome.stderr, "can't stat program './missing'");
  }
  assert.is((await place.zd('status')).status, 3);
});

test('ten simultaneous stops all return when nothing is left', async () => {
  const place = makePlace();
  await place.zd(['-p', 'sleep 1000', 'start']);
  const outcomes = await Promise.all(ten(() => place.zd('stop')));
  for (const outcome of outcomes) assert.equal([outcome.status, outcome.stderr], [0, '']);
  assert.is((await place.zd('status')).status, 3);
});

test('consecutive starts and stops never interfere', async () => {
  const place = makePlace();
  for (let round = 0; round < 5; round += 1) {
    const started = await place.zd(['-p', 'sleep 1000', '--start-seconds', '0', 'start']);
    assert.equal([started.status, started.stderr], [0, '']);
    assert.is((await place.zd('stop')).stdout, 'daemon process stopped\n');
  }
});

test.run();
