import { appendFileSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { killManager, report } from '../../helpers/numbered-program';
import { isAlive, waitForEnd } from '../../helpers/processes';
import { waitForFile } from '../../helpers/within';
import { makePathWithoutPerl } from '../../helpers/without-perl';
import { suite } from '../../runner/guard';
import { WATCHES_OUTPUT } from './helpers/surroundings';

/* Programs that watch their standard output to learn that its reader has gone. */

const test = suite('watched output');
test.after.each(clearPlaces);

/** Polls its output for errors alone, as coreutils do since 9.1, and says so when there is one. */
const POLLS = `import os, select
poll = select.poll()
poll.register(1, 0)
count = 0
while True:
    count += 1
    os.write(1, b"%d\\n" % count)
    if poll.poll(5): os.write(2, b"gone\\n"); os._exit(141)
`;
/** Watches its output for writing and reading with epoll, edge-triggered, as event loops do. */
const LOOPS = `import os, select
os.set_blocking(1, False)
loop = select.epoll()
loop.register(1, select.EPOLLIN | select.EPOLLOUT | select.EPOLLET | select.EPOLLRDHUP)
count = 0
while count < 20000:
    for fd, events in loop.poll():
        if events & ~select.EPOLLOUT: os.write(2, b"events %d\\n" % events); os._exit(141)
    try:
        while count < 20000:
            os.write(1, b"%d\\n" % (count + 1))
            count += 1
    except BlockingIOError: pass
os.set_blocking(1, True)
os.write(1, b"over\\n")
import time
time.sleep(1000)
`;

test.skipIf(keeperMissing, 'tail -f follows its file for as long as it is asked to', () =>
  follow(makePlace()),
);

test('tail -f without perl, where it only polls for errors', async () => {
  const place = makePlace({ env: { PATH: makePathWithoutPerl() } });
  const { stdout } = await place.exec(['tail', '--version']);
  const [, major, minor] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
  // coreutils 8.28 to 9.0 select their output for reading; see the list of differences in contract.ts.
  const version = Number(major) * 100 + Number(minor);
  if (version >= 828 && version <= 900) return;
  await follow(place);
});

test.skipIf(
  keeperMissing,
  'a program that selects its own output for reading writes all its lines',
  async () => {
    const place = makePlace();
    await start(place, WATCHES_OUTPUT);
    const text = await waitForFile(place.path('log'), seen => seen.endsWith('all\n'));
    assert.is(text.split('\n').length, 402);
  },
);

test.skipIf(
  keeperMissing,
  'an event loop that watches its output is told only that it can write',
  async () => {
    const place = makePlace();
    await start(place, LOOPS);
    const text = await waitForFile(place.path('log'), seen => /over\n$|events/.test(seen));
    assert.is(text.split('\n').length, 20002);
  },
);

test.skipIf(
  keeperMissing,
  'the output never looks broken, while managers die, are upgraded, or are none',
  async () => {
    const place = makePlace();
    const pid = await start(place, POLLS);
    const { managerPid } = await report(place);
    process.kill(managerPid, 'SIGKILL');
    await waitForMore(place);
    assert.is((await place.zd('-C app.conf upgrade')).status, 0);
    await waitForMore(place);
    // Only the copier is left as a reader.
    await killManager(place);
    await waitForMore(place);
    assert.match((await place.zd('-C app.conf start')).stdout, `already running; pid=${pid}`);
    await waitForMore(place);
    assert.ok(isAlive(pid));
    assert.is((await place.zd('-C app.conf stop')).status, 0);
    const lines = place.read('log').split('\n').slice(0, -1);
    assert.is(lines.length, Number(lines.at(-1)));
  },
);

async function follow(place: Place): Promise<void> {
  const file = place.path('followed');
  writeFileSync(file, 'first\n');
  place.configure({ program: `tail -f ${file}`, transcript: place.path('log'), 'hang-around': 'on' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  for (let line = 1; line <= 5; line++) {
    appendFileSync(file, `line ${line}\n`);
    await waitForFile(place.path('log'), text => text.endsWith(`line ${line}\n`));
  }
  assert.ok(isAlive(pid));
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  await waitForEnd(pid);
  assert.is((await report(place)).lastExit?.signal, 15);
}

async function start(place: Place, text: string): Promise<number> {
  place.write('work.py', text);
  place.configure({
    program: 'python3 work.py',
    directory: place.folder,
    transcript: 'log',
    'start-seconds': '0',
  });
  return pidIn(await place.zd('-C app.conf start'));
}

async function waitForMore(place: Place): Promise<void> {
  const before = place.read('log').length;
  await waitForFile(place.path('log'), text => text.length > before + 50);
}

test.run();
