import { spawnSync } from 'node:child_process';
import { lstatSync, renameSync, unlinkSync } from 'node:fs';
import { addPath } from './errors';

/**
 * Makes FIFOs for nobody but us, where they are missing. Whatever else has one of the names is removed; a folder is
 * moved aside, to `NAME.bad`, for nobody should have to clear our names by hand.
 *
 * @param paths in a folder that only we can write to
 * @throws what mkfifo(1) says; UserError with the path that cannot be freed; the system's error when mkfifo cannot be run
 */
export function makeFifos(paths: readonly string[]): void {
  const missing = paths.filter(path => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found && !found.isFIFO()) free(path);
    return !found?.isFIFO();
  });
  if (missing.length === 0) return;
  const { status, stderr, error } = spawnSync('mkfifo', ['-m', '600', '--', ...missing], {
    encoding: 'utf8',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(stderr.trim() || `mkfifo ended with exit status ${status}`);
}

function free(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    moveAside(path);
  }
}

function moveAside(path: string): void {
  const isTaken = lstatSync(`${path}.bad`, { throwIfNoEntry: false }) !== undefined;
  try {
    renameSync(path, isTaken ? `${path}.bad.${process.pid}` : `${path}.bad`);
  } catch (error) {
    throw addPath(path, error);
  }
}
