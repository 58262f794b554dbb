import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import {
  HANDSHAKE_FD,
  type LaunchOrder,
  type LaunchOutcome,
  programWords,
  toAscii,
} from '../protocol/launch-order';
import { chooseLockWay, LOCK_HELD_STATUS, LOCK_UNREADABLE_STATUS, lockWords } from '../state/lock';
import { describeReason, errorCode, UserError } from '../system/errors';

/** A launch that found another manager holding the lock. */
export class LockHeld extends Error {}

/**
 * Starts a manager of its own session that outlives us, under a lock on its state folder, and hears how it went.
 * flock(1) takes the lock and then becomes Node, so the lock lives exactly as long as the manager (design.rst).
 *
 * @param order what it is to do
 * @param signal stops the listening; the manager goes on
 * @returns what it says once the program is up, or is not
 * @throws LockHeld; UserError when it cannot be started at all
 */
export async function launchManager(order: LaunchOrder, signal: AbortSignal): Promise<LaunchOutcome> {
  const { manager, pipe, ended } = spawnManager(order, { stdio: 'ignore', detached: true });
  const forget = () => {
    manager.unref();
    pipe?.destroy();
  };
  signal.addEventListener('abort', forget, { once: true });
  try {
    const text = await converse(pipe, `${toAscii(order)}\n`);
    if (!text) throw explainSilence(await ended, order);
    forget();
    return JSON.parse(text);
  } finally {
    signal.removeEventListener('abort', forget);
  }
}

/**
 * Starts a manager that keeps this terminal (`daemon off`) and waits for its end.
 *
 * @returns its exit status: the program's, or 1
 * @throws LockHeld; UserError when it cannot be started at all
 */
export async function runAttachedManager(
  order: LaunchOrder,
): Promise<{ status: number; handshake: LaunchOutcome | null }> {
  const { pipe, ended } = spawnManager(order, { stdio: 'inherit', detached: false });
  const text = await converse(pipe, `${toAscii(order)}\n`);
  const end = await ended;
  const isOwn = typeof end === 'number' && end !== LOCK_HELD_STATUS && end !== LOCK_UNREADABLE_STATUS;
  if (!text && !isOwn) throw explainSilence(end, order);
  return { status: typeof end === 'number' ? end : 1, handshake: text ? JSON.parse(text) : null };
}

function managerWords(order: LaunchOrder): [string, ...string[]] {
  // The words after the socket are for people who look at `ps`; the manager reads the order.
  const shown = [order.socket, ...programWords(order)];
  const words = [process.execPath, join(__dirname, 'manager.js'), ...shown];
  return lockWords(chooseLockWay(), order.stateFolder, words);
}

interface SpawnWay {
  /** What the manager's standard streams are. */
  stdio: 'ignore' | 'inherit';
  detached: boolean;
}

/** The exit status, the signal, or why it could not be run. */
type End = number | NodeJS.Signals | Error;

/**
 * @returns the manager, its handshake pipe, and how it ends, which never rejects
 * @throws UserError for what Node tells at once, such as too long a command line
 */
function spawnManager(order: LaunchOrder, { stdio, detached }: SpawnWay) {
  const [file, ...words] = managerWords(order);
  let manager: ChildProcess;
  try {
    manager = spawn(file, words, { stdio: [stdio, stdio, stdio, 'pipe'], detached });
  } catch (error) {
    throw explainSilence(error as Error, order);
  }
  const ended = new Promise<End>(resolve => {
    manager.once('error', resolve);
    manager.once('exit', (code, signal) => resolve(signal ?? code ?? -1));
  });
  // Without a descriptor to spare Node makes no streams at all.
  const pipe = (manager.stdio as ChildProcess['stdio'] | undefined)?.[HANDSHAKE_FD] as Duplex | undefined;
  return { manager, pipe, ended };
}

/** Says the order and listens until a whole line, or the end when there is none, or when the line tells of a failure. */
function converse(pipe: Duplex | undefined, order: string): Promise<string> {
  return new Promise(resolve => {
    if (!pipe) return resolve('');
    let text = '';
    pipe.setEncoding('utf8');
    pipe.on('data', chunk => {
      text += chunk;
    });
    pipe.once('error', () => resolve(text));
    pipe.once('close', () => resolve(text));
    pipe.end(order);
  });
}

function explainSilence(end: End, { stateFolder }: LaunchOrder): Error {
  if (end === LOCK_HELD_STATUS) return new LockHeld();
  if (end instanceof Error && errorCode(end) !== 'ENOENT') {
    const advice = spawnAdvice[errorCode(end)];
    return new UserError(`cannot start the manager: ${describeReason(end)}${advice ? `; ${advice}` : ''}`);
  }
  if (typeof end === 'string') {
    return new UserError(
      `cannot start the manager: it was killed meanwhile (${end}); zd start takes the program back if it runs`,
    );
  }
  if (end instanceof Error || !hasFlock()) {
    return new UserError(
      'cannot start the manager: it needs flock(1) of util-linux on PATH, to be the only one; install util-linux',
    );
  }
  if (end === LOCK_UNREADABLE_STATUS) return explainUnreadable(stateFolder);
  return new UserError(`cannot start the manager: it ended with exit status ${end} without a word`);
}

const spawnAdvice: Record<string, string> = {
  EMFILE: 'allow more with ulimit -n',
  ENFILE: 'the whole system has no more; end what holds them',
  EAGAIN: 'there may be too many processes: end some, or allow more with ulimit -u',
};

function explainUnreadable(folder: string): UserError {
  let reason = 'it cannot be opened';
  let advice = `chmod 700 ${folder}, or use -s with a folder of your own`;
  try {
    accessSync(folder, constants.R_OK);
  } catch (error) {
    reason = describeReason(error);
    if (errorCode(error) === 'ENOENT') advice = 'somebody has removed it just now; try again';
  }
  return new UserError(`cannot lock the state folder ${folder}: ${reason}; ${advice}`);
}

/** The one of busybox cannot do what we need. */
function hasFlock(): boolean {
  if (chooseLockWay() !== 'flock') return true;
  return spawnSync('flock', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;
}
