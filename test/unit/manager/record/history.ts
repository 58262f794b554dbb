import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { History } from '../../../../src/manager/record/history';
import type { EndRecord } from '../../../../src/protocol/history';
import type { ExitRecord } from '../../../../src/protocol/outcomes';
import { readHistory } from '../../../../src/state/history-file';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { suite } from '../../../runner/guard';

const test = suite('history of a manager');

const end = (n: number): EndRecord => ({ n, at: 5, pid: 7, uptime: 1, code: 0, by: 'nobody', lines: [] });
const exit = (n: number): ExitRecord => ({ ...end(n), code: 0, signal: null, pid: 7, uptime: 1 });

function begin(folder: string, saved: { ends?: number; lastExit: ExitRecord | null } | null = null) {
  let isBroken = false;
  const history = new History(use => {
    if (isBroken) throw new Error('not ours');
    return use(folder);
  }, saved);
  const note = () => {
    const n = history.next();
    history.add(end(n));
    return n;
  };
  return { history, note, break: (broken: boolean) => (isBroken = broken) };
}

const written = (folder: string) => readHistory(folder).ends.map(({ n }) => n);

test('numbers go on over managers, with and without the saved state', () => {
  const folder = makeTemporaryFolder();
  const first = begin(folder);
  assert.equal([first.note(), first.note()], [1, 2]);
  first.history.write();
  const second = begin(folder, { ends: 2, lastExit: exit(2) });
  assert.is(second.note(), 3);
  second.history.write();
  // The state was lost.
  const third = begin(folder);
  assert.is(third.note(), 4);
  third.history.write();
  assert.equal(written(folder), [1, 2, 3, 4]);
});

test('an end that the former manager saved and did not write is written with the next one', () => {
  const folder = makeTemporaryFolder();
  const { history, note } = begin(folder, { ends: 1, lastExit: exit(1) });
  assert.equal(
    history.ends.map(({ n }) => n),
    [1],
  );
  note();
  history.write();
  assert.equal(written(folder), [1, 2]);
});

test('while the folder is not its own, ends wait; a removed file begins anew', () => {
  const folder = makeTemporaryFolder();
  const { history, note, break: breakFolder } = begin(folder);
  note();
  history.write();
  breakFolder(true);
  note();
  history.write();
  assert.equal(
    history.ends.map(({ n }) => n),
    [2],
  );
  breakFolder(false);
  assert.equal(
    history.ends.map(({ n }) => n),
    [1, 2],
  );
  rmSync(join(folder, 'history'));
  note();
  history.write();
  assert.equal(written(folder), [2, 3]);
});

test('what waits is bounded, and long lines are cut', () => {
  const folder = makeTemporaryFolder();
  const one = begin(folder);
  one.break(true);
  for (let count = 0; count < 500; count++) one.note();
  one.break(false);
  one.history.add({ ...end(one.history.next()), lines: ['y'.repeat(5000)] });
  one.history.write();
  assert.is(written(folder).length, 50);
  assert.is(readHistory(folder).ends.at(-1)?.lines[0]?.length, 200);
});

test.run();
