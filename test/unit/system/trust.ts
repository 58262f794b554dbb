import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lchownSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as assert from 'uvu/assert';
import { openTrusted } from '../../../src/system/trust/open-trusted';
import { ForeignLink, pinFile, withPinned } from '../../../src/system/trust/pinned-path';
import {
  doubtFile,
  doubtFolder,
  doubtPrivateFolder,
  doubtShared,
  doubtSocket,
  doubtState,
  type Facts,
} from '../../../src/system/trust/rules';
import { tracePath } from '../../../src/system/trust/traced-path';
import { needsRoot, STRANGER } from '../../helpers/strangers';
import { makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

const test = suite('rules of trust');
const isRoot = (uid: number) => uid === 0;

function facts(
  mode: number,
  uid = 0,
  given: { gid?: number; nlink?: number; kind?: 'file' | 'link' | 'socket' } = {},
): Facts {
  const { gid = 0, nlink = 1, kind = 'file' } = given;
  return {
    mode,
    uid,
    gid,
    nlink,
    isFile: () => kind === 'file',
    isSymbolicLink: () => kind === 'link',
    isSocket: () => kind === 'socket',
    isDirectory: () => false,
  };
}

test('a file is refused by its owner, or if the world or a group other than that of root can write', () => {
  for (const [mode, uid, gid, doubt] of [
    [0o755, 0, 0, null],
    [0o664, 0, 0, null],
    [0o664, 0, 7, 'mode'],
    [0o646, 0, 0, 'mode'],
    [0o600, 7, 7, 'owner'],
  ] as const)
    assert.is(doubtFile(facts(mode, uid, { gid }), isRoot), doubt);
  assert.is(doubtFile(facts(0o777, 0, { kind: 'link' }), isRoot), null);
  assert.is(doubtFile(facts(0o777, 7, { kind: 'link' }), isRoot), 'owner');
});

test('a folder on the way may be sticky or of a group, a private one may not', () => {
  for (const [mode, shared, own] of [
    [0o755, null, null],
    [0o775, null, 'mode'],
    [0o1777, null, 'mode'],
    [0o777, 'mode', 'mode'],
  ] as const) {
    assert.is(doubtFolder(facts(mode), isRoot), shared);
    assert.is(doubtPrivateFolder(facts(mode), isRoot), own);
  }
  assert.is(doubtFolder(facts(0o755, 7), isRoot), 'owner');
  assert.is(doubtPrivateFolder(facts(0o700, 7), isRoot), 'owner');
});

test('a socket is the right one by its owner, or by the owner of its folder where nothing else is said', () => {
  const socket = (uid: number) => facts(0o600, uid, { kind: 'socket' });
  const strict = { owners: [0], admitsFolderOwner: false, admitsGuests: false };
  const silent = { ...strict, admitsFolderOwner: true };
  const guest = { owners: [5, 0], admitsFolderOwner: true, admitsGuests: true };
  const [ours, theirs, everybodys] = [facts(0o755), facts(0o755, 7), facts(0o1777)];
  for (const [uid, folder, rule, isGood] of [
    [0, theirs, strict, true],
    [7, theirs, strict, false],
    [7, theirs, silent, true],
    [7, ours, silent, false],
    [8, theirs, silent, false],
    [0, everybodys, silent, true],
    [7, everybodys, silent, false],
    [7, ours, guest, true],
    [7, everybodys, guest, false],
    [5, everybodys, guest, true],
  ] as const)
    assert.is(doubtSocket(socket(uid), folder, rule) === null, isGood, `${uid} ${folder.uid} ${folder.mode}`);
  assert.is(doubtSocket(facts(0o777, 0, { kind: 'link' }), ours, strict), 'it is a symlink');
});

test('in a shared folder, a file has one name, and in one of everybody a known owner', () => {
  const theirs = facts(0o755, 7);
  const everybodys = facts(0o1777);
  assert.is(doubtShared(facts(0o644, 7), theirs, isRoot), null);
  assert.match(doubtShared(facts(0o644, 0, { nlink: 2 }), theirs, isRoot) ?? '', 'hard link');
  assert.is(doubtShared(facts(0o644), everybodys, isRoot), null);
  assert.match(doubtShared(facts(0o644, 7), everybodys, isRoot) ?? '', 'belongs to uid 7');
});

test('a state file is a regular file of the owner of its folder, or of root', () => {
  assert.is(doubtState(facts(0o600, 7), 7), null);
  assert.is(doubtState(facts(0o600, 0), 7), null);
  assert.match(doubtState(facts(0o600, 8), 7) ?? '', 'belongs to uid 8');
  assert.match(doubtState(facts(0o600, 7, { kind: 'socket' }), 7) ?? '', 'not a regular file');
});

test('the way to a file leads over every folder and symlink', () => {
  const folder = makeTemporaryFolder();
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  symlinkSync('a/../a', join(folder, 'link'));
  writeFileSync(join(folder, 'a/b/file'), '');
  symlinkSync(join(folder, 'link/b/file'), join(folder, 'start'));
  const { steps, end } = tracePath(join(folder, 'start'));
  const names = steps.map(({ path }) => path.replace(folder, ''));
  for (const name of ['/', '', '/start', '/link', '/a', '/a/b', '/a/b/file'])
    assert.ok(names.includes(name), name);
  assert.is(end?.ino, statSync(join(folder, 'a/b/file')).ino);
  symlinkSync('loop', join(folder, 'loop'));
  assert.ok(tracePath(join(folder, 'loop')).steps.length < 60);
});

test('a way that leads to nothing has no end', () => {
  const folder = makeTemporaryFolder();
  mkdirSync(join(folder, 'a'));
  assert.is(tracePath(join(folder, 'a/none/x')).steps.at(-1)?.path, join(folder, 'a'));
  symlinkSync('none', join(folder, 'dangling'));
  symlinkSync('loop', join(folder, 'loop'));
  for (const name of ['a/none', 'a/none/x', 'dangling', 'loop'])
    assert.is(tracePath(join(folder, name)).end, null, name);
});

test('nor has one on which a link is replaced by a folder between two looks', async () => {
  const folder = makeTemporaryFolder();
  const other = new Worker(REPLACER, { eval: true, workerData: folder });
  await new Promise(resolve => other.once('message', resolve));
  for (let looks = 0; looks < 3000; looks++) tracePath(join(folder, 'link/x'));
  await other.terminate();
});

const REPLACER = `
  const { mkdirSync, rmdirSync, symlinkSync, unlinkSync } = require('node:fs');
  const { parentPort, workerData } = require('node:worker_threads');
  const link = workerData + '/link';
  for (let turn = 0; ; turn++) {
    symlinkSync('none', link);
    if (turn === 0) parentPort.postMessage('');
    unlinkSync(link);
    mkdirSync(link);
    rmdirSync(link);
  }
`;

test('a descriptor leads to what is open, even if that has no path', () => {
  const folder = makeTemporaryFolder();
  const path = join(folder, 'file');
  const fd = openSync(path, 'w');
  unlinkSync(path);
  try {
    const { steps, end } = tracePath(`/proc/self/fd/${fd}`);
    assert.is(end?.ino, fstatSync(fd).ino);
    assert.is(steps.at(-1)?.stats.ino, end?.ino);
  } finally {
    closeSync(fd);
  }
});

test('a pinned folder stays the same when its path leads elsewhere', () => {
  const folder = makeTemporaryFolder();
  for (const name of ['real', 'other']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'file'), name);
  }
  symlinkSync('real', join(folder, 'link'));
  const pinned = pinFile(join(folder, 'link/file'), () => false);
  assert.equal([pinned.folder.path, pinned.name], [join(folder, 'real'), 'file']);
  if (process.platform === 'linux') {
    renameSync(join(folder, 'real'), join(folder, 'before'));
    renameSync(join(folder, 'other'), join(folder, 'real'));
    const fd = openTrusted(pinned.folder.at('file'), constants.O_RDONLY);
    closeSync(fd);
    assert.is(
      withPinned(
        join(folder, 'before/file'),
        () => false,
        found => found.ino,
      ),
      inodeOf(pinned.folder.at('file')),
    );
  }
  pinned.folder.close();
  assert.throws(
    () => pinFile(join(folder, 'link/file'), () => true),
    (error: Error) => error instanceof ForeignLink,
  );
  assert.throws(() => pinFile(join(folder, 'none/file'), () => false), /ENOENT/);
});

test.skipIf(needsRoot, 'root opens files of its own folders as ever, and files of others with care', () => {
  const folder = makeTemporaryFolder();
  const [own, theirs] = [join(folder, 'own'), join(folder, 'theirs')];
  for (const path of [own, theirs]) mkdirSync(path);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND;
  writeFileSync(join(folder, 'victim'), '');
  for (const path of [own, theirs]) {
    symlinkSync('../victim', join(path, 'link'));
    linkSync(join(folder, 'victim'), join(path, 'hard'));
    writeFileSync(join(path, 'plain'), '');
  }
  lchownSync(theirs, STRANGER, STRANGER);
  const access = { mode: 0o640, owner: { uid: STRANGER } };
  for (const name of ['link', 'hard', 'plain', 'new']) closeSync(openTrusted(join(own, name), flags));
  for (const [name, reason] of [
    ['link', /leads over the symlink/],
    ['hard', /more than one name/],
    ['plain', /is not given away/],
  ] as const)
    assert.throws(() => openTrusted(join(theirs, name), flags, access), reason);
  closeSync(openTrusted(join(theirs, 'plain'), flags));
  closeSync(openTrusted(join(theirs, 'new'), flags, access));
  chmodSync(join(theirs, 'new'), 0o600);
  closeSync(openTrusted(join(theirs, 'new'), flags, access));
  assert.throws(() => openTrusted(join(theirs, 'none/x'), flags), /ENOENT/);
});

function inodeOf(path: string): number {
  return withPinned(
    path,
    () => false,
    ({ ino }) => ino,
  );
}

test.run();
