import { spawnSync } from 'node:child_process';
import * as assert from 'uvu/assert';
import { listChildren } from '../../../src/system/processes';
import { clearPlaces, commandOf, makePlace, type Place } from '../../helpers/cli';
import { waitForFile } from '../../helpers/within';
import { makePathWithoutPerl } from '../../helpers/without-perl';
import { suite } from '../../runner/guard';

/* A number stands for a process, a session or a group only where, and as long as, nobody else can have it. */

const test = suite('pid namespaces');
const UNSHARE = [findUnshare(), '--pid', '--fork', '--mount-proc', '--kill-child'];
const canChoosePid = 'echo 99 >/proc/sys/kernel/ns_last_pid && test "$(sh -c \'echo $$\')" = 100';
const isImpossible =
  spawnSync('unshare', [...UNSHARE.slice(1), 'sh', '-c', canChoosePid]).status !== 0 &&
  'needs pid namespaces, and the right to choose a pid';
const zd = commandOf('zd').join(' ');
test.after.each(clearPlaces);

/** Makes a session whose number is that of the dead program, and whose leader is dead; its member is in `stranger`. */
const STRANGER = `echo $((program - 1)) >/proc/sys/kernel/ns_last_pid
setsid sh -c 'echo $$ >leader; sleep 1000 & echo $! >stranger' </dev/null >/dev/null 2>&1 &
wait $!
test "$(cat leader)" = "$program" || echo "the stranger has another number"
`;
/** The member of that session must survive what a user can say. */
const COMMANDS = `${zd} status
${zd} -C app.conf stop
kill -0 "$(cat stranger)" || echo 'the stranger was killed'
${zd} -C app.conf start
${zd} -C app.conf stop
kill -0 "$(cat stranger)" || echo 'the stranger was killed'
`;
const EXPECTED =
  /^daemon manager not running\n(killed with its manager.*\n)?daemon manager not running\n(killed with its manager.*\n)?daemon process started, pid=\d+\ndaemon process stopped\n$/;

for (const way of ['with the keeper', 'without perl'])
  test.skipIf(
    isImpossible,
    `${way}: a container that begins anew has processes of other numbers than the one before`,
    async () => {
      const place = configured(
        way === 'without perl' ? { PATH: makePathWithoutPerl(['setsid', 'touch']) } : {},
      );
      const script = `${zd} -C app.conf start; touch up; exec sleep 1000`;
      const first = place.launch([...UNSHARE, 'sh', '-c', script]);
      await waitForFile(place.path('up'));
      const { program } = JSON.parse(place.read('.zdsock.zd/state.json'));
      const [init] = listChildren(first.child.pid as number);
      process.kill(init as number, 'SIGKILL');
      await first.done;
      const { stdout, stderr } = await inside(place, `program=${program.pid}\n${STRANGER}${COMMANDS}`);
      assert.is(stderr, '');
      assert.match(stdout, EXPECTED);
    },
  );

test.skipIf(isImpossible, 'a session that got the number of a dead one is left alone', async () => {
  const place = configured();
  const script = `${zd} -C app.conf start >started
program=$(sed -n 's/.*pid=//p' started)
${zd} status --json >report
manager=$(sed 's/.*"managerPid":\\([0-9]*\\).*/\\1/' report)
keeper=$(sed 's/.*"keeperPid":\\([0-9]*\\).*/\\1/' report)
kill -9 $keeper $manager $program
while kill -0 $manager || kill -0 $keeper || kill -0 $program; do sleep 0.01; done 2>/dev/null
`;
  const { stdout, stderr } = await inside(place, `${script}${STRANGER}${COMMANDS}`);
  assert.is(stderr, '');
  assert.match(stdout, EXPECTED);
});

function configured(env: Record<string, string> = {}): Place {
  const place = makePlace({ env });
  place.configure({ program: 'sleep 1000', directory: place.folder, transcript: 'log' });
  return place;
}

function findUnshare(): string {
  return spawnSync('sh', ['-c', 'command -v unshare'], { encoding: 'utf8' }).stdout.trim();
}

/** Runs a script as the first process of a pid namespace, which ends with it. */
function inside(place: Place, script: string) {
  place.write('inside.sh', script);
  return place.exec([...UNSHARE, 'sh', 'inside.sh']);
}

test.run();
