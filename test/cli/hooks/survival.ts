import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Place, pidIn } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { isAlive, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* Hooks of a manager that is killed or replaced: ended, and run again. */

const test = suite('hooks without their manager');
test.after.each(clearPlaces);

/** Runs until the file `go` is there. */
const WAITS = 'echo "$$ $ZD_EVENT $*" >>runs; until test -e go; do sleep 0.05; done';

function configure(place: Place, settings: Record<string, string>): void {
  place.write('hook.sh', `#!/bin/sh\n${WAITS}\n`, 0o755);
  place.configure({ program: 'sleep 1000', directory: place.folder, ...settings });
}

/** Waits for a number of runs of the hook. @returns the pid of each, and what it was told */
async function runs(place: Place, count: number): Promise<[number, string][]> {
  const text = await waitForFile(place.path('runs'), found => found.split('\n').length > count);
  return text
    .trim()
    .split('\n')
    .map(line => [Number.parseInt(line, 10), line.replace(/^\d+ /, '')]);
}

/** Kills the manager while the hook runs, and lets the second run succeed. */
async function loseManager(place: Place): Promise<void> {
  const [first] = await runs(place, 1);
  process.kill((await place.report()).managerPid, 'SIGKILL');
  const [, second] = await runs(place, 2);
  await waitForEnd(first?.[0] ?? 0);
  assert.is(second?.[1], first?.[1]);
  place.write('go', '');
}

test.skipIf(keeperMissing, 'before-start is run again, and the program starts', async () => {
  const place = makePlace();
  configure(place, { 'before-start': './hook.sh' });
  const start = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  await loseManager(place);
  pidIn(await start.done);
  assert.is((await place.report()).restarts, 0);
});

test.skipIf(keeperMissing, 'after-exit is run again, and the stop ends', async () => {
  const place = makePlace();
  configure(place, { 'after-exit': './hook.sh' });
  await place.zd('-C app.conf start');
  const stop = place.launch([...commandOf('zd'), '-C', 'app.conf', 'stop']);
  await loseManager(place);
  assert.is((await stop.done).stdout, 'daemon process stopped\n');
  assert.match((await runs(place, 2))[1]?.[1] ?? '', /^exited signal 15 SIGTERM$/);
});

test.skipIf(keeperMissing, 'on-event is run again, and then the manager leaves', async () => {
  const place = makePlace();
  configure(place, {
    program: 'sh -c "exit 1"',
    attempts: '2',
    'backoff-first': '10ms',
    'on-event': './hook.sh',
  });
  await place.zd('-C app.conf start');
  await loseManager(place);
  await until(30, 'the end', async () => (await place.zd('-C app.conf status')).status === 3);
  assert.is((await runs(place, 2))[0]?.[1].trim(), 'gave-up');
});

test.skipIf(keeperMissing, 'nothing is left of an on-event that runs during an upgrade', async () => {
  const place = makePlace();
  configure(place, { 'on-event': './hook.sh', 'on-event-kinds': 'paused' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  await place.zd('-C app.conf pause');
  const [first] = await runs(place, 1);
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
  const [, second] = await runs(place, 2);
  await waitForEnd(first?.[0] ?? 0);
  place.write('go', '');
  await waitForEnd(second?.[0] ?? 0);
  assert.ok(isAlive(pid));
  assert.is((await place.zd('-C app.conf continue')).status, 0);
});

test.run();
