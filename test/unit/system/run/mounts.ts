import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { isOnNoexecMount } from '../../../../src/system/run/mounts';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { suite } from '../../../runner/guard';

const test = suite('mounts');
const root = join(import.meta.dirname, '../../../..');
const canMount = spawnSync('unshare', ['-m', 'true']).status === 0;

test('an ordinary file system executes files', () => {
  assert.not(isOnNoexecMount(process.execPath));
});

test.skipIf(
  !canMount && 'needs a mount namespace of its own',
  'a program on a noexec mount is told to be there',
  () => {
    const folder = makeTemporaryFolder();
    for (const name of ['m', 'with blank']) {
      const file = join(folder, name, 'app');
      const script = `mkdir -p "${folder}/${name}" && mount -t tmpfs -o noexec none "${folder}/${name}" && printf x >"${file}" && chmod +x "${file}" && exec "$@"`;
      const zd = [
        process.execPath,
        join(root, 'bin/zd.js'),
        '-s',
        join(folder, 's'),
        '-p',
        `"${file}"`,
        'start',
      ];
      const { stderr } = spawnSync('unshare', ['-m', 'sh', '-c', script, 'sh', ...zd], { encoding: 'utf8' });
      assert.match(stderr, `no permission to run program '${file}': its file system is mounted with noexec`);
    }
  },
);

test.run();
