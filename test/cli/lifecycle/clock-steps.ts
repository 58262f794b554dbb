import * as assert from 'uvu/assert';
import { systemClock } from '../../../src/system/clock';
import { clearPlaces, fixture, makePlace } from '../../helpers/cli';
import { endAndTally, killManager, report, startNumbered } from '../../helpers/numbered-program';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* A clock step must neither shorten a pause nor prolong it. */

const test = suite('clock steps');
test.after.each(clearPlaces);

const env = { ZD_NODE_OPTIONS: `--require=${fixture('step-clock.cjs')}` };

test('a step of a year forward and back changes no pause between restarts', async () => {
  const place = makePlace({ env });
  const program = `${fixture('tell-time.py')} ${place.path('times')}`;
  place.configure({ program, forever: 'on', 'backoff-limit': '10' });
  await place.zd('-C app.conf start');
  const text = await waitForFile(place.path('times'), times => times.split('\n').length > 3);
  const times = text.split('\n').map(Number);
  for (const [index, pause] of [1, 2].entries()) {
    const took = (times[index + 1] as number) - (times[index] as number);
    assert.ok(took >= pause, `${took} s instead of ${pause}`);
  }
  await place.zd('-C app.conf stop');
});

test('clock steps do not change the time until SIGKILL', async () => {
  const place = makePlace({ env });
  const script = place.write('deaf.sh', 'trap "" TERM; while :; do sleep 0.05; done\n');
  place.configure({ program: `sh ${script}`, 'stop-timeout': '1' });
  await place.zd('-C app.conf start');
  const begun = systemClock.now();
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  const took = systemClock.now() - begun;
  assert.ok(took >= 1, `${took} s instead of 1`);
});

test('clock steps do not change the uptime of an adopted program', async () => {
  const place = makePlace({ env });
  await startNumbered(place);
  await killManager(place);
  await place.zd('-C app.conf start');
  const { uptime } = await report(place);
  assert.ok(uptime !== null && uptime >= 0 && uptime < 3600, `${uptime} s`);
  assert.equal(await endAndTally(place), []);
});

test.run();
