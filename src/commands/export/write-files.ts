import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeReason, errorCode, UserError } from '../../system/errors';
import type { ExportedFile } from './types';

export interface WrittenFile {
  path: string;
  /** False for one that had the same content. */
  isNew: boolean;
}

/**
 * Writes files by renaming them into place, all or none if one of them is somebody's.
 *
 * @param folder is made if it is missing
 * @param force replace files with other content
 * @throws UserError for a file with other content, and for what the system refuses
 */
export function writeFiles(folder: string, files: readonly ExportedFile[], force: boolean): WrittenFile[] {
  const found = files.map(({ name, text }) => {
    const path = join(folder, name);
    const old = readOld(path);
    if (old !== null && old !== text && !force)
      throw new UserError(
        `cannot write ${path}: it exists with other content; use --force, or another folder`,
      );
    return { path, text, isNew: old !== text };
  });
  makeFolder(folder);
  for (const { path, text, isNew } of found) if (isNew) replace(path, text);
  return found.map(({ path, isNew }) => ({ path, isNew }));
}

/** @returns null if there is none */
function readOld(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new UserError(`cannot read ${path}: ${describeReason(error)}`);
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new UserError(`cannot create the folder ${folder}: ${describeReason(error)}; name another one`);
  }
}

function replace(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    // The files may hold variables of the program, but so does the configuration.
    writeFileSync(temporary, text, { flag: 'wx', mode: 0o644 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new UserError(`cannot write ${path}: ${describeReason(error)}; the files before it are written`);
  }
}
