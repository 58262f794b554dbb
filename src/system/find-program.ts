import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, resolve } from 'node:path';
import { showHidden } from './blanks';
import { textToBytes } from './bytes';
import { describeReason, errorCode } from './errors';
import { isOnNoexecMount } from './run/mounts';
import { adviseOnCommand } from './run/shell-advice';
import { nearestName } from './text/nearest';

/** The search path if PATH is not set, as in confstr(_CS_PATH). */
const DEFAULT_PATH = '/bin:/usr/bin';

/** A file, or why there is none: in zdaemon's words, and in plain ones. */
export type Lookup = { file: string } | { reason: string; plain: string };

/** Finds perl, which zd uses for system calls that Node does not offer. @param path the value of PATH */
export function findPerl(path: string | undefined): Lookup {
  return findProgram('perl', ['/'], path);
}

/**
 * Finds the executable for the first word of a command line, as execvp(3) does: a word with a slash is a path, any
 * other word is looked up in PATH.
 *
 * @param word the first word
 * @param folders absolute folders; a relative path is tried in each of them, in order
 * @param path the value of PATH; undefined if it is not set
 * @returns the absolute path of the file, or the reason why there is none
 */
export function findProgram(word: string, folders: readonly string[], path: string | undefined): Lookup {
  if (word === '') return refuse('the program is an empty string');
  if (word.includes('/')) return findPath(word, folders);
  let refusal = '';
  let closed = '';
  const places = (path ?? DEFAULT_PATH).split(delimiter);
  for (const place of places) {
    for (const folder of isAbsolute(place) ? [place] : folders.map(base => resolve(base, place))) {
      const file = resolve(folder, word);
      const found = examine(file);
      if (found.state === 'executable') return { file };
      if (found.state === 'refused' && !found.isFolder)
        refusal ||= `no permission to run program '${showHidden(file)}'${found.reason}`;
      if (found.state === 'closed') closed ||= found.reason;
    }
  }
  if (refusal) return refuse(refusal);
  const list = places.map(place => `'${place}'`).join(', ');
  const advice = adviseOnCommand(word);
  const rest = `${closed}${advice && `; ${advice}`}`;
  const near = advice === '' ? findNear(word, places) : null;
  return {
    reason: `can't find program '${showHidden(word)}' on PATH [${list}]${rest}`,
    plain: `${showHidden(word)} is not on PATH${rest}${near === null ? '' : `; did you mean ${near}?`}`,
  };
}

/**
 * Lists every executable of a name on PATH: execvp(3) goes on with the next one if a user may not run the first.
 *
 * @param word without a slash; with one there is nothing to search
 * @returns absolute paths in the order of PATH
 */
export function listPrograms(word: string, path: string | undefined): string[] {
  if (word === '' || word.includes('/')) return [];
  const files = (path ?? DEFAULT_PATH)
    .split(delimiter)
    .filter(isAbsolute)
    .map(folder => resolve(folder, word));
  return [...new Set(files)].filter(file => examine(file).state === 'executable');
}

function refuse(reason: string): Lookup {
  return { reason, plain: reason };
}

/** The name of a program on PATH that the user probably meant. */
function findNear(word: string, places: readonly string[]): string | null {
  const folders = places.filter(isAbsolute);
  const near = nearestName(word, folders.flatMap(listNames));
  const isProgram =
    near !== null && folders.some(folder => examine(resolve(folder, near)).state === 'executable');
  return isProgram ? near : null;
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function findPath(word: string, folders: readonly string[]): Lookup {
  const candidates = isAbsolute(word) ? [word] : folders.map(folder => resolve(folder, word));
  const found = candidates.map(examine);
  const executable = found.findIndex(({ state }) => state === 'executable');
  if (executable >= 0) return { file: candidates[executable]! };
  const present = found.find(({ state }) => state !== 'missing');
  if (present) return refuse(`no permission to run program '${showHidden(word)}'${present.reason}`);
  const advice = adviseOnCommand(word);
  return refuse(`can't stat program '${showHidden(word)}'${advice && `; ${advice}`}`);
}

interface Found {
  /** `closed`: a folder on the way to it cannot be entered. */
  state: 'executable' | 'refused' | 'closed' | 'missing';
  /** The rest of the sentence: the reason, or what to do. */
  reason: string;
  isFolder: boolean;
}

/** Finds out whether this process can execute a file. */
function examine(file: string): Found {
  let isFolder = false;
  const answer = (state: Found['state'], reason = '') => ({ state, reason, isFolder });
  try {
    const stats = statSync(textToBytes(file), { throwIfNoEntry: false });
    if (!stats) return answer('missing');
    isFolder = stats.isDirectory();
    if (!stats.isFile()) return answer('refused', ': it is not a regular file');
    if ((stats.mode & ANY_EXECUTE) === 0) return answer('refused', '; chmod +x it');
    accessSync(textToBytes(file), constants.X_OK);
    return answer('executable');
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return answer('missing');
    if (code !== 'EACCES') return answer('refused', `: ${describeReason(error)}`);
    if ((error as NodeJS.ErrnoException).syscall === 'stat')
      return answer('closed', `: ${describeReason(error)} in the folder ${findClosed(dirname(file))}`);
    if (isOnNoexecMount(file)) return answer('refused', ': its file system is mounted with noexec');
    return answer(
      'refused',
      `: ${describeReason(error)}; its mode does not allow uid ${process.geteuid?.()}`,
    );
  }
}

const ANY_EXECUTE = 0o111;

/** The first folder on the way to a file whose content this process cannot see. */
function findClosed(folder: string): string {
  for (let outer = folder; outer !== '/'; outer = dirname(outer)) {
    try {
      accessSync(dirname(outer), constants.X_OK);
      return outer;
    } catch {
      // It is further up.
    }
  }
  return '/';
}
