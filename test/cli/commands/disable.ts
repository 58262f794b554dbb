import * as assert from 'uvu/assert';
import { clearPlaces, flavours, makePlace, pidIn } from '../../helpers/cli';
import { isAlive } from '../../helpers/processes';
import { suite } from '../../runner/guard';

const test = suite('disable');
test.after.each(clearPlaces);

for (const flavour of flavours) {
  test(`${flavour}: a disabled program is not started, and its line is named`, async () => {
    const place = makePlace();
    place.configure({ program: 'sleep 1000', disable: 'on' });
    for (const command of ['start', 'restart', 'start --word']) {
      const refused = await place.run(flavour, `-C app.conf ${command}`);
      const verb = command.split(' ')[0];
      assert.equal([refused.status, refused.stdout], [2, '']);
      assert.match(
        refused.stderr,
        `: cannot ${verb} the program: disabled in app.conf:3; set disable to off there\n`,
      );
    }
    const status = await place.run(flavour, '-C app.conf status');
    assert.is(status.stdout, 'daemon manager not running\n');
  });
}

test('once and run-now are refused, too', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', disable: 'on' });
  for (const [command, verb] of [
    ['once', 'start'],
    ['run-now', 'run'],
  ]) {
    const refused = await place.zd(`-C app.conf ${command}`);
    assert.is(refused.status, 2);
    assert.match(refused.stderr, `zd: cannot ${verb} the program: disabled in app.conf:3; `);
  }
});

test('What runs is left alone, and can be stopped', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  place.configure({ program: 'sleep 1000', disable: 'yes' });
  assert.is((await place.zd('-C app.conf restart')).status, 2);
  assert.is((await place.zd('-C app.conf start')).status, 2);
  assert.ok(isAlive(pid));
  assert.is((await place.zd('-C app.conf status')).status, 0);
  assert.is((await place.zd('-C app.conf stop')).stdout, 'daemon process stopped\n');
  assert.not.ok(isAlive(pid));
});

test('-X can enable it for once, and is named when it disables', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', disable: 'on' });
  const refused = await place.zd('-C app.conf -X runner/disable=true --json start');
  assert.is(refused.status, 2);
  assert.match(refused.stdout, 'disabled in -X runner/disable; set disable to off there');
  pidIn(await place.zd('-C app.conf -X runner/disable=off start'));
});

test.run();
