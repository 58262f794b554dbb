import { spawnSync } from 'node:child_process';
import { readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { isKeeper } from '../../../src/protocol/keeper/command';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import {
  endAndTally,
  killManager,
  report,
  startNumbered,
  waitForLines,
} from '../../helpers/numbered-program';
import { isAlive, openDescriptors, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('copier of the transcript');
const noPerl = spawnSync('perl', ['-v']).status !== 0;
const reason = (noPerl || process.platform !== 'linux') && 'needs perl and /proc';
const KILLS = 5;
/** Writes as fast as it can, one line per write. */
const FLAT_OUT = `import os
n = 0
while True:
    os.write(1, b"%d\\n" % n)
    n += 1
`;
test.after.each(clearPlaces);

if (reason) test.skipIf(reason, 'no line is lost when the manager is killed', () => {});
else {
  test.limit(
    90,
    `${KILLS} managers are killed under a program that writes as fast as it can: each line is written once`,
    async () => {
      const place = await startFlatOut();
      for (let kill = 0; kill < KILLS; kill++) {
        await killManager(place);
        assert.match((await place.zd('-C app.conf start')).stdout, /already running/);
      }
      await place.zd('stop');
      assert.ok(countLines(place) > 10_000);
    },
  );

  test('without a manager the program continues to write, and the copier exits with it', async () => {
    const place = await startFlatOut();
    const { pid } = await report(place);
    const [copier] = copiersOf(place);
    await killManager(place);
    const before = place.read('log').length;
    // Far more than the capacity of a FIFO.
    await until(30, 'a megabyte more', () => place.read('log').length > before + (1 << 20));
    process.kill(pid as number, 'SIGKILL');
    await waitForEnd(copier as number);
    countLines(place);
    const started = await place.zd('-C app.conf start');
    assert.match(started.stdout, /daemon process started/);
    await place.zd('stop');
    // The copier has been asked to exit and has closed its files, but a busy machine may still list it briefly.
    await until(30, 'the end of the copier', () => copiersOf(place).length === 0);
  });

  test('a copier that is killed is replaced', async () => {
    const { place } = await startNumbered(makePlace());
    await waitForLines(place);
    const [first] = await until(30, 'a copier', () => copiersOf(place).length === 1 && copiersOf(place));
    process.kill(first as number, 'SIGKILL');
    await waitForLines(place);
    assert.match(place.read('events'), /WARNING the process that copies to .*log was killed/);
    await until(30, 'another', () => copiersOf(place).some(pid => pid !== first && isAlive(pid)));
    await waitForLines(place);
  });

  test('a copier whose control FIFOs were removed is still found', async () => {
    const { place } = await startNumbered(makePlace());
    await waitForLines(place);
    const [first] = await until(30, 'a copier', () => copiersOf(place).length === 1 && copiersOf(place));
    await place.exec(['rm', place.path('.zdsock.zd/output-control'), place.path('.zdsock.zd/output-result')]);
    await killManager(place);
    assert.match((await place.zd('-C app.conf start')).stdout, /already running/);
    await waitForEnd(first as number);
    await until(30, 'another copier', () => copiersOf(place).length === 1);
    assert.equal(await endAndTally(place), []);
  });

  test('output left in the FIFO by a dead program and manager is in the file after the next start', async () => {
    const place = makePlace();
    place.write(
      'program.py',
      `import os, sys, time
if os.path.exists("over"):
    time.sleep(1000)
print("ready", flush=True)
while not os.path.exists("go"):
    time.sleep(0.02)
for number in range(60):
    os.write(1, b"%d %s\\n" % (number, b"x" * 1000))
open("over", "w").close()
`,
    );
    place.configure({ program: 'python3 program.py', transcript: place.path('log'), 'start-seconds': '0' });
    await place.zd('-C app.conf start');
    const [copier] = await until(30, 'a copier', () => copiersOf(place).length === 1 && copiersOf(place));
    await waitForFile(place.path('log'));
    const { pid } = await report(place);
    process.kill(copier as number, 'SIGSTOP');
    await killManager(place);
    place.write('go', '');
    await waitForEnd(pid as number);
    const starting = place.zd('-C app.conf start');
    await until(30, 'the next manager to ask it to exit', () => {
      const control = place.path('.zdsock.zd/output-control');
      return pids().some(other => other !== copier && descriptors(other).includes(control));
    });
    process.kill(copier as number, 'SIGCONT');
    assert.is((await starting).status, 0);
    assert.is(place.read('log').split('\n').length, 62);
  });

  test('the last lines are known although the manager never read them', async () => {
    const place = makePlace();
    place.configure({
      program: 'sh -c "seq 20000; echo the last words >&2; read forever <gate"',
      transcript: place.path('log'),
    });
    await place.exec(['mkfifo', 'gate']);
    await place.zd('-C app.conf start');
    await waitForFile(place.path('log'), text => text.endsWith('the last words\n'));
    const { stdout } = await place.zd('status -v');
    assert.match(stdout, /last lines\n {4}19992\n(.*\n){8} {4}the last words\n/);
  });

  test('without perl the manager copies the output itself', async () => {
    const place = makePlace();
    const tools = ['flock', 'mkfifo', 'python3', 'env', 'sh'];
    for (const tool of tools) {
      const { stdout } = await place.exec(['sh', '-c', `command -v ${tool}`]);
      place.write('bin/.keep', '');
      symlinkSync(stdout.trim(), place.path(`bin/${tool}`));
    }
    const program = 'sh -c "echo first; read line <gate; echo second; read line <gate"';
    place.configure({ program, transcript: place.path('log') });
    await place.exec(['mkfifo', 'gate']);
    const env = { PATH: place.path('bin') };
    assert.is((await place.zd('-C app.conf start', { env })).status, 0);
    await place.exec(['sh', '-c', 'echo go >gate']);
    await waitForFile(place.path('log'), text => text === 'first\nsecond\n');
    assert.equal(copiersOf(place), []);
    assert.match((await place.zd('doctor', { env })).stdout, /warning +perl +not found on PATH/);
    assert.is((await place.zd('-C app.conf stop')).status, 0);
  });

  test('with timestamps or markers there is no copier', async () => {
    for (const setting of ['transcript-timestamps', 'transcript-markers']) {
      const value = setting === 'transcript-markers' ? 'on' : 'iso';
      const { place } = await startNumbered(makePlace(), { [setting]: value });
      await waitForLines(place);
      assert.equal(copiersOf(place), []);
    }
  });
}

/** Resolves when a copier is running. */
async function startFlatOut(): Promise<Place> {
  const place = makePlace();
  place.write('flat-out.py', FLAT_OUT);
  place.configure({ program: 'python3 flat-out.py', transcript: place.path('log'), 'start-seconds': '0' });
  await place.zd('-C app.conf start');
  await until(20, 'a copier', () => copiersOf(place).length === 1);
  return place;
}

/** Fails for a line that is missing, duplicated, torn or out of order. */
function countLines(place: Place): number {
  const lines = place.read('log').split('\n');
  assert.is(lines.pop(), '');
  lines.forEach((line, number) => {
    if (line !== String(number)) assert.unreachable(`line ${number} is ${JSON.stringify(line.slice(0, 80))}`);
  });
  return lines.length;
}

/** The pids of the processes that copy from the FIFO of the place; its keeper may have it at that descriptor too. */
function copiersOf(place: Place): number[] {
  const fifo = place.path('.zdsock.zd/output');
  return pids().filter(pid => linkOf(pid, 3) === fifo && !isKeeper(pid));
}

function pids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function descriptors(pid: number): string[] {
  try {
    return [...openDescriptors(pid).values()];
  } catch {
    // It has exited since.
    return [];
  }
}

function linkOf(pid: number, fd: number): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    return '';
  }
}

test.run();
