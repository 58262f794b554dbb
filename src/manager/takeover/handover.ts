import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import {
  HANDSHAKE_FD,
  type Handshake,
  type LaunchOrder,
  programWords,
  toAscii,
} from '../../protocol/launch-order';
import { findLock } from '../../state/lock';
import type { Clock } from '../../system/clock';
import { UserError } from '../../system/errors';

/** Seconds the new manager may take to get ready, and to take over. */
const STEP_LIMIT = 10;

export interface HandOver {
  order: LaunchOrder;
  /** The Node and the manager's file that are to take over; absolute. */
  execPath: string;
  script: string;
  environment: Record<string, string | undefined>;
  clock: Clock;
  /** Gives up what only one manager can hold: transcript and socket. */
  release(): void;
  /** Takes it up again. */
  resume(): Promise<void>;
}

/**
 * Has another manager take over from this one, the program untouched. The lock is never free in between: the new
 * manager inherits its descriptor.
 *
 * @returns the new manager's pid; this one must leave then
 * @throws UserError when it cannot; this one goes on as before
 */
export async function handOver(parts: HandOver): Promise<number> {
  const { manager, pipe } = spawnSuccessor(parts);
  const lines = readLines(pipe, manager);
  try {
    pipe.write(`${toAscii(parts.order)}\n`);
    expect(await lines.next(parts.clock), 'ready');
  } catch (error) {
    await abandon(manager, pipe);
    throw error;
  }
  parts.release();
  try {
    pipe.write('go\n');
    expect(await lines.next(parts.clock), 'took over');
  } catch (error) {
    await abandon(manager, pipe);
    await parts.resume();
    throw error;
  }
  manager.unref();
  return manager.pid as number;
}

/**
 * Starts a successor without asking it anything: for a manager that cannot trust itself any more.
 *
 * @returns resolves when the order is out; this one must leave then
 */
export async function handOverBlindly(parts: Successor): Promise<void> {
  const { manager, pipe } = spawnSuccessor(parts);
  manager.unref();
  return new Promise((resolve, reject) => {
    manager.once('error', reject);
    pipe.once('error', reject);
    pipe.write(`${toAscii(parts.order)}\ngo\n`, () => resolve());
  });
}

type Successor = Omit<HandOver, 'release' | 'resume' | 'clock'>;

/** @throws UserError when there is no lock to inherit, or no process or descriptor to be had */
function spawnSuccessor({ order, execPath, script, environment }: Successor) {
  const lock = findLock(order.stateFolder);
  if (lock === null) throw new UserError(`nobody holds the lock on ${order.stateFolder}`);
  const manager = spawn(execPath, [script, order.socket, ...programWords(order)], {
    detached: true,
    env: environment,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', lock],
  });
  // Without a descriptor to be had Node gives no streams at all.
  const pipe = (manager.stdio as typeof manager.stdio | undefined)?.[HANDSHAKE_FD] as Duplex | undefined;
  if (pipe) return { manager, pipe };
  manager.once('error', () => {});
  throw new UserError('the new manager cannot be run: too many files are open');
}

function expect(handshake: Handshake, wanted: Handshake['outcome']): void {
  if (handshake.outcome === wanted) return;
  throw new UserError('reason' in handshake ? handshake.reason : `the new manager said ${handshake.outcome}`);
}

function readLines(pipe: Duplex, manager: ChildProcess) {
  let text = '';
  let over = '';
  let wake = () => {};
  const end = (reason: string) => {
    over ||= reason;
    wake();
  };
  pipe.setEncoding('utf8');
  pipe.on('data', chunk => {
    text += chunk;
    wake();
  });
  manager.on('error', error => end(`the new manager cannot be run: ${error.message}`));
  // An order that it did not read any more is an error here.
  for (const event of ['close', 'error']) pipe.on(event, () => end('the new manager ended without a word'));

  return {
    async next(clock: Clock): Promise<Handshake> {
      const cancel = clock.after(STEP_LIMIT, () =>
        end(`the new manager said nothing for ${STEP_LIMIT} seconds`),
      );
      while (!text.includes('\n') && !over) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      cancel();
      const at = text.indexOf('\n');
      if (at < 0) throw new UserError(over);
      const line = text.slice(0, at);
      text = text.slice(at + 1);
      return JSON.parse(line) as Handshake;
    },
  };
}

/** Resolves when it is gone, and its socket with it. */
function abandon(manager: ChildProcess, pipe: Duplex): Promise<void> {
  pipe.destroy();
  if (manager.pid === undefined || manager.exitCode !== null || manager.signalCode !== null)
    return Promise.resolve();
  return new Promise(resolve => {
    manager.once('exit', () => resolve());
    manager.kill('SIGKILL');
  });
}
