import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Place, pidIn, statusOf } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { report } from '../../helpers/numbered-program';
import { isAlive, keeperOf, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* Deaths of manager and keeper while a stop ends what the program has left behind. */

const test = suite('deaths during a stop');
test.after.each(clearPlaces);

/** A program whose child ignores SIGTERM and has its pid in the file `child`. */
const WITH_CHILD = `sh -c '(trap "" TERM; exec sleep 1000) & echo $$! >child; exec sleep 1001'`;
/** The same with a daemon in a session of its own, which the program has left to the keeper. */
const WITH_DAEMON = `sh -c '(trap "" TERM; setsid sh -c "echo \\$$\\$$ >child; exec sleep 1000" &); exec sleep 1001'`;

for (const [what, program] of [
  ['a child', WITH_CHILD],
  ['a daemon', WITH_DAEMON],
] as const)
  test.skipIf(
    keeperMissing,
    `a stop ends ${what} of the program even if the keeper is killed while doing so`,
    async () => {
      const { place, child, pid } = await startWith(program);
      const stop = place.launch([...commandOf('zd'), 'stop']);
      await untilSwept(place, pid);
      const { managerPid } = await report(place);
      const keeper = keeperOf(managerPid) ?? 0;
      process.kill(keeper, 'SIGKILL');
      assert.is((await stop.done).status, 0);
      assert.not(isAlive(child));
      await waitForEnd(managerPid);
    },
  );

test.skipIf(keeperMissing, 'the same if the next manager follows under another keeper', async () => {
  const { place, child, pid } = await startWith(WITH_CHILD);
  const stop = place.launch([...commandOf('zd'), 'stop']);
  await untilSwept(place, pid);
  const { managerPid } = await report(place);
  const keeper = keeperOf(managerPid) ?? 0;
  process.kill(keeper, 'SIGKILL');
  await until(30, 'another keeper', async () => ![keeper, null].includes((await report(place)).keeperPid));
  process.kill(managerPid, 'SIGKILL');
  assert.is((await stop.done).status, 0);
  assert.not(isAlive(child));
});

async function untilSwept(place: Place, pid: number): Promise<void> {
  await waitForEnd(pid);
  await until(30, 'what is left to be ended', async () => {
    const { pid: present, state } = await report(place);
    return present === null && state === 'stopping';
  });
}

async function startWith(program: string): Promise<{ place: Place; pid: number; child: number }> {
  const place = makePlace();
  place.configure({ program, 'stop-timeout': '3', transcript: 'log' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  const child = Number(await waitForFile(place.path('child'), text => text.endsWith('\n')));
  await until(30, 'the child', () => statusOf(child, 'Name') === 'sleep');
  return { place, pid, child };
}

test.run();
