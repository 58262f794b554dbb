import { statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { describeReason, errorCode, UsageError } from './errors';
import type { Configuration, Settings } from './settings';
import { makeFolder } from './state-folder';
import type { User } from './users';

/** The socket every command talks to, as an absolute path: `directory` does not move it (zdaemon 1.2, 15). */
export function locateSocket({ socketName }: Settings): string {
  return resolve(socketName);
}

/**
 * Refuses folders and files a start could not use, before anything is started.
 *
 * @param configuration the settings, whose origins are named in the complaint
 * @throws UsageError naming the setting, where it came from and what is wrong
 */
export function checkPlaces({ settings, origins }: Configuration): void {
  const { directory, transcript, logfile, daemon } = settings;
  const fault = (key: string, origin: string, value: string, reason: string) =>
    new UsageError(`cannot use ${key} '${value}' (${origin}): ${reason}`);
  if (directory !== null && daemon) {
    const kind = kindOf(directory);
    if (kind !== 'folder' && kind !== 'missing') throw fault('directory', origins.directory, directory, kind);
    if (kind === 'missing' && kindOf(dirname(resolve(directory))) !== 'folder') {
      throw fault(
        'directory',
        origins.directory,
        directory,
        'it does not exist, nor does the folder it would be made in',
      );
    }
  }
  // A directory that is still to be made holds no folders a relative transcript could name.
  if (daemon) checkFile('transcript', origins.transcript, transcript, directory ?? '.');
  if (logfile !== null) checkFile('logfile', origins.logfile, logfile, '.');

  function checkFile(key: string, origin: string, value: string, base: string): void {
    const path = resolve(base, value);
    const folder = dirname(path);
    if (kindOf(path) === 'folder') throw fault(key, origin, value, 'it is a folder');
    const willBeMade = directory !== null && folder === resolve(directory);
    if (kindOf(folder) !== 'folder' && !willBeMade) {
      throw fault(key, origin, value, `the folder ${folder} does not exist; make it first`);
    }
  }
}

/**
 * Makes the directory the program is to run in, when just its last part is missing (zdaemon 1.2, 17).
 *
 * @param directory as configured
 * @param owner whom it is to belong to, when root makes it for somebody else
 * @returns its absolute path
 */
export function makeDirectory(directory: string, owner: User | null): string {
  const path = resolve(directory);
  try {
    makeFolder(path, 0o777, owner);
  } catch (error) {
    throw new UsageError(`cannot make the directory ${path}: ${describeReason(error)}`);
  }
  return path;
}

/** `zd: …` names the program by this. */
export function nameProgram(words: readonly string[]): string {
  return basename(words[0] ?? '') || 'the program';
}

function kindOf(path: string): string {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'it is not a folder';
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? 'missing' : describeReason(error);
  }
}
