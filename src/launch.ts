import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { errorCode, UserError } from './errors';
import {
  HANDSHAKE_FD,
  type LaunchOrder,
  type LaunchOutcome,
  LOCK_HELD_STATUS,
  toAscii,
} from './launch-order';
import { chooseLockWay, lockWords } from './lock';

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
  const { manager, pipe, ended } = spawnManager(order, { stdio: 'ignore', detached: true, killed: -1 });
  const forget = () => {
    manager.unref();
    pipe.destroy();
  };
  signal.addEventListener('abort', forget, { once: true });
  const text = await converse(pipe, `${toAscii(order)}\n`);
  if (text) {
    forget();
    return JSON.parse(text);
  }
  throw explainSilence(await ended);
}

/**
 * Starts a manager that keeps this terminal (`daemon off`) and waits for its end.
 *
 * @returns its exit status: the program's, or 1
 */
export async function runAttachedManager(
  order: LaunchOrder,
): Promise<{ status: number; handshake: LaunchOutcome | null }> {
  const { pipe, ended } = spawnManager(order, { stdio: 'inherit', detached: false, killed: 1 });
  const text = await converse(pipe, `${toAscii(order)}\n`);
  const status = await ended;
  if (!text) {
    if (typeof status !== 'number' || status === LOCK_HELD_STATUS) throw explainSilence(status);
    return { status, handshake: null };
  }
  return { status: Number(status), handshake: JSON.parse(text) };
}

function managerWords(order: LaunchOrder): [string, ...string[]] {
  // The words after the socket are for people who look at `ps`; the manager reads the order.
  const shown = [order.socket, ...order.program, ...order.args];
  const words = [process.execPath, join(__dirname, 'manager.js'), ...shown];
  return lockWords(chooseLockWay(), order.stateFolder, words);
}

interface SpawnWay {
  /** What the manager's standard streams are. */
  stdio: 'ignore' | 'inherit';
  detached: boolean;
  /** The status that stands for an end by a signal. */
  killed: number;
}

/** @returns the manager, its handshake pipe, and how it ends or why it cannot be run; that never rejects */
function spawnManager(order: LaunchOrder, { stdio, detached, killed }: SpawnWay) {
  const [file, ...words] = managerWords(order);
  const manager = spawn(file, words, { stdio: [stdio, stdio, stdio, 'pipe'], detached });
  const ended = new Promise<number | Error>(resolve => {
    manager.once('error', resolve);
    manager.once('exit', (code, signal) => resolve(signal ? killed : (code ?? killed)));
  });
  return { manager, pipe: manager.stdio[HANDSHAKE_FD] as Duplex, ended };
}

/** Says the order and listens until a whole line, or the end when there is none, or when the line tells of a failure. */
function converse(pipe: Duplex, order: string): Promise<string> {
  return new Promise(resolve => {
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

function explainSilence(end: number | Error): Error {
  if (end === LOCK_HELD_STATUS) return new LockHeld();
  if (end instanceof Error && errorCode(end) !== 'ENOENT') return end;
  if (end instanceof Error || !hasFlock()) {
    return new UserError(
      'cannot start the manager: it needs flock(1) of util-linux on PATH, to be the only one; install util-linux',
    );
  }
  return new UserError(`cannot start the manager: it ended with exit status ${end} without a word`);
}

/** The one of busybox cannot do what we need. */
function hasFlock(): boolean {
  if (chooseLockWay() !== 'flock') return true;
  return spawnSync('flock', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;
}
