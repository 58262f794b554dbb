import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { listChildren, readProcess } from '../../../src/system/processes';
import { clearPlaces, fixture, makePlace, type Place } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { isAlive, keeperOf } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('daemons in a program');
test.after.each(clearPlaces);

/** KiB that the memory of keeper and manager may differ by. */
const SLACK = { keeper: 128, manager: 3072 };

test.skipIf(
  keeperMissing,
  'a thousand double forks: a stop leaves none, no zombie is left, and the memory stays flat',
  async () => {
    const place = makePlace();
    place.configure({ program: fixture('daemons.pl'), directory: place.folder, 'stop-timeout': '60' });
    assert.is((await place.zd('-C app.conf start')).status, 0);
    const { managerPid } = await place.report();
    const keeper = keeperOf(managerPid) as number;
    await make(place, keeper, 200);
    const before = { keeper: readMemory(keeper), manager: readMemory(managerPid) };
    await make(place, keeper, 1000);
    const after = { keeper: readMemory(keeper), manager: readMemory(managerPid) };
    for (const who of ['keeper', 'manager'] as const) {
      const text = `${who}: ${before[who]} KiB, then ${after[who]} KiB`;
      assert.ok(after[who] <= before[who] + SLACK[who], text);
    }
    const daemons = listChildren(keeper).filter(pid => readProcess(pid)?.session !== managerPid);
    assert.ok(daemons.length >= 500, String(daemons.length));
    assert.equal(await place.zd('-C app.conf stop', { limit: 60 }), {
      status: 0,
      stdout: 'daemon process stopped\n',
      stderr: '',
    });
    assert.equal(daemons.filter(isAlive), []);
  },
);

test.skipIf(
  keeperMissing,
  'a daemon that makes daemons while it is stopped is ended with all of them',
  async () => {
    const place = makePlace();
    // Each SIGTERM has it make another one, in a session of its own.
    place.write(
      'breed.pl',
      `use POSIX (); open my $log, '>>', 'pids'; $log->autoflush;
our $count = 0;
sub breed { return if fork; POSIX::setsid(); fork and POSIX::_exit(0); print $log "$$\\n" }
$SIG{TERM} = sub { breed() if $count++ < 20 };
breed(); print $log "$$ first\\n"; sleep 1 while 1;
`,
    );
    place.configure({ program: 'perl -MIO::Handle breed.pl', directory: place.folder, 'stop-timeout': '1' });
    assert.is((await place.zd('-C app.conf start')).status, 0);
    await waitForFile(place.path('pids'), text => text.split('\n').length > 2);
    assert.is((await place.zd('-C app.conf stop')).status, 0);
    const pids = place.read('pids').match(/^\d+/gm)?.map(Number) ?? [];
    assert.ok(pids.length >= 3, String(pids));
    assert.equal(pids.filter(isAlive), []);
  },
);

/** Has the program make daemons, and waits until those that exited are reaped. */
async function make(place: Place, keeper: number, count: number): Promise<void> {
  place.write('more', `${count}`);
  await waitForFile(place.path('made'), text => Number(text) === count);
  await until(30, 'the end of zombies', () =>
    listChildren(keeper).every(pid => readProcess(pid)?.state !== 'Z'),
  );
}

/** KiB of memory but for files: how many others share those changes with what else runs. */
function readMemory(pid: number): number {
  return Number(/^Anonymous:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
}

test.run();
