import { chmodSync, chownSync, readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { isAlive, keeperOf } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('no free process');
const linuxOnly = process.platform !== 'linux' && 'needs prlimit(1) and setpriv(1)';
/** The limit does not apply to root, so root runs the program as another user. */
const isRoot = process.getuid?.() === 0;
const user: Record<string, string> = isRoot ? { user: 'nobody' } : {};
const NOBODY = 65534;
const asUser = isRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
test.after.each(clearPlaces);

test.skipIf(linuxOnly, 'no process at a spawn: a failed start that is retried', async () => {
  const place = makePlace();
  chmodSync(place.folder, 0o755);
  if (isRoot) chownSync(place.folder, NOBODY, NOBODY);
  place.configure(
    { program: 'sleep 1000', 'backoff-limit': '60', directory: place.folder, ...user },
    `<eventlog>\n  level info\n  <logfile>\n    path ${place.path('events')}\n  </logfile>\n</eventlog>\n`,
  );
  const started = await place.zd('-C app.conf start');
  assert.is(started.status, 0, started.stderr);
  const { managerPid, pid } = await place.report();
  const parent = keeperOf(managerPid) ?? managerPid;
  const usual = readLimit(parent);
  await limitProcesses(place, parent, '1');
  process.kill(pid as number, 'SIGKILL');
  await waitForFile(place.path('events'), text =>
    /can't exec: .*resource temporarily unavailable/.test(text),
  );
  assert.ok(isAlive(managerPid));
  await limitProcesses(place, parent, usual);
  const next = await until(30, 'the program', async () => (await place.report()).pid);
  assert.is.not(next, pid);
  assert.is((await place.report()).managerPid, managerPid);
  assert.not(place.read('events').includes('unexpected error'), place.read('events'));
});

function readLimit(pid: number): string {
  const limits = readFileSync(`/proc/${pid}/limits`, 'utf8');
  return /^Max processes +(\S+)/m.exec(limits)?.[1] ?? '';
}

/** Changes only the soft limit. */
async function limitProcesses(place: Place, pid: number, most: string): Promise<void> {
  const words = [...asUser, 'prlimit', '--pid', String(pid), `--nproc=${most}:`];
  const { status, stderr } = await place.exec(words);
  assert.is(status, 0, stderr);
}

test.run();
