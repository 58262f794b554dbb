import * as assert from 'uvu/assert';
import { clearPlaces, makePlace } from '../../helpers/cli';
import { keeperMissing, killThreeManagers } from '../../helpers/keeper';
import { report, startNumbered, tally, waitForLines } from '../../helpers/numbered-program';
import { waitForEnd } from '../../helpers/processes';
import { suite } from '../../runner/guard';

/* A signal reaches the manager, also one that is still beginning, or that is begun to hear of it. */

const test = suite('early signals');
test.after.each(clearPlaces);

test.skipIf(keeperMissing, 'SIGTERM to a keeper without a manager ends everything in order', async () => {
  const { place, pid } = await startNumbered(makePlace());
  const { keeperPid } = await report(place);
  await killThreeManagers(place);
  await waitForLines(place);
  process.kill(keeperPid as number, 'SIGTERM');
  for (const one of [pid, keeperPid as number]) await waitForEnd(one);
  assert.match(place.read('events'), 'daemon manager killed by SIGTERM');
  assert.is((await place.zd('status')).status, 3);
  assert.equal(tally(place), []);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  test.skipIf(keeperMissing, `${signal} to the keeper while a manager is being replaced`, async () => {
    const { place, pid } = await startNumbered(makePlace());
    await waitForLines(place);
    const { keeperPid, managerPid } = await report(place);
    process.kill(managerPid, 'SIGKILL');
    // A manager that dies after a SIGTERM is not replaced, because init systems signal all at once.
    await waitForEnd(managerPid);
    process.kill(keeperPid as number, signal);
    for (const one of [pid, keeperPid as number]) await waitForEnd(one);
    assert.match(place.read('events'), `daemon manager killed by ${signal}`);
    assert.is((await place.zd('status')).status, 3);
    assert.equal(tally(place), []);
  });

test.run();
