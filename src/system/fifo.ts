import { spawnSync } from 'node:child_process';
import { lstatSync, renameSync, unlinkSync } from 'node:fs';
import { addPath } from './errors';

/**
 * Creates the missing FIFOs with mode 600. Removes a file of another type or user that has one of the names. Renames a folder
 * to `NAME.bad`, so that the user need not move it by hand.
 *
 * @param paths paths in a folder that only this user can write to
 * @throws an error with the message of mkfifo(1); UserError with a path that cannot be freed; the system's error if
 *   mkfifo cannot be run
 */
export function makeFifos(paths: readonly string[]): void {
  const isRoot = process.geteuid?.() === 0;
  const missing = paths.filter(path => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    const isUsable = found?.isFIFO() && (isRoot || found.uid === process.geteuid?.());
    if (found && !isUsable) free(path);
    return !isUsable;
  });
  if (missing.length === 0) return;
  // Not with -m, for which mkfifo needs /proc.
  const umask = process.umask(0o177);
  const { status, stderr, error } = spawnSync('mkfifo', ['--', ...missing], { encoding: 'utf8' });
  process.umask(umask);
  if (error) throw error;
  if (status !== 0) throw new Error(stderr.trim() || `mkfifo exited with status ${status}`);
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
