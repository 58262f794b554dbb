import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { type SavedState, STATE_VERSION } from '../../../src/state/saved-state';
import { readState, setStateAside, writeState } from '../../../src/state/state-file';
import { identify, isRunning } from '../../../src/system/identity';
import { sampleOrder } from '../../helpers/sample-order';
import { makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

const test = suite('state');
const INPUTS = 3000;

const folder = makeTemporaryFolder();

const good: SavedState = {
  version: STATE_VERSION,
  manager: { pid: 100, startTime: '1', bootId: 'x' },
  program: { pid: 200, startTime: '2', bootId: 'x', file: '/bin/sleep', startedAt: 5 },
  leftovers: [300],
  wanted: 'up',
  starts: 1,
  lastExit: { code: null, signal: 9, pid: 199, at: 4, uptime: 1, lines: ['last words'] },
  order: sampleOrder({ stateFolder: folder }),
};

test.before.each(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
});

test('a written state can be read back', () => {
  for (const state of [good, { ...good, program: null, lastExit: null, spawning: 7 }]) {
    writeState(folder, state);
    assert.equal(readState(folder), { state, problem: null });
  }
  assert.equal(readdirSync(folder), ['state.json']);
  assert.is(lstatSync(join(folder, 'state.json')).mode & 0o777, 0o600);
});

test('a missing file is not a problem', () => {
  assert.equal(readState(folder), { state: null, problem: null });
});

test('a truncated, foreign or later file is not a state, and the problem is reported', () => {
  const whole = JSON.stringify(good);
  const texts = ['', '{', 'null', '[]', '7', '"text"', '{}', whole.slice(0, 50), `${whole}x`];
  for (const text of [...texts, JSON.stringify({ ...good, version: STATE_VERSION + 1 })]) {
    writeFileSync(join(folder, 'state.json'), text);
    const { state, problem } = readState(folder);
    assert.is(state, null, text);
    assert.ok(problem, text);
  }
});

test(`${INPUTS} damaged files are never trusted and never throw`, () => {
  const fields = Object.keys(good).filter(field => field !== 'lastExit');
  const wrong = fc.oneof(
    fc.constantFrom(-1, 0, 1, 1.5, 1e300, '', 'x', true, {}, [0], [1], ['a']),
    fc.jsonValue(),
  );
  const inputs = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.jsonValue().map(value => JSON.stringify(value)),
    fc
      .tuple(fc.constantFrom(...fields), wrong)
      .map(([field, value]) => JSON.stringify({ ...good, [field]: value })),
    fc.nat(JSON.stringify(good).length - 1).map(length => JSON.stringify(good).slice(0, length)),
  );
  fc.assert(
    fc.property(inputs, text => {
      writeFileSync(join(folder, 'state.json'), text);
      const { state, problem } = readState(folder);
      assert.is(state === null, problem !== null);
      for (const pid of state ? [state.manager.pid, state.program?.pid ?? 2, ...state.leftovers] : [])
        assert.ok(Number.isInteger(pid) && pid > 1);
    }),
    { numRuns: INPUTS },
  );
});

test('a failed write leaves no state that a reader would trust', () => {
  writeState(folder, good);
  const circular = { ...good } as SavedState & { self?: unknown };
  circular.self = circular;
  assert.throws(() => writeState(folder, circular));
  assert.equal(readdirSync(folder), []);
});

test('a copied state file is not valid in another folder', () => {
  const copy = makeTemporaryFolder();
  writeState(folder, good);
  copyFileSync(join(folder, 'state.json'), join(copy, 'state.json'));
  assert.equal(readState(copy), { state: null, problem: `it belongs to ${folder}` });
});

test('a FIFO is not a state, and reading it does not block', () => {
  spawnSync('mkfifo', [join(folder, 'state.json')]);
  assert.is(readState(folder).state, null);
  assert.ok(readState(folder).problem);
});

test('a symlink at the temporary name is not followed', () => {
  writeFileSync(join(folder, 'precious'), 'data');
  symlinkSync('precious', join(folder, `state.json.${process.pid}`));
  writeState(folder, good);
  assert.is(readFileSync(join(folder, 'precious'), 'utf8'), 'data');
  assert.equal(readState(folder).state, good);
});

test('an invalid file gets a name that is free', () => {
  const folder = makeTemporaryFolder();
  writeFileSync(join(folder, 'state.json'), 'one');
  assert.is(setStateAside(folder), join(folder, 'state.json.bad'));
  mkdirSync(join(folder, 'other/state.json.bad/full'), { recursive: true });
  writeFileSync(join(folder, 'other/state.json'), 'two');
  const aside = setStateAside(join(folder, 'other'));
  assert.is(readFileSync(aside, 'utf8'), 'two');
});

test('a process is the same only with its start time and boot id', () => {
  const self = identify(process.pid);
  assert.ok(isRunning(self));
  assert.not(isRunning({ ...self, startTime: `${self.startTime}1` }));
  assert.not(isRunning({ ...self, bootId: 'another' }));
  if (self.bootId !== '') {
    // It was recorded without /proc.
    assert.throws(() => isRunning({ ...self, bootId: '', startTime: '' }), /^cannot tell whether/);
    assert.not(isRunning({ pid: 2 ** 31 - 1, bootId: '', startTime: '' }));
  }
  assert.not(isRunning({ ...self, pid: 2 ** 31 - 1 }));
  assert.not(isRunning(null));
  assert.not(isRunning(undefined));
});

test.run();
