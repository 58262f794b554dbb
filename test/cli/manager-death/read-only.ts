import { spawnSync } from 'node:child_process';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace } from '../../helpers/cli';
import { suite } from '../../runner/guard';

/* A disk that has errors becomes read-only while a program runs; then the manager is killed. */

const test = suite('a disk that became read-only');
test.after.each(clearPlaces);
const isImpossible =
  (spawnSync('unshare', ['--mount', 'true']).status !== 0 && 'needs the right to mount') ||
  (spawnSync('perl', ['-v']).status !== 0 && 'needs perl');
const zd = commandOf('zd').join(' ');

const SCRIPT = `
pid_of() { sed 's/.*"'$1'":{"pid":\\([0-9]*\\).*/\\1/' .zdsock.zd/state.json; }
${zd} -C app.conf start >/dev/null
program=$(pid_of program) manager=$(pid_of manager) keeper=$(pid_of keeper)
mount --bind . . && cd "$PWD" && mount -o remount,bind,ro . || exit 9
kill -9 "$manager"
${zd} -C app.conf stop
echo "stop: $?"
next=$(grep -l manager.js $(printf '/proc/%s/cmdline ' $(cat "/proc/$keeper/task/$keeper/children")) | cut -d/ -f3)
echo "program $program, manager $next"
`;

test.skipIf(isImpossible, 'the next manager supervises without a socket, and binds it later', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', transcript: 'log' });
  const script = `${SCRIPT}mount -o remount,bind,rw .\n${zd} -C app.conf status\n${zd} -C app.conf stop\n`;
  const { stdout, stderr } = await place.exec(['unshare', '--mount', 'sh', '-c', script]);
  const [, program = '', manager = ''] = /program (\d+), manager (\d+)/.exec(stdout) ?? [];
  assert.match(
    stderr,
    `cannot reach the manager: pid ${manager} is alive, but ${place.path('zdsock')} is no `,
  );
  assert.is(
    stdout,
    `stop: 4\nprogram ${program}, manager ${manager}\nprogram running; pid=${program}\ndaemon process stopped\n`,
  );
});

test.skipIf(isImpossible, 'what the message names ends manager and program', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', transcript: 'log' });
  const script = `${SCRIPT}kill "$next"\nwhile kill -0 "$next" 2>/dev/null; do sleep 0.05; done\nkill -0 "$program"\n`;
  const { status, stderr } = await place.exec(['unshare', '--mount', 'sh', '-c', script]);
  assert.is(status, 1);
  assert.match(stderr, /or kill \d+, which ends manager and program/);
});

test.run();
