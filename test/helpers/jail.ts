import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Makes a folder with programs of this system and all that they need, for chroot(2).
 *
 * @param folder absolute; created
 * @param programs absolute paths; each is at `/bin` inside
 */
export function makeJail(folder: string, programs: readonly string[]): void {
  mkdirSync(join(folder, 'usr/bin'), { recursive: true });
  // As on a system with merged folders: an absolute symlink, which leads elsewhere outside.
  symlinkSync('/usr/bin', join(folder, 'bin'));
  for (const program of programs) {
    cpSync(realpathSync(program), join(folder, 'usr/bin', basename(program)));
    const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' });
    for (const [path] of stdout.matchAll(/\/\S+(?= \(0x)/g)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      cpSync(realpathSync(path), join(folder, path));
    }
  }
}
