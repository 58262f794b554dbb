import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdirSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { nameStateFolder } from '../../../src/state/folder';
import { findRemains, findUnrecordedProgram } from '../../../src/state/orphans';
import { type SavedState, STATE_VERSION } from '../../../src/state/saved-state';
import { writeState } from '../../../src/state/state-file';
import { systemClock } from '../../../src/system/clock';
import { identify } from '../../../src/system/identity';
import { readAge, readTicks } from '../../../src/system/processes';
import { sampleOrder } from '../../helpers/sample-order';
import { makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

const test = suite('orphan');
const linuxOnly = process.platform !== 'linux' && 'needs /proc';
const NOBODY = { pid: 2 ** 31 - 1, startTime: '1', bootId: '' };
const children: ChildProcess[] = [];
test.after.each(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function save(folder: string, change: Partial<SavedState>): SavedState {
  const state: SavedState = {
    version: STATE_VERSION,
    manager: NOBODY,
    program: null,
    leftovers: [],
    wanted: 'up',
    starts: 1,
    lastExit: null,
    order: sampleOrder({ stateFolder: folder }),
    ...change,
  };
  writeState(folder, state);
  return state;
}

test('without a state folder nothing remains', () => {
  const socket = join(makeTemporaryFolder(), 'sock');
  assert.equal(findRemains(socket, systemClock), { kind: 'nothing', lastExit: null, down: null });
});

test('a live manager is reported while it wants its program up', () => {
  const socket = join(makeTemporaryFolder(), 'sock');
  mkdirSync(nameStateFolder(socket));
  save(nameStateFolder(socket), { manager: identify(process.pid) });
  assert.equal(findRemains(socket, systemClock), { kind: 'away', managerPid: process.pid, keeperPid: null });
  save(nameStateFolder(socket), { manager: identify(process.pid), wanted: 'down' });
  assert.equal(findRemains(socket, systemClock), { kind: 'leaving' });
  const life = { name: 'sweeping' };
  save(nameStateFolder(socket), { manager: identify(process.pid), wanted: 'down', life });
  assert.is(
    findRemains(socket, systemClock).kind,
    'away',
    'it has lost its socket, and still ends something',
  );
  save(nameStateFolder(socket), { manager: identify(process.pid), wanted: 'down', life: { name: 'gone' } });
  assert.is(findRemains(socket, systemClock).kind, 'leaving');
});

test('a program is an orphan only if its start time matches', () => {
  const socket = join(makeTemporaryFolder(), 'sock');
  mkdirSync(nameStateFolder(socket));
  const program = { ...identify(process.pid), file: '', startedAt: 1 };
  save(nameStateFolder(socket), { program });
  const found = findRemains(socket, systemClock);
  assert.is(found.kind === 'orphaned' && found.program.pid, process.pid);
  save(nameStateFolder(socket), { program: { ...program, startTime: '3' } });
  assert.is(findRemains(socket, systemClock).kind, 'nothing');
});

test.skipIf(
  linuxOnly,
  'a session leader that writes to the FIFO is found, even after the FIFO was removed',
  async () => {
    const folder = makeTemporaryFolder();
    const before = readTicks() as number;
    assert.is(findUnrecordedProgram(folder, null, 1000), null);
    const child = await startWriter(folder, true);
    const found = findUnrecordedProgram(folder, null, 1000);
    assert.is(found?.pid, child.pid);
    assert.ok((found?.startedAt ?? 0) <= 1000 && (found?.startedAt ?? 0) > 900);
    unlinkSync(join(folder, 'output'));
    assert.is(findUnrecordedProgram(folder, null, 1000)?.pid, child.pid);
    // An old record proves nothing: the manager may not have been able to save since.
    const dead = {
      ...identify(process.pid),
      startTime: String(before),
      pid: 2 ** 31 - 1,
      file: '',
      startedAt: 1,
    };
    for (const change of [{ program: dead }, { life: { name: 'idle' } }, { life: { name: 'backoff' } }])
      assert.is(findUnrecordedProgram(folder, save(folder, change), 1000)?.pid, child.pid);
    assert.is(findUnrecordedProgram(folder, save(folder, { life: { name: 'gone' } }), 1000), null);
    // After a clean exit there is no search; a recorded spawn limits the search to younger processes.
    assert.is(findUnrecordedProgram(folder, save(folder, {}), 1000), null);
    assert.is(findUnrecordedProgram(folder, save(folder, { spawning: before }), 1000)?.pid, child.pid);
    assert.is(findUnrecordedProgram(folder, save(folder, { spawning: before + 10_000 }), 1000), null);
  },
);

test.skipIf(
  linuxOnly,
  'a process that is not a session leader is not found, and the oldest leader is chosen',
  async () => {
    const folder = makeTemporaryFolder();
    await startWriter(folder, false);
    assert.is(findUnrecordedProgram(folder, null, 1000), null);
    const first = await startWriter(folder, true);
    await startWriter(folder, true);
    assert.is(findUnrecordedProgram(folder, null, 1000)?.pid, first.pid);
  },
);

test.skipIf(linuxOnly, 'the age of a process comes from the kernel', () => {
  const age = readAge(identify(process.pid).startTime) as number;
  assert.ok(Math.abs(age - process.uptime()) < 2, `${age} and ${process.uptime()}`);
  assert.is(readAge('Sat Nov 21 01:00:00 2026'), null);
});

async function startWriter(folder: string, detached: boolean): Promise<ChildProcess> {
  const fifo = join(folder, 'output');
  spawnSync('mkfifo', [fifo]);
  const fd = openSync(fifo, constants.O_RDWR);
  const child = spawn('sleep', ['60'], { stdio: ['ignore', fd, fd], detached });
  closeSync(fd);
  children.push(child);
  await once(child, 'spawn');
  return child;
}

test.run();
