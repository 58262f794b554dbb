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

/** Seconds the new manager has to get ready, and again to take over. */
const STEP_LIMIT = 10;

export interface HandOver {
  order: LaunchOrder;
  /** Absolute paths of the Node and of the manager's file to run as the successor. */
  execPath: string;
  script: string;
  environment: Record<string, string | undefined>;
  clock: Clock;
  /** Releases what only one manager can hold: transcript and socket. */
  release(): void;
  /** Acquires it again. */
  resume(): Promise<void>;
}

/**
 * Hands over to a new manager without touching the program. The lock is never free in between: the new manager inherits
 * its descriptor.
 *
 * @returns the new manager's pid; this manager must exit then
 * @throws UserError when the handover fails; this manager continues as before
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
 * Starts a successor without waiting for its answers: for a manager that can no longer rely on its own state.
 *
 * @returns resolves when the order is written; this manager must exit then
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

/** @throws UserError when there is no lock to inherit, or no process or descriptor is available */
function spawnSuccessor({ order, execPath, script, environment }: Successor) {
  const lock = findLock(order.stateFolder);
  if (lock === null)
    throw new UserError(`the lock on ${order.stateFolder} was not found among the open descriptors`);
  const manager = spawn(execPath, [script, order.socket, ...programWords(order)], {
    detached: true,
    env: environment,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', lock],
  });
  // When no descriptor is free, Node provides no streams at all.
  const pipe = (manager.stdio as typeof manager.stdio | undefined)?.[HANDSHAKE_FD] as Duplex | undefined;
  if (pipe) return { manager, pipe };
  manager.once('error', () => {});
  throw new UserError('the new manager cannot be run: too many files are open');
}

function expect(handshake: Handshake, wanted: Handshake['outcome']): void {
  if (handshake.outcome === wanted) return;
  throw new UserError(
    'reason' in handshake ? handshake.reason : `the new manager answered '${handshake.outcome}'`,
  );
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
  // If it exits before it has read the order, writing the order is an error here.
  for (const event of ['close', 'error'])
    pipe.on(event, () => end('the new manager exited without an answer'));

  return {
    async next(clock: Clock): Promise<Handshake> {
      const cancel = clock.after(STEP_LIMIT, () =>
        end(`the new manager did not answer within ${STEP_LIMIT} seconds`),
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

/** Kills the new manager; resolves when it has exited, which also frees its socket. */
function abandon(manager: ChildProcess, pipe: Duplex): Promise<void> {
  pipe.destroy();
  if (manager.pid === undefined || manager.exitCode !== null || manager.signalCode !== null)
    return Promise.resolve();
  return new Promise(resolve => {
    manager.once('exit', () => resolve());
    manager.kill('SIGKILL');
  });
}
