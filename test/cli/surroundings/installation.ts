import { cpSync, readdirSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { isAlive, keeperOf, waitForEnd } from '../../helpers/processes';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* An upgrade of the package moves the files of managers that are running. */

const test = suite('installation');
test.after.each(clearPlaces);

const root = resolve(import.meta.dirname, '../../..');

/** Starts with a copy of zd, which is moved away then. */
async function startAndMove(runner: Record<string, string> = {}) {
  const place = makePlace();
  for (const name of ['bin', 'dist', 'package.json'])
    cpSync(join(root, name), place.path(`old/${name}`), { recursive: true });
  place.write('talk.sh', 'while :; do echo a line of some length; sleep 0.01; done');
  place.configure({ program: 'sh talk.sh', transcript: 'log', ...runner });
  const pid = pidIn(
    await place.exec([process.execPath, place.path('old/bin/zd.js'), '-C', 'app.conf', 'start']),
  );
  renameSync(place.path('old'), place.path('moved'));
  return { place, pid };
}

const rotated = (place: Place) => readdirSync(place.folder).filter(name => name.startsWith('log.'));

for (const compress of ['on', 'off'])
  test(`rotated files are archived and removed, with transcript-compress ${compress}`, async () => {
    const { place } = await startAndMove({
      'transcript-rotate-size': '500',
      'transcript-keep': '2',
      'transcript-compress': compress,
    });
    const seen = new Set<string>();
    await until(30, 'six rotations', () => {
      for (const name of rotated(place)) if (!name.endsWith('.pending')) seen.add(name);
      return seen.size >= 6;
    });
    assert.ok(rotated(place).length <= 4, rotated(place).join(' '));
    assert.is((await place.zd('-C app.conf status')).stderr, '');
  });

test('every command works, and an upgrade moves to the new installation', async () => {
  const { place, pid } = await startAndMove({ 'start-test-program': 'true' });
  assert.is(pidIn(await place.zd('-C app.conf status')), pid);
  for (const command of ['reopen_transcript', 'kill CONT', 'restart', 'status -v', 'upgrade', 'stop'])
    assert.is((await place.zd(`-C app.conf ${command}`)).status, 0, command);
});

test('if a keeper cannot begin a manager, that is said, and what helps', async () => {
  const { place, pid } = await startAndMove();
  const { managerPid } = await place.report();
  const keeper = keeperOf(managerPid);
  if (keeper === null) return;
  process.kill(managerPid, 'SIGKILL');
  await waitForEnd(managerPid);
  const { status, stderr } = await place.zd('-C app.conf stop');
  assert.is(status, 4);
  assert.match(stderr, `its keeper, pid ${keeper}, cannot begin another one`);
  assert.match(stderr, `kill -9 ${keeper}, and zd start adopts the program`);
  process.kill(keeper, 'SIGKILL');
  await waitForEnd(keeper);
  assert.is(pidIn(await place.zd('-C app.conf start')), pid);
  assert.ok(isAlive(pid));
});

test.run();
