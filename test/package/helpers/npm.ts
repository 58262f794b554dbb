import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';

/** The top of the repository. */
export const root = resolve(import.meta.dirname, '../../..');

/** PATH with the Node of this test first, for npm and for the packages it installs. */
export const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;

/** The reason if packages cannot be installed here, or false. */
export const npmMissing: string | false =
  spawnSync('npm', ['--version'], { env: { ...process.env, PATH } }).status !== 0 && 'npm is not installed';

/**
 * Packs the existing build; a new build would disturb the other tests.
 *
 * @param folder for the tarball
 * @returns its absolute path
 */
export function packTarball(folder: string): string {
  const words = ['pack', '--ignore-scripts', '--pack-destination', folder];
  const { status, stderr } = spawnSync('npm', words, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PATH, npm_config_cache: join(folder, 'cache') },
  });
  const name = readdirSync(folder).find(entry => entry.endsWith('.tgz'));
  if (status !== 0 || name === undefined) throw new Error(`npm pack failed:\n${stderr}`);
  return join(folder, name);
}
