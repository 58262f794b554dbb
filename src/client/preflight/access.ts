import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { describeReason } from '../../system/errors';

/** A file or folder that a start uses. */
export interface Use {
  path: string;
  /** `create`: make a file in the folder `path`. */
  way: 'enter' | 'create' | 'write' | 'read' | 'run';
}

/**
 * Finds out whether this process can use a path.
 *
 * @returns the reason why it cannot, with the folder or file that prevents it; null if it can
 */
export function findObstacle({ path, way }: Use): string | null {
  try {
    accessSync(path, MODES[way]);
    return null;
  } catch (error) {
    const closed = findClosedFolder(path);
    const what = closed === null ? `${WORDS[way]} ${path}` : `enter the folder ${closed}`;
    return `${describeReason(error)}: WHO cannot ${what}`;
  }
}

const { R_OK, W_OK, X_OK } = constants;
const MODES = { enter: X_OK, create: W_OK | X_OK, write: W_OK, read: R_OK, run: X_OK };
const WORDS = { enter: 'enter', create: 'create files in', write: 'write to', read: 'read', run: 'run' };

/** The outermost folder on the way to a path that this process cannot enter. */
function findClosedFolder(path: string): string | null {
  const folder = dirname(path);
  if (folder === path) return null;
  const outer = findClosedFolder(folder);
  if (outer !== null) return outer;
  try {
    accessSync(folder, X_OK);
    return null;
  } catch {
    return folder;
  }
}
