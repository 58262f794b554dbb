import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import type { StatusReport } from '../../../src/protocol/messages';
import { askStatus } from '../../helpers/ask';
import { clearPlaces, fixture, makePlace, type Place } from '../../helpers/cli';
import { accountFor } from '../../helpers/gaps';
import { Listener } from '../../helpers/subscribe';
import { isWritten, until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('full disk');

const ROUNDS = 20;
/** The longest write of the program in each round, in seconds. */
const longestWrites: number[] = [];
const mounted: string[] = [];

test.after.each(async () => {
  await clearPlaces();
  // A copier exits only after the last writer, and has the log open until then.
  for (const folder of mounted.splice(0))
    await until(30, `the unmount of ${folder}`, () => spawnSync('umount', [folder]).status === 0);
});

/** A place with a disk of one megabyte. */
function prepare(runner: Record<string, string>): Place {
  const place = makePlace();
  const disk = place.path('disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
  mounted.push(disk);
  place.configure({ transcript: 'disk/log', 'start-seconds': '0', ...runner });
  return place;
}

const reason = mountFault();

test.skipIf(
  reason,
  'does not delay the program, and each byte is written or counted, twenty times',
  () => {},
);

for (let round = 1; round <= (reason ? 0 : ROUNDS); round += 1) {
  // The default buffer takes long to fill, so most rounds use a smaller one.
  const isWhole = round <= 4;
  const written = isWhole ? 10 << 20 : 3 << 20;
  // The size differs each time, so that the disk is full at a different byte of a line and of a write.
  const filler = 1000 * round + round * round;
  test.limit(
    60,
    `does not delay the program, and each byte is written or counted: round ${round}`,
    async () => {
      const place = prepare({
        program: `python3 ${fixture('steady-writer.py')} ${written} note`,
        ...(isWhole ? {} : { 'transcript-buffer': '1mb' }),
      });
      writeFileSync(place.path('disk/filler'), Buffer.alloc(filler));
      assert.is((await place.zd('-C app.conf start')).status, 0);
      const listener = new Listener(place.path('zdsock'));
      const { managerPid } = await report(place);
      const before = privateMemory(managerPid);
      const longest = Number(await waitForFile(place.path('note'), isWritten));
      longestWrites.push(longest);
      const full = await until(15, 'the report of the full disk', async () => {
        const now = await report(place);
        return now.transcriptError !== null && now.transcriptLost > 0 ? now : null;
      });
      assert.is(full.transcriptError, 'no space left on device');
      assert.ok(full.transcriptHeld <= 8 << 20, `${full.transcriptHeld} bytes are held`);
      const growth = privateMemory(managerPid) - before;
      assert.ok(growth <= 16 << 20, `the manager grew by ${growth} bytes`);

      execFileSync('mount', ['-o', 'remount,size=64m', place.path('disk')]);
      await until(15, 'the end of the error', async () => (await report(place)).transcriptError === null);
      const said = makeStream(written);
      const { reason, path } = await listener.awaitEvent('transcript-fault');
      assert.equal([reason, path], ['no space left on device', place.path('disk/log')]);
      await listener.awaitEvent('transcript-well');
      listener.close();
      const { lost, gaps } = accountFor(readFileSync(place.path('disk/log')), said);
      assert.equal([lost, gaps], [full.transcriptLost, 1]);
      assert.is((await report(place)).transcriptLost, lost);
    },
  );
}

test.skipIf(reason, 'the longest write took less than 0.1 seconds in at least three of four rounds', () => {
  // Not in all of them, because a busy machine may pause longer. A program that waited for space would wait forever.
  const sorted = longestWrites.toSorted((a, b) => a - b);
  const quarter = sorted[Math.floor((sorted.length * 3) / 4)] as number;
  assert.ok(quarter < 0.1, `the longest writes took ${sorted.join(', ')} s`);
});

test.skipIf(reason, 'loses nothing with transcript-full = block, and the program waits', async () => {
  const place = prepare({
    program: `python3 ${fixture('steady-writer.py')} ${4 << 20} note`,
    'transcript-full': 'block',
    'transcript-buffer': '1mb',
  });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  await until(30, 'memory to be full', async () => (await report(place)).transcriptHeld >= 1 << 20);
  assert.is((await report(place)).transcriptLost, 0);
  execFileSync('mount', ['-o', 'remount,size=64m', place.path('disk')]);
  await waitForFile(place.path('note'), isWritten);
  await until(15, 'the rest', async () => readFileSync(place.path('disk/log')).length === 4 << 20);
  assert.equal(accountFor(readFileSync(place.path('disk/log')), makeStream(4 << 20)), { lost: 0, gaps: 0 });
});

test.skipIf(
  reason,
  'counts the waiting bytes as lost when the manager exits before there is space',
  async () => {
    const place = prepare({ program: `python3 ${fixture('steady-writer.py')} ${4 << 20} note` });
    place.configure(
      {
        transcript: 'disk/log',
        'start-seconds': '0',
        program: `python3 ${fixture('steady-writer.py')} ${4 << 20} note`,
      },
      `<eventlog>\n  <logfile>\n    path ${place.path('events')}\n  </logfile>\n</eventlog>\n`,
    );
    await place.zd('-C app.conf start');
    await waitForFile(place.path('note'), isWritten);
    await place.zd('-C app.conf stop');
    const kept = readFileSync(place.path('disk/log')).length;
    const events = place.read('events');
    assert.match(
      events,
      new RegExp(`${(4 << 20) - kept} bytes of output for \\S*/disk/log were lost`),
      events,
    );
  },
);

test('a limit on the file size is handled in the same way', async () => {
  const place = makePlace();
  place.configure({
    transcript: 'log',
    'start-seconds': '0',
    program: `python3 ${fixture('steady-writer.py')} ${1 << 20} note`,
  });
  // In blocks of 512 bytes; reaching the limit raises SIGXFSZ.
  const limited = ['sh', '-c', `ulimit -f 1200; exec ${process.execPath} ${bin} -C app.conf start`];
  assert.is((await place.exec(limited)).status, 0);
  await waitForFile(place.path('note'), isWritten);
  const now = await until(15, 'the error', async () => {
    const seen = await report(place);
    return seen.transcriptError ? seen : null;
  });
  assert.is(now.transcriptError, 'file too large');
  rmSync(place.path('log'));
  await until(15, 'a new file', async () => (await report(place)).transcriptError === null);
  assert.is(readFileSync(place.path('log')).length + 1200 * 512, 1 << 20);
});

const bin = new URL('../../../bin/zd.js', import.meta.url).pathname;

function report(place: Place): Promise<StatusReport> {
  return askStatus(place.path('zdsock'));
}

/** The output of the fixture. */
function makeStream(count: number): Buffer {
  const lines: string[] = [];
  for (let number = 0; number * 36 < count; number += 1) {
    lines.push(`${String(number).padStart(8, '0')} abcdefghijklmnopqrstuvwxyz\n`);
  }
  return Buffer.from(lines.join('')).subarray(0, count);
}

/** The private memory of a process, in bytes. */
function privateMemory(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const sizes = [...text.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)].map(([, size]) => Number(size));
  return sizes.reduce((sum, size) => sum + size, 0) * 1024;
}

function mountFault(): string | false {
  if (process.getuid?.() !== 0) return 'only root can mount a small disk';
  const place = makePlace();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place.folder], { stdio: 'ignore' });
    execFileSync('umount', [place.folder]);
    return false;
  } catch {
    return 'no permission to mount a small disk';
  }
}

test.run();
