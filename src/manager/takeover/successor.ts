import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { ManagerCommand } from '../../protocol/keeper/command';
import { HANDSHAKE_FD, type Launch, writeLaunch } from '../../protocol/launch-order';
import { splitVariable } from '../../protocol/manager-environment';
import { findLock } from '../../state/lock';
import { UserError } from '../../system/errors';
import { identify } from '../../system/identity';
import type { KeeperParent } from '../parent/keeper-parent';

const SIGKILL = 9;

interface Listener {
  line(text: string): void;
  over(reason: string): void;
}

/** A manager that was begun to take over from this one. */
export interface Successor {
  readonly pid: number;
  write(line: string): void;
  /** Receives its lines; `over` is called at most once, with the reason. */
  listen(listener: Listener): void;
  /** Kills it; resolves when it has exited, which also frees its socket. */
  abandon(): Promise<void>;
  /** It needs this manager no longer. */
  detach(): void;
}

/** Begins a successor as another child of the keeper. */
export async function beginAtKeeper(
  keeper: KeeperParent,
  command: ManagerCommand,
  launch: Launch,
): Promise<Successor> {
  let isOver = false;
  let ended = () => {};
  const lines: string[] = [];
  let listener: Listener = { line: text => void lines.push(text), over() {} };
  const pid = await new Promise<number>(resolve => {
    keeper.peer = {
      begun: resolve,
      text: text => listener.line(text),
      closed() {
        isOver = true;
        resolve(0);
        listener.over('the new manager exited without an answer');
        ended();
      },
    };
    keeper.beginSuccessor(writeLaunch(launch), command);
  });
  if (pid === 0) throw new UserError('the new manager cannot be run');
  const identity = identify(pid);
  return {
    pid,
    write: line => keeper.sendToPeer(line),
    listen(next) {
      listener = next;
      for (const line of lines.splice(0)) next.line(line);
      if (isOver) next.over('the new manager exited without an answer');
    },
    abandon: () =>
      new Promise(resolve => {
        if (isOver) return resolve();
        ended = resolve;
        keeper.signal(identity, SIGKILL).catch(() => resolve());
      }),
    detach() {},
  };
}

/**
 * Begins a successor as a child of this manager, where there is no keeper. The lock is never free in between: the new
 * manager inherits its descriptor.
 *
 * @throws UserError when there is no lock to inherit, or no process or descriptor is available
 */
export function beginAtPipe(command: ManagerCommand, launch: Launch): Successor {
  const { manager, pipe } = spawnAtPipe(command, launch.order.stateFolder);
  pipe.write(`${writeLaunch(launch)}\n`);
  return {
    pid: manager.pid ?? 0,
    write: line => void pipe.write(`${line}\n`),
    listen({ line, over }) {
      let text = '';
      pipe.setEncoding('utf8');
      pipe.on('data', chunk => {
        const lines = (text + chunk).split('\n');
        text = lines.pop() ?? '';
        for (const one of lines) line(one);
      });
      manager.on('error', error => over(`the new manager cannot be run: ${error.message}`));
      // If it exits before it has read the order, writing the order is an error here.
      for (const event of ['close', 'error'])
        pipe.on(event, () => over('the new manager exited without an answer'));
    },
    abandon: () => abandon(manager, pipe),
    detach: () => manager.unref(),
  };
}

/**
 * The same without waiting for its answers: for a manager that can no longer rely on its own state.
 *
 * @returns resolves when the order is written; this manager must exit then
 */
export function beginBlindly(command: ManagerCommand, launch: Launch): Promise<void> {
  const { manager, pipe } = spawnAtPipe(command, launch.order.stateFolder);
  manager.unref();
  return new Promise((resolve, reject) => {
    manager.once('error', reject);
    pipe.once('error', reject);
    pipe.write(`${writeLaunch(launch)}\ngo\n`, () => resolve());
  });
}

function spawnAtPipe({ words, environment }: ManagerCommand, stateFolder: string) {
  const lock = findLock(stateFolder);
  if (lock === null)
    throw new UserError(`the lock on ${stateFolder} was not found among the open descriptors`);
  const [file, ...args] = words as [string, ...string[]];
  const manager = spawn(file, args, {
    detached: true,
    env: Object.fromEntries(environment.map(splitVariable)),
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', lock],
  });
  // When no descriptor is free, Node provides no streams at all.
  const pipe = (manager.stdio as ChildProcess['stdio'] | undefined)?.[HANDSHAKE_FD] as Duplex | undefined;
  if (pipe) return { manager, pipe };
  manager.once('error', () => {});
  throw new UserError('the new manager cannot be run: too many files are open');
}

function abandon(manager: ChildProcess, pipe: Duplex): Promise<void> {
  pipe.destroy();
  if (manager.pid === undefined || manager.exitCode !== null || manager.signalCode !== null)
    return Promise.resolve();
  return new Promise(resolve => {
    manager.once('exit', () => resolve());
    manager.kill('SIGKILL');
  });
}
