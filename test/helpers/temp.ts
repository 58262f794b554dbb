import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Sockets in the folder must fit into 107 bytes, so a long TMPDIR is not used. */
const LONGEST_PARENT = 60;

const folders: string[] = [];

/**
 * Makes an empty folder which goes away when this process ends. Mode 0700: a test with a program of another
 * user opens it itself; the folders above let everybody through.
 *
 * @returns its absolute path without symlinks, short enough for sockets in it
 */
export function makeTemporaryFolder(): string {
  // run.ts gives each test file a folder, which it removes even after a test process that was killed.
  const given = process.env.ZD_TEST_FOLDER ?? tmpdir();
  const parent = realpathSync(given.length > LONGEST_PARENT ? '/tmp' : given);
  const folder = mkdtempSync(join(parent, 'zd-'));
  folders.push(folder);
  return folder;
}

/**
 * Removes a folder and all in it. A manager may put a file into it at the same moment, so it is tried again.
 *
 * @throws the system's error when there was always another one
 */
export function removeFolder(path: string): void {
  for (let left = 1000; ; left--) {
    try {
      return rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if (left === 0 || (error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    }
  }
}

process.on('exit', () => {
  for (const folder of folders) removeFolder(folder);
});
