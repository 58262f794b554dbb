import { cpSync } from 'node:fs';
import { resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, pidIn } from '../../helpers/cli';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('the example of perp');
test.after.each(clearPlaces);

test('hellod is started, says that it is ready, keeps its output with the time, and comes back after any end', async () => {
  const place = makePlace();
  for (const name of ['hellod.conf', 'hellod.sh'])
    cpSync(resolve(import.meta.dirname, '../../../docs/examples', name), place.path(name));
  const pid = pidIn(await place.zd('-C hellod.conf start'));
  assert.match(place.read('run/hellod.log'), /^\S+T\S+ hellod: starting\.\.\.\n\S+ hellod: ready\n/);
  process.kill(pid, 'SIGTERM');
  await until(30, 'the next run', async () => {
    const report = await place.report('run/hellod.sock');
    return report.state === 'running' && report.pid !== pid;
  });
  assert.match(place.read('run/hellod.log'), 'hellod: bye\n');
  assert.is((await place.zd('-C hellod.conf stop')).status, 0);
});

test.run();
