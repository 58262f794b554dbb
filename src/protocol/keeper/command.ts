import { existsSync } from 'node:fs';
import { readText } from '../../system/files';
import { findPerl } from '../../system/find-program';
import { hasSyscalls, writeKeeperScript } from './script';
import { ROLES } from './wire';

/** What ps(1) shows of a keeper begins with this; another keeper's processes are none of this one's. */
export const KEEPER_TITLE = 'zd: keeps ';
/**
 * Whether a process calls itself a keeper. That is not proof, but only a program of the same user can lie.
 *
 * @param pid of a process
 */
export function isKeeper(pid: number): boolean {
  return readText(`/proc/${pid}/cmdline`).startsWith(KEEPER_TITLE);
}

/** The variable that names the manager's end of the wire. */
export const KEEPER_VARIABLE = 'ZD_KEEPER';

export interface ManagerCommand {
  /** Node and the manager's file, both absolute, and what people see of it in ps(1). */
  words: readonly string[];
  environment: readonly string[];
}

export interface KeeperOptions {
  /** What ps(1) shows of the daemon; see `showDaemon`. */
  daemon: string;
  /** The soft limit of open files that the program gets; null leaves it as it is. */
  openFiles: number | null;
  /** Whom root becomes: user, group, and all groups. */
  user: { uid: number; gid: number; groups: readonly number[] } | null;
  /** Managers get a session of their own; in the foreground they share the caller's. */
  ownSession: boolean;
}

/**
 * Whether this system can have a keeper, as far as can be seen without trying: Linux, a processor whose system calls the
 * script knows, and /proc. The script itself makes do without what else is missing, and becomes the manager then.
 *
 * @param hasProc whether /proc is mounted
 */
export function canHaveKeeper(hasProc: boolean, platform = process.platform, arch = process.arch): boolean {
  return platform === 'linux' && hasSyscalls(arch) && hasProc;
}

/**
 * Finds the perl that a keeper can be run with.
 *
 * @param path the value of PATH
 * @returns its file, or null where there can be no keeper
 */
export function findKeeperPerl(path: string | undefined): string | null {
  if (!canHaveKeeper(existsSync('/proc/self/fd'))) return null;
  const found = findPerl(path);
  return 'file' in found ? found.file : null;
}

/**
 * The words that start a keeper which begins a manager.
 *
 * @param perl its file
 */
export function launchWords(perl: string, options: KeeperOptions, manager: ManagerCommand): string[] {
  const { user } = options;
  const whom = user === null ? '' : [user.uid, user.gid, ...user.groups].join(':');
  return [...keeperWords(perl, ROLES.launch, whom, options), ...managerFields(manager)];
}

/** The words that start a keeper for the manager at the other end of descriptor 3. */
export function attachWords(perl: string, options: Omit<KeeperOptions, 'user'>): string[] {
  return [...keeperWords(perl, ROLES.attach, '', options), ''];
}

/** A command as fields of a frame: its words, an empty field, and its variables. */
export function managerFields({ words, environment }: ManagerCommand): string[] {
  return [...words, '', ...environment];
}

function keeperWords(
  perl: string,
  role: string,
  whom: string,
  { daemon, openFiles, ownSession }: Omit<KeeperOptions, 'user'>,
): string[] {
  const arch = process.arch;
  if (!hasSyscalls(arch)) throw new Error(`no keeper for ${arch}`);
  const session = ownSession ? '1' : '';
  return [
    perl,
    '-e',
    writeKeeperScript(arch),
    '--',
    role,
    whom,
    String(openFiles ?? ''),
    session,
    KEEPER_TITLE + daemon,
  ];
}
