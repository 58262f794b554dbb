import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { makeFolder, makeStateFolder, nameStateFolder, OWN_FOLDERS } from '../../../src/state/folder';
import { makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

const test = suite('state folder');

test('for any umask, it is private, and its parent folder can be entered', () => {
  for (const umask of [0, 0o022, 0o777]) {
    const socket = join(makeTemporaryFolder(), 'run', 'zdsock');
    withUmask(umask, () => makeStateFolder(socket, OWN_FOLDERS, [], true));
    assert.is(modeOf(nameStateFolder(socket)), 0o700);
    assert.is(modeOf(join(socket, '..')), 0o777 & ~(umask & 0o077));
  }
});

test('an existing folder keeps its mode', () => {
  const folder = join(makeTemporaryFolder(), 'there');
  mkdirSync(folder, 0o750);
  const mode = modeOf(folder);
  makeFolder(folder, 0o777, OWN_FOLDERS);
  assert.is(modeOf(folder), mode);
});

function withUmask(umask: number, run: () => void): void {
  const usual = process.umask(umask);
  try {
    run();
    assert.is(process.umask(), umask);
  } finally {
    process.umask(usual);
  }
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

test.run();
