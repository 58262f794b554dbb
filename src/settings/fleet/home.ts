import { basename, dirname, join } from 'node:path';
import { isFolder } from '../../system/files';
import { isName } from './names';

/** The folder in which a fleet keeps the folders of its programs. */
export const FLEET_FOLDER = '.zd';

/** Where a program of a fleet lives: its socket, lock, state and record. */
export interface Home {
  /** The folder of the fleet, absolute: `/apps/.zd`. */
  place: string;
  /** Folders below it, the last of which is the program's own: `web`, `STEM/web`. */
  path: string;
}

/** The socket of a program at its default place. */
export function socketIn({ place, path }: Home): string {
  return join(place, path, 'sock');
}

/** The folder of a program, absolute. */
export function folderIn({ place, path }: Home): string {
  return join(place, path);
}

/**
 * Where the program of a plain file lives: `.zd/STEM` beside it, once a command for the whole folder has made that.
 *
 * @param file the absolute path of a configuration file
 * @returns null if its default place is as ever
 */
export function findHome(file: string): Home | null {
  const stem = basename(file, '.conf');
  if (!file.endsWith('.conf') || !isName(stem)) return null;
  const place = join(dirname(file), FLEET_FOLDER);
  return isFolder(place) ? { place, path: stem } : null;
}
