import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Configuration } from '../../src/settings';
import { checkStateFolder, checkTrust } from '../../src/trust';
import { suite } from '../helpers/guard';
import { makeTemporaryFolder } from '../helpers/temp';

const test = suite('trust');
const rootOnly = process.getuid?.() !== 0 && 'needs root';

test('a state folder of ours that only we can write is fine', () => {
  checkStateFolder(make('state', 0o700), null);
});

test('one that group or world can write is not, unless that is wanted', () => {
  for (const mode of [0o720, 0o702, 0o777]) {
    const folder = make('state', mode);
    assert.throws(() => checkStateFolder(folder, null), new RegExp(`chmod 700 ${folder}`));
    checkStateFolder(folder, null, true);
  }
});

test('a symlink or a file is none, whatever is wanted', () => {
  const folder = make('state', 0o700);
  symlinkSync(folder, `${folder}-link`);
  writeFileSync(`${folder}-file`, '');
  for (const path of [`${folder}-link`, `${folder}-file`])
    for (const insecure of [false, true])
      assert.throws(() => checkStateFolder(path, null, insecure), /it is no folder; remove what is there/);
});

test.skipIf(rootOnly, 'root trusts a file by its bits, and its folder unless it is sticky', () => {
  const folder = make('conf', 0o755);
  const file = join(folder, 'app.conf');
  writeFileSync(file, '');
  for (const [fileMode, folderMode, isTrusted] of [
    [0o644, 0o755, true],
    [0o664, 0o755, true],
    [0o646, 0o755, false],
    [0o644, 0o777, false],
    [0o644, 0o1777, true],
  ] as const) {
    chmodSync(file, fileMode);
    chmodSync(folder, folderMode);
    const check = () => checkTrust(configure(file, false));
    if (isTrusted) check();
    else
      assert.throws(check, /as root: others can write to it \(mode \d+\); chmod go-w .*, or use --insecure/);
    checkTrust(configure(file, true));
  }
});

function make(name: string, mode: number): string {
  const folder = join(makeTemporaryFolder(), name);
  mkdirSync(folder);
  chmodSync(folder, mode);
  return folder;
}

function configure(file: string, insecure: boolean): Configuration {
  const settings = { insecure, program: [], directory: null };
  return { settings, environment: {}, file } as unknown as Configuration;
}

test.run();
