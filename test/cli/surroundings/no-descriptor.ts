import { readdirSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { readLink } from '../../../src/system/files';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('no free descriptor');
const linuxOnly = process.platform !== 'linux' && 'needs prlimit(1)';
test.after.each(clearPlaces);

const cases: Record<string, Record<string, string>> = {
  'the input of zd send': { program: 'sleep 1000', stdin: 'control' },
  'descriptors that probes read': {
    program: "sh -c 'echo >&3; echo >&4; exec sleep 1000'",
    ready: 'fd 3 and fd 4',
  },
  'both, and a hook': {
    program: "sh -c 'echo >&3; exec sleep 1000'",
    stdin: 'control',
    ready: 'fd 3',
    'before-start': 'true',
  },
};

for (const [what, settings] of Object.entries(cases)) {
  test.skipIf(linuxOnly, `failed starts keep no descriptor open: ${what}`, async () => {
    const place = makePlace();
    place.configure({ ...settings, 'hang-around': 'on', attempts: '1' });
    const started = await place.zd('-C app.conf start');
    assert.is(started.status, 0, started.stderr);
    const { managerPid } = await place.report();
    await place.zd('-C app.conf stop');
    const before = await until(10, 'the end of the run', () => usedBy(managerPid, place));
    let failed = 0;
    // Each limit lets another open(2) of the start fail.
    for (let more = 0; more < 12; more++) {
      await limit(place, managerPid, before.highest + 1 + more);
      const { status } = await place.zd('-C app.conf start');
      await limit(place, managerPid, 1024);
      if (status === 0) break;
      failed += 1;
    }
    assert.ok(failed > 0);
    // A run that has ended lets go of what the last failed start has left to it.
    const again = await place.zd('-C app.conf restart');
    assert.is(again.status, 0, again.stderr);
    await place.zd('-C app.conf stop');
    assert.equal(usedBy(managerPid, place).paths, before.paths);
  });
}

/** The files in the folder of the test that a process has open. */
function usedBy(pid: number, { folder }: Place): { highest: number; paths: string[] } {
  const fds = readdirSync(`/proc/${pid}/fd`);
  const paths = fds.map(fd => readLink(`/proc/${pid}/fd/${fd}`)).filter(path => path.startsWith(folder));
  return { highest: Math.max(...fds.map(Number)), paths: paths.sort() };
}

/** Changes only the soft limit. */
async function limit(place: Place, pid: number, most: number): Promise<void> {
  const { status, stderr } = await place.exec(['prlimit', '--pid', String(pid), `--nofile=${most}:`]);
  assert.is(status, 0, stderr);
}

test.run();
