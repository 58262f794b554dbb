import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { killManager, report } from '../../helpers/numbered-program';
import { isAlive } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { makePathWithoutPerl } from '../../helpers/without-perl';
import { suite } from '../../runner/guard';

/* A program keeps the outputs it was started with, whatever the settings say since: somebody must read them. */

const test = suite('both streams');
test.after.each(clearPlaces);

/** Writes more than a FIFO holds to standard error, whenever the number in `go` grows; then a line to both. */
const TALKER = `import os, time
said = 0
while True:
    try: wanted = int(open("go").read())
    except (OSError, ValueError): wanted = 0
    if said >= wanted: time.sleep(0.01); continue
    said += 1
    for line in range(3000): os.write(2, b"e%d %d %s\\n" % (said, line, b"x" * 60))
    os.write(1, b"said %d\\n" % said)
`;

interface Change {
  title: string;
  needsKeeper?: boolean;
  env?: () => Record<string, string>;
  act(place: Place): Promise<void>;
}

const upgrade = async (place: Place) => {
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
};

const changes: Change[] = [
  { title: 'an upgrade', act: upgrade },
  { title: 'an upgrade without perl', env: () => ({ PATH: makePathWithoutPerl() }), act: upgrade },
  {
    title: 'an upgrade, and a new manager after SIGKILL',
    needsKeeper: true,
    async act(place) {
      await upgrade(place);
      const { managerPid } = await report(place);
      process.kill(managerPid, 'SIGKILL');
      await until(30, 'the next manager', async () => (await report(place)).managerPid !== managerPid);
    },
  },
  {
    title: 'a start that adopts it',
    async act(place) {
      await killManager(place);
      assert.match((await place.zd('-C app.conf start')).stdout, 'already running');
    },
  },
  {
    title: 'two upgrades',
    async act(place) {
      await upgrade(place);
      await upgrade(place);
    },
  },
];

for (const { title, act, needsKeeper, env } of changes)
  test.skipIf(
    needsKeeper === true && keeperMissing,
    `without its stderr-transcript, standard error is read on after ${title}`,
    async () => {
      const place = makePlace(env ? { env: env() } : {});
      place.write('talker.py', TALKER);
      const runner = { program: 'python3 talker.py', directory: place.folder, transcript: 'log' };
      place.configure({ ...runner, 'stderr-transcript': 'errors' });
      const pid = pidIn(await place.zd('-C app.conf start'));
      await sayMore(place, 1);
      // Each of the files has a copier of its own.
      await waitForFile(place.path('errors'), text => text.split('\n').length === 3001);
      place.configure(runner);
      await act(place);
      await sayMore(place, 2);
      assert.ok(isAlive(pid));
      assert.is((await place.zd('-C app.conf stop')).status, 0);
      // Each line is in one of the files, once.
      const lines = `${place.read('errors')}${place.read('log')}`.match(/^e\d+ \d+ x{60}$/gm) ?? [];
      assert.is(lines.length, 6000);
      assert.is(new Set(lines).size, 6000);
    },
  );

async function sayMore(place: Place, times: number): Promise<void> {
  place.write('go', String(times));
  await waitForFile(place.path('log'), text => text.includes(`said ${times}\n`));
}

test.run();
