import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, flavours, makePlace, pidIn } from '../../helpers/cli';
import { isConnected } from '../../helpers/processes';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('wait');
test.after.each(clearPlaces);

for (const flavour of flavours) {
  test(`${flavour}: returns when the program has ended, and says how things are then`, async () => {
    const place = makePlace();
    const pid = pidIn(await place.run(flavour, ['-p', 'sleep 1000', '-x', '-1', 'start']));
    const waiting = place.launch([...commandOf(flavour), 'wait']);
    await until(30, 'the wait', () =>
      flavour === 'zd' ? isConnected(waiting.child.pid) : waiting.output() !== '',
    );
    process.kill(pid, 'SIGKILL');
    assert.equal(await waiting.done, {
      status: 0,
      stdout: 'daemon process stopped\ndaemon manager not running\n',
      stderr: '',
    });
  });

  test(`${flavour}: returns at once when there is nothing to wait for`, async () => {
    const place = makePlace();
    assert.equal(await place.run(flavour, 'wait'), {
      status: 0,
      stdout: 'daemon process stopped\ndaemon manager not running\n',
      stderr: '',
    });
  });
}

test('a stop elsewhere ends the wait', async () => {
  const place = makePlace();
  await place.zd(['-p', 'sleep 1000', 'start']);
  const waiting = place.launch([...commandOf('zdaemon'), 'wait']);
  await until(30, 'a dot', () => waiting.output() !== '');
  await place.zd('stop');
  const { status, stdout } = await waiting.done;
  assert.is(status, 0);
  assert.match(stdout, 'daemon process stopped\n');
});

test.run();
