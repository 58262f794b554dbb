import { mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import {
  makeDirectory,
  makeFolder,
  makeStateFolder,
  nameStateFolder,
  OWN_FOLDERS,
} from '../../../src/state/folder';
import { give, needsRoot, STRANGER } from '../../helpers/strangers';
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

test.skipIf(needsRoot, 'root makes no folder behind a symlink that another user has put there', () => {
  const place = makeTemporaryFolder();
  for (const name of ['theirs', 'other', 'other/there']) mkdirSync(join(place, name));
  symlinkSync('../other', join(place, 'theirs/link'));
  symlinkSync('other', join(place, 'link'));
  for (const name of ['theirs', 'theirs/link']) give(join(place, name), STRANGER);
  const behind = join(place, 'theirs/link');
  assert.throws(() => makeFolder(join(behind, 'new'), 0o777, OWN_FOLDERS), /leads over the symlink .*link/);
  assert.throws(() => makeDirectory(join(behind, 'new'), OWN_FOLDERS), /^cannot create the directory .*link/);
  for (const socket of [join(behind, 'zdsock'), join(behind, 'new/zdsock')])
    assert.throws(() => makeStateFolder(socket, OWN_FOLDERS, [0]), /^cannot create the state folder .*link/);
  assert.equal(readdirSync(join(place, 'other')), ['there']);
  makeFolder(join(behind, 'there'), 0o777, OWN_FOLDERS);
  makeFolder(join(place, 'link/new'), 0o777, OWN_FOLDERS);
  assert.equal(readdirSync(join(place, 'other')).sort(), ['new', 'there']);
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
