import { type ChildProcess, type IOType, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { findKeeperPerl, launchWords } from '../protocol/keeper/command';
import {
  HANDSHAKE_FD,
  type LaunchOrder,
  type LaunchOutcome,
  programWords,
  showDaemon,
  writeLaunch,
} from '../protocol/launch-order';
import { pickManagerEnvironment, splitVariable } from '../protocol/manager-environment';
import { chooseLockWay, LOCK_HELD_STATUS, LOCK_UNREADABLE_STATUS, lockWords } from '../state/lock';
import { sleep } from '../system/clock';
import { closeForeignDescriptors } from '../system/descriptors';
import { describeReason, errorCode, UserError } from '../system/errors';
import { findCurrentFolder } from '../system/files';
import { findProgram } from '../system/find-program';
import { pinFolderOf } from '../system/trust/own-folder';
import type { PinnedFolder } from '../system/trust/pinned-path';
import { actsAsRoot } from '../system/trust/root';
import type { User } from '../system/users';
import { findUserToBecome, readGroups } from '../system/users';
import { readCaller } from './caller';
import { relaySignals } from './relay-signals';

/** Seconds that a keeper has to exit with its manager; one that stays begins another manager. */
const KEEPER_LIMIT = 1;

/** Another manager already holds the lock. */
export class LockHeld extends Error {
  /** It replaces the one that this client has started, and continues the start. */
  readonly isReplacement: boolean;

  constructor(isReplacement: boolean) {
    super('another manager holds the lock');
    this.isReplacement = isReplacement;
  }
}

/**
 * Starts a manager in a new session, under a lock on its state folder, and waits for its handshake. The manager
 * outlives the client. flock(1) takes the lock and then becomes Node, so the lock lives exactly as long as the manager
 * (design.rst).
 *
 * @param order what the manager must do
 * @param signal ends the wait; the manager keeps running
 * @returns what the manager reports once the program is up or has failed to start
 * @throws LockHeld; UserError when the manager cannot be started
 */
export async function launchManager(order: LaunchOrder, signal: AbortSignal): Promise<LaunchOutcome> {
  const { manager, pipe, line, ended } = spawnManager(order, { stdio: 'ignore', detached: true });
  const forget = () => {
    manager.unref();
    pipe?.destroy();
  };
  signal.addEventListener('abort', forget, { once: true });
  try {
    const text = await converse(pipe, line);
    if (text) return JSON.parse(text);
    throw explainSilence(await Promise.race([ended, sleep(KEEPER_LIMIT).then(() => null)]), order);
  } finally {
    forget();
    signal.removeEventListener('abort', forget);
  }
}

/**
 * Starts a manager that stays attached to this terminal (`daemon off`), and waits until it exits.
 *
 * @returns its exit status: the program's, or 1
 * @throws LockHeld; UserError when the manager cannot be started
 */
export async function runAttachedManager(
  order: LaunchOrder,
): Promise<{ status: number; handshake: LaunchOutcome | null }> {
  const { manager, pipe, line, ended } = spawnManager(order, { stdio: 'inherit', detached: false });
  const stopRelay = relaySignals(manager);
  const text = await converse(pipe, line);
  const end = await ended.finally(stopRelay);
  const isOwn = typeof end === 'number' && end !== LOCK_HELD_STATUS && end !== LOCK_UNREADABLE_STATUS;
  if (!text && !isOwn) throw explainSilence(end, order);
  return { status: typeof end === 'number' ? end : 1, handshake: text ? JSON.parse(text) : null };
}

/** A manager, begun by a keeper where there can be one, under the lock. */
function findCommand(
  order: LaunchOrder,
  { openFiles, user, folder }: { openFiles: number | null; user: User | null; folder: string },
) {
  // The words after the socket are only for users of `ps`; the manager reads the order.
  const shown = [order.socket, ...programWords(order)];
  const words = [process.execPath, join(__dirname, 'manager.js'), ...shown];
  const environment = pickManagerEnvironment(process.env);
  const perl = findKeeperPerl(process.env.PATH);
  const way = chooseLockWay();
  if (perl === null || way !== 'flock') {
    return {
      words: lockWords(way, folder, words),
      environment: Object.fromEntries(environment.map(splitVariable)),
    };
  }
  const options = {
    daemon: showDaemon(order),
    openFiles,
    user: order.staysRoot || !user ? null : { ...user, groups: user.groups ?? readGroups(user.name) },
    ownSession: !order.attached,
  };
  return {
    words: lockWords(way, folder, launchWords(perl, options, { words, environment })),
    environment: { PATH: process.env.PATH },
  };
}

interface SpawnWay {
  /** How the manager's standard streams are set up. */
  stdio: 'ignore' | 'inherit';
  detached: boolean;
}

/** The exit status, the signal, or the error that prevented its start. */
type End = number | NodeJS.Signals | Error;

/**
 * @returns the manager or its keeper, the handshake pipe, what to write to that, and a promise of the end, which never
 *   rejects
 * @throws UserError for an error that Node reports synchronously, such as a command line that is too long
 */
function spawnManager(order: LaunchOrder, { stdio, detached }: SpawnWay) {
  const user = findUserToBecome(order.settings.user, order.settings);
  const { environment: inherited, openFiles } = readCaller(user);
  const held = holdFolder(order, order.staysRoot ? null : user);
  const folder = held ? '.' : order.stateFolder;
  const { words, environment } = findCommand(order, { openFiles, user, folder });
  const [file, ...args] = words;
  // The keeper would have them for its life: a lock of the caller's, or, after it became the user, a file of root's.
  closeForeignDescriptors();
  let manager: ChildProcess;
  try {
    // The child goes to the held folder by its own descriptor; nothing is looked up on PATH from there.
    const place = held ? { cwd: held.at('.') } : {};
    const options = {
      stdio: [stdio, stdio, stdio, 'pipe'] as IOType[],
      detached,
      env: environment,
      ...place,
    };
    manager = spawn(held ? findFlock() : file, args, options);
  } catch (error) {
    throw explainSilence(error as Error, order);
  } finally {
    held?.close();
  }
  const ended = new Promise<End>(resolve => {
    manager.once('error', resolve);
    manager.once('exit', (code, signal) => resolve(signal ?? code ?? -1));
  });
  // Without a free descriptor, Node creates no streams at all.
  const pipe = (manager.stdio as ChildProcess['stdio'] | undefined)?.[HANDSHAKE_FD] as Duplex | undefined;
  return { manager, pipe, line: `${writeLaunch({ order, inherited, openFiles })}\n`, ended };
}

/**
 * Holds the state folder until flock(1) has opened it as root: the user's processes inherit that descriptor, so it must
 * not be another folder by then.
 *
 * @returns null for other users, who open what they could open anyway
 */
function holdFolder(order: LaunchOrder, user: User | null): PinnedFolder | null {
  const { stateFolder, settings } = order;
  if (!actsAsRoot() || settings.insecure || chooseLockWay() !== 'flock') return null;
  try {
    return pinFolderOf(stateFolder, user ? [0, user.uid] : [0]);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw explainUnreadable(stateFolder);
    if (!(error instanceof UserError)) throw explainSilence(error as Error, order);
    throw new UserError(`cannot lock the state folder ${stateFolder}: ${error.message}`);
  }
}

/** @throws an error such as that of spawn */
function findFlock(): string {
  const found = findProgram('flock', [findCurrentFolder() ?? '/'], process.env.PATH);
  if ('file' in found) return found.file;
  throw Object.assign(new Error(found.reason), { code: 'ENOENT' });
}

/** Sends the order and reads the reply until the pipe closes; the reply is empty if the manager sent none. */
function converse(pipe: Duplex | undefined, line: string): Promise<string> {
  return new Promise(resolve => {
    if (!pipe) return resolve('');
    let text = '';
    pipe.setEncoding('utf8');
    pipe.on('data', chunk => {
      text += chunk;
    });
    pipe.once('error', () => resolve(text));
    pipe.once('close', () => resolve(text));
    pipe.end(line);
  });
}

function explainSilence(end: End | null, { stateFolder }: LaunchOrder): Error {
  // A keeper that is still there begins another manager in place of one that died.
  if (end === LOCK_HELD_STATUS || end === null) return new LockHeld(end === null);
  if (end instanceof Error && errorCode(end) !== 'ENOENT') {
    const advice = spawnAdvice[errorCode(end)];
    return new UserError(`cannot start the manager: ${describeReason(end)}${advice ? `; ${advice}` : ''}`);
  }
  if (typeof end === 'string') {
    return new UserError(
      `cannot start the manager: it was killed (${end}); if the program is running, zd start adopts it`,
    );
  }
  if (end instanceof Error || !hasFlock()) {
    return new UserError(
      'cannot start the manager: its lock needs flock(1) of util-linux on PATH; install util-linux',
    );
  }
  if (end === LOCK_UNREADABLE_STATUS) return explainUnreadable(stateFolder);
  return new UserError(`cannot start the manager: it exited with status ${end} and reported nothing`);
}

const spawnAdvice: Record<string, string> = {
  EMFILE: 'raise the limit with ulimit -n',
  ENFILE: 'the system-wide limit is reached; stop the processes that hold the most files',
  EAGAIN: 'there may be too many processes: stop some, or raise the limit with ulimit -u',
};

function explainUnreadable(folder: string): UserError {
  let reason = 'it cannot be opened';
  let advice = `chmod 700 ${folder}, or use -s with a folder of your own`;
  try {
    accessSync(folder, constants.R_OK);
  } catch (error) {
    reason = describeReason(error);
    if (errorCode(error) === 'ENOENT') advice = 'it was removed just now; try again';
  }
  return new UserError(`cannot lock the state folder ${folder}: ${reason}; ${advice}`);
}

/** The flock of busybox lacks options that zd needs. */
function hasFlock(): boolean {
  if (chooseLockWay() !== 'flock') return true;
  return spawnSync('flock', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;
}
