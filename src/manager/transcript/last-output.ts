import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from '../../system/files';
import { withOwnFile } from '../../system/trust/own-folder';

/**
 * Saves the last output of a run that has ended to the file `last-output` in the state folder, for the user to read.
 * Errors, such as a full disk, are ignored.
 *
 * @param folder the state folder
 * @param output the bytes
 * @param insecure the folder may be another user's, also for root
 */
export function saveLastOutput(folder: string, output: Buffer, insecure: boolean): void {
  const save = (path: string) => {
    writePrivateFile(`${path}.new`, output);
    renameSync(`${path}.new`, path);
  };
  try {
    withOwnFile(join(folder, 'last-output'), save, insecure);
  } catch {
    // The record of the exit contains the last lines in any case.
  }
}
