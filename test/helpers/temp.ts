import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The path of a socket in the folder must fit into 107 bytes, so a long TMPDIR is not used. */
const LONGEST_PARENT = 60;

const folders: string[] = [];

/**
 * Makes an empty folder that is removed when this process exits. Its mode is 0700; a test with a program of another
 * user must open it. All users can traverse the folders above.
 *
 * @returns its absolute path without symlinks, short enough for sockets in it
 */
export function makeTemporaryFolder(): string {
  // run.ts gives each test file a folder, and removes it even if the test process was killed.
  const given = process.env.ZD_TEST_FOLDER ?? tmpdir();
  const parent = realpathSync(given.length > LONGEST_PARENT ? '/tmp' : given);
  const folder = mkdtempSync(join(parent, 'zd-'));
  folders.push(folder);
  return folder;
}

/**
 * Copies a file or folder of the repository, except what the daemon of the examples has left in it: the README's first
 * command starts one, and a FIFO cannot be copied.
 */
export function copyFromClone(path: string, target: string): void {
  cpSync(path, target, { recursive: true, filter: source => !source.endsWith('/docs/examples/run') });
}

/**
 * Removes a folder and its contents. A manager can add a file at the same moment, so the removal is retried.
 *
 * @throws the system's error if a file was added every time
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
