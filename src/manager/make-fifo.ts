import { spawnSync } from 'node:child_process';
import { lstatSync, unlinkSync } from 'node:fs';

/**
 * Makes FIFOs for nobody but us, where they are missing; whatever else has one of the names is removed.
 *
 * @param paths in a folder that only we can write to
 * @throws what mkfifo(1) says, or the system's error when it cannot be run
 */
export function makeFifos(paths: readonly string[]): void {
  const missing = paths.filter(path => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found && !found.isFIFO()) unlinkSync(path);
    return !found?.isFIFO();
  });
  if (missing.length === 0) return;
  const { status, stderr, error } = spawnSync('mkfifo', ['-m', '600', '--', ...missing], {
    encoding: 'utf8',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(stderr.trim() || `mkfifo ended with exit status ${status}`);
}
