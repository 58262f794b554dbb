import { spawnSync } from 'node:child_process';
import * as assert from 'uvu/assert';
import { makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

const test = suite('descriptors');
const linuxOnly = process.platform !== 'linux' && 'needs /proc';

/** Runs in a separate process that inherits the descriptors; the shell's `exec` gives them high numbers. */
function closeIn(
  keep: number[],
  keepPath: string,
  redirections: string,
): { closed: number[]; left: number[] } {
  const script = `
    const { closeForeignDescriptors } = require('./src/system/descriptors');
    const { fstatSync } = require('node:fs');
    const closed = closeForeignDescriptors(${JSON.stringify(keep)}, ${JSON.stringify(keepPath)});
    const left = [0, 1, 2, 3, 9, 200, 251].filter(fd => { try { fstatSync(fd); return true; } catch { return false; } });
    console.log(JSON.stringify({ closed, left }));`;
  const command = `exec ${redirections} "$@"`;
  const { stdout, stderr } = spawnSync(
    'bash',
    ['-c', command, 'bash', process.execPath, '--import', 'tsx', '-e', script],
    { encoding: 'utf8', env: process.env },
  );
  assert.is(stderr, '');
  return JSON.parse(stdout);
}

test.skipIf(linuxOnly, 'inherited descriptors are closed, except those to keep', () => {
  const folder = makeTemporaryFolder();
  const { closed, left } = closeIn([251], folder, `200</dev/null 251</dev/null 252<${folder}`);
  assert.ok(closed.includes(200));
  assert.not(closed.includes(251));
  assert.not(closed.includes(252));
  assert.ok(closed.every(fd => fd >= 3));
  assert.equal(
    left.filter(fd => fd < 3 || fd > 100),
    [0, 1, 2, 251],
  );
});

test.run();
