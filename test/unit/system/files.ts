import { spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { openExamined } from '../../../src/system/files';
import { makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

const test = suite('files');

const { O_RDONLY } = constants;

test('what is refused is not opened: a FIFO would wait for a writer', () => {
  const fifo = join(makeTemporaryFolder(), 'fifo');
  assert.is(spawnSync('mkfifo', [fifo]).status, 0);
  const refuse = () => {
    throw new Error('refused');
  };
  assert.throws(() => openExamined(fifo, O_RDONLY, refuse), /^refused$/);
  assert.throws(() => openExamined(`${fifo}.none`, O_RDONLY, refuse), /ENOENT/);
});

test.skipIf(
  !existsSync('/proc/self/fd') && 'needs /proc',
  'what was examined is opened, whatever replaces it',
  () => {
    const folder = makeTemporaryFolder();
    const [path, other] = [join(folder, 'file'), join(folder, 'other')];
    writeFileSync(path, 'examined');
    writeFileSync(other, 'other');
    const fd = openExamined(path, O_RDONLY, found => {
      assert.ok(found.isFile());
      renameSync(other, path);
    });
    assert.is(readFileSync(fd, 'utf8'), 'examined');
    closeSync(fd);
  },
);

test.run();
