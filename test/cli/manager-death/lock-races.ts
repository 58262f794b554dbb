import { mkdirSync, symlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, pidIn } from '../../helpers/cli';
import { configureNumbered, endAndTally, killManager, report } from '../../helpers/numbered-program';
import { commandLine, processesCarrying } from '../../helpers/processes';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('lock');
/** Rounds in this suite; `npm run torture -- manager --racers 100 --rounds 50` is the long form. */
const ROUNDS = 4;
const RACERS = 10;
const STOPS = 5;
const linuxOnly = process.platform !== 'linux' && 'takes its lock with flock(1)';
test.after.each(clearPlaces);

test.limit(
  120,
  `${RACERS} simultaneous starts: one manager, one program, and each start reports its pid`,
  async () => {
    const place = makePlace();
    configureNumbered(place);
    let known: number | null = null;
    for (let round = 0; round < ROUNDS; round++) {
      if (known !== null && round % 2 === 1) await killManager(place);
      else if (known !== null) {
        await place.zd('-C app.conf stop');
        known = null;
      }
      const racers = Array.from({ length: RACERS }, () => place.zd('-C app.conf start'));
      const told = await Promise.all(racers);
      const pids = new Set(told.map(pidIn));
      assert.is(pids.size, 1, [...pids].join());
      const [pid] = pids;
      if (known !== null) assert.is(pid, known);
      const winners = told.filter(({ stdout }) => stdout === `daemon process started, pid=${pid}\n`);
      assert.is(winners.length, known === null ? 1 : 0);
      for (const one of told.filter(outcome => !winners.includes(outcome)))
        assert.equal(one, { status: 0, stdout: `daemon process already running; pid=${pid}\n`, stderr: '' });
      known = pid as number;
      const { managerPid } = await report(place);
      await until(30, 'one manager', () => managersIn(place.folder).join() === String(managerPid));
    }
    assert.equal(await endAndTally(place), []);
  },
);

test('a start immediately after a stop never fails', async () => {
  const place = makePlace();
  configureNumbered(place);
  await place.zd('-C app.conf start');
  for (let count = 0; count < STOPS; count++) {
    assert.is((await place.zd('-C app.conf stop')).status, 0);
    const started = await place.zd('-C app.conf start');
    assert.equal([started.status, started.stderr], [0, '']);
  }
  assert.equal(await endAndTally(place), []);
});

test('simultaneous stops: one stops the program, the others find nothing to stop, and all succeed', async () => {
  const place = makePlace();
  configureNumbered(place);
  await place.zd('-C app.conf start');
  await killManager(place);
  const stops = await Promise.all([1, 2, 3, 4].map(() => place.zd('-C app.conf stop')));
  for (const { status, stderr } of stops) assert.equal([status, stderr], [0, '']);
  assert.is((await place.zd('status')).status, 3);
  assert.equal(managersIn(place.folder), []);
});

test.skipIf(linuxOnly, 'without the flock of util-linux, the error names what is missing', async () => {
  const place = makePlace();
  mkdirSync(place.path('bin'));
  symlinkSync('/bin/sleep', place.path('bin/sleep'));
  const sentence = 'its lock needs flock(1) of util-linux on PATH; install util-linux';
  const bare = await place.zd('-p sleep -s zdsock start 60', { env: { PATH: place.path('bin') } });
  assert.is(bare.status, 1);
  assert.is(bare.stderr, `zd: cannot start the manager: ${sentence}\n`);
  // A flock with fewer options, like that of busybox.
  place.write('bin/flock', '#!/bin/sh\nexit 1\n', 0o755);
  const other = await place.zd('-p sleep start 60', { env: { PATH: place.path('bin') } });
  assert.is(other.stderr, `zd: cannot start the manager: ${sentence}\n`);
});

/** The pids of the managers whose place is a folder. */
function managersIn(folder: string): number[] {
  return processesCarrying('ZD_TEST_PLACE', folder).filter(pid => /dist\/manager\.js/.test(commandLine(pid)));
}

test.run();
