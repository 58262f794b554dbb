import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { makeFifos } from '../../../src/system/fifo';
import { findUser, withRightsOf } from '../../../src/system/users';
import { needsRoot } from '../../helpers/strangers';
import { makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

const test = suite('FIFOs');

test('an existing FIFO is kept, files and symlinks in its place are removed', () => {
  const folder = makeTemporaryFolder();
  const [output, errors, precious] = ['output', 'errors', 'precious'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(precious, 'data');
  symlinkSync(precious, output);
  writeFileSync(errors, '');
  makeFifos([output, errors]);
  const { ino } = lstatSync(output);
  makeFifos([output, errors]);
  assert.ok(lstatSync(output).isFIFO() && lstatSync(errors).isFIFO());
  assert.is(lstatSync(output).ino, ino);
  assert.is(readFileSync(precious, 'utf8'), 'data');
});

test('a folder in its place is renamed with its content, and so is a second one', () => {
  const path = join(makeTemporaryFolder(), 'output');
  for (const aside of [`${path}.bad`, `${path}.bad.${process.pid}`]) {
    mkdirSync(path);
    writeFileSync(join(path, 'file'), aside);
    makeFifos([path]);
    assert.is(readFileSync(join(aside, 'file'), 'utf8'), aside);
    assert.ok(lstatSync(path).isFIFO());
    unlinkSync(path);
  }
});

test.skipIf(needsRoot, 'a FIFO that another user could open is replaced, unless root makes it', () => {
  const folder = makeTemporaryFolder();
  const { uid, gid, name } = findUser('nobody');
  chownSync(folder, uid, gid);
  chmodSync(join(folder, '..'), 0o755);
  const path = join(folder, 'output');
  makeFifos([path]);
  const { ino } = lstatSync(path);
  makeFifos([path]);
  assert.is(lstatSync(path).ino, ino);
  withRightsOf({ uid, gid, name, home: '', shell: '' }, () => makeFifos([path]));
  assert.is(lstatSync(path).uid, uid);
});

test.run();
