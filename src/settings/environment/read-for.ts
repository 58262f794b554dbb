import { constants } from 'node:fs';
import { openTrusted } from '../../system/trust/open-trusted';
import { trustedUsers } from '../../system/trust/root';
import { isTrustedFile } from '../../system/trust/trusted-file';
import { type User, withRightsOf } from '../../system/users';
import { listVariableFiles, type ReadVariable, readVariables } from './read-files';

const { O_NONBLOCK, O_RDONLY } = constants;

/**
 * Reads the variables of an entry for the program of another user, as root: with the rights of that user. What that user
 * cannot read, root reads, if nobody but root can have put it there: else a symlink would show that user files of root's.
 *
 * @param user who runs the program
 * @param entry as `readVariables`
 * @param folder as there
 * @throws UserError as there
 */
export function readFor(user: User, entry: string, folder: string): ReadVariable[] {
  try {
    return withRightsOf(user, () => readVariables(entry, folder));
  } catch (error) {
    const files = listVariableFiles([entry], folder);
    const isRoots = files.length > 0 && files.every(path => isTrustedFile(path, trustedUsers()));
    if (!isRoots) throw error;
    return readVariables(entry, folder);
  }
}

/**
 * The same in a manager that stays root, which takes over the rights of no other user: its keeper could not open its
 * descriptors after that (PR_SET_DUMPABLE of prctl(2)). In a folder that others can write to, it follows no symlink.
 */
export function readTrusted(entry: string, folder: string): ReadVariable[] {
  return readVariables(entry, folder, path => openTrusted(path, O_RDONLY | O_NONBLOCK));
}
