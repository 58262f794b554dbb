import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../../system/clock';
import { errorCode } from '../../system/errors';
import { type Identity, isRunning } from '../../system/identity';
import { isAlive, isGroupAlive, readProcess } from '../../system/processes';
import { type Ending, parseSignal } from '../../system/signals';
import { explainSpawn } from './explain-spawn';

/** Seconds between polls of a group that was signalled; the system reports no event when a group exits. */
const GROUP_POLL = 0.02;

export interface Spawn {
  file: string;
  /** argv, with argv[0] as the user wrote it. */
  args: readonly string[];
  environment: Record<string, string | undefined>;
  /** What becomes descriptors 0, 1 and 2. */
  stdio: [number | 'ignore' | 'inherit', number | 'inherit', number | 'inherit'];
  /** Whether the program gets its own session and process group. */
  ownSession: boolean;
}

export interface ProgramListener {
  spawned(pid: number): void;
  spawnFailed(reason: string): void;
  exited(ending: Ending): void;
  groupGone(): void;
}

/** Seconds between polls of a program that is not a child of this manager, whose exit is not an event here. */
const ADOPTED_POLL = 1;

/** The managed program. Only this class spawns and signals it. */
export class Program {
  #child: ChildProcess | null = null;
  /** A program that an earlier manager started. */
  #adopted: Identity | null = null;
  #cancelPoll: () => void = () => {};
  #ownSession = true;
  #killing = false;
  /** Groups whose leader has exited but which still have members. */
  readonly #leftovers = new Set<number>();
  readonly #clock: Clock;
  readonly #listener: ProgramListener;

  constructor(clock: Clock, listener: ProgramListener) {
    this.#clock = clock;
    this.#listener = listener;
  }

  /** Starts the program; exactly one of `spawned` and `spawnFailed` follows, before any other event. */
  spawn(order: Spawn): void {
    const [file, args] = [order.file, order.args.slice(1)];
    this.#ownSession = order.ownSession;
    let child: ChildProcess;
    try {
      child = spawn(file, args, {
        argv0: order.args[0],
        env: order.environment,
        stdio: order.stdio,
        detached: order.ownSession,
      });
    } catch (error) {
      this.#listener.spawnFailed(explainSpawn(file, error));
      return;
    }
    const { pid } = child;
    if (pid === undefined) {
      child.once('error', error => this.#listener.spawnFailed(explainSpawn(file, error)));
      return;
    }
    this.#child = child;
    child.on('error', () => {});
    child.once('exit', (code, signal) => this.#exit(pid, code, signal));
    this.#listener.spawned(pid);
  }

  get isAdopted(): boolean {
    return this.#adopted !== null;
  }

  /** Groups without a leader that still had members when last polled. */
  get leftovers(): number[] {
    return [...this.#leftovers];
  }

  /** Adopts a program that an earlier manager started: `exited` follows when it exits, without an exit status. */
  adopt(identity: Identity): void {
    this.#adopted = identity;
    this.#pollAdopted(ADOPTED_POLL);
  }

  /** Adopts the leftovers that an earlier manager recorded. */
  adoptLeftovers(groups: readonly number[]): void {
    for (const group of groups) this.#leftovers.add(group);
  }

  /**
   * Sends a signal to the program alone.
   *
   * @param signal its number; unlike `child.kill`, kill(2) also accepts numbers without a name
   * @returns false if no program is running
   * @throws the system's error, for example EPERM for a program that changed its user
   */
  signal(signal: number): boolean {
    // The pid of an adopted program may have been reused by an unrelated process since the last poll.
    const target = this.#adopted && isRunning(this.#adopted) ? this.#adopted : this.#child;
    if (!target?.pid) return false;
    try {
      process.kill(target.pid, signal);
    } catch (error) {
      if (errorCode(error) === 'ESRCH') return false;
      throw error;
    }
    if (this.#adopted) this.#pollAdopted(GROUP_POLL);
    return true;
  }

  /** Sends SIGTERM to the remaining groups; `groupGone` follows once they have no members. */
  sweep(): void {
    this.#killing = false;
    this.#signalGroups('SIGTERM');
    this.#watchGroups();
  }

  /** Sends SIGKILL to the remaining groups, repeatedly: EPERM appears only when no member could be signalled. */
  killGroups(): void {
    this.#killing = true;
    this.#signalGroups('SIGKILL');
  }

  /** Polls the adopted program until it exits, at growing intervals. */
  #pollAdopted(seconds: number): void {
    this.#cancelPoll();
    this.#cancelPoll = this.#clock.after(seconds, () => {
      const { pid } = this.#adopted as Identity;
      if (this.#isProbablyRunning()) return this.#pollAdopted(Math.min(seconds * 1.5, ADOPTED_POLL));
      this.#adopted = null;
      if (isGroupAlive(pid)) this.#leftovers.add(pid);
      this.#listener.exited({ code: null, signal: null });
    });
  }

  /** If the answer is unknown, assume it is running: another poll is cheap, a second copy is not. */
  #isProbablyRunning(): boolean {
    try {
      return isRunning(this.#adopted);
    } catch {
      return true;
    }
  }

  #exit(pid: number, code: number | null, signal: NodeJS.Signals | null): void {
    this.#child = null;
    if (this.#ownSession && isGroupAlive(pid)) this.#leftovers.add(pid);
    this.#listener.exited({ code, signal: signal === null ? null : parseSignal(signal) });
  }

  #signalGroups(signal: NodeJS.Signals): void {
    for (const group of this.#livingGroups()) {
      try {
        process.kill(-group, signal);
      } catch (error) {
        // The group may have exited just now. A group that changed its user cannot be killed: waiting is pointless.
        if (signal === 'SIGKILL' && errorCode(error) === 'EPERM') this.#leftovers.delete(group);
      }
    }
  }

  #watchGroups(): void {
    if (this.#killing) this.#signalGroups('SIGKILL');
    if (this.#livingGroups().length === 0) return this.#listener.groupGone();
    this.#clock.after(GROUP_POLL, () => this.#watchGroups());
  }

  #livingGroups(): number[] {
    for (const group of this.#leftovers) {
      if (isReused(group) || !isGroupAlive(group)) this.#leftovers.delete(group);
    }
    return [...this.#leftovers];
  }
}

/** The system does not reuse the id of a group that has members, so a group with a living leader is another one. */
function isReused(group: number): boolean {
  try {
    return isAlive(readProcess(group));
  } catch {
    // Unknown: it was the program's group at the last poll, so assume that it still is.
    return false;
  }
}
