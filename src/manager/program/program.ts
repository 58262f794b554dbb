import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../../system/clock';
import { errorCode } from '../../system/errors';
import { type Identity, isRunning } from '../../system/identity';
import { isAlive, isGroupAlive, readProcess } from '../../system/processes';
import { type Ending, parseSignal } from '../../system/signals';
import { explainSpawn } from './explain-spawn';

/** Seconds between two looks at a group that was told to end; there is no event for a group. */
const GROUP_LOOK = 0.02;

export interface Spawn {
  file: string;
  /** argv, its word 0 as the user wrote it. */
  args: readonly string[];
  environment: Record<string, string | undefined>;
  /** Descriptors for 0, 1 and 2. */
  stdio: [number | 'ignore' | 'inherit', number | 'inherit', number | 'inherit'];
  /** A session and process group of its own. */
  ownSession: boolean;
}

export interface ProgramListener {
  spawned(pid: number): void;
  spawnFailed(reason: string): void;
  exited(ending: Ending): void;
  groupGone(): void;
}

/** Seconds between two looks at a program that is not our child: its end is no event for us. */
const ADOPTED_LOOK = 1;

/** The one program: the only place that spawns and signals it. */
export class Program {
  #child: ChildProcess | null = null;
  /** A program an earlier manager had started. */
  #adopted: Identity | null = null;
  #cancelLook: () => void = () => {};
  #ownSession = true;
  #killing = false;
  /** Groups whose leader is dead but which have members left. */
  readonly #leftovers = new Set<number>();
  readonly #clock: Clock;
  readonly #listener: ProgramListener;

  constructor(clock: Clock, listener: ProgramListener) {
    this.#clock = clock;
    this.#listener = listener;
  }

  /** Starts it; exactly one of `spawned` and `spawnFailed` follows, before any other event of the program. */
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

  /** Groups of dead leaders that had members left when last looked at. */
  get leftovers(): number[] {
    return [...this.#leftovers];
  }

  /** Takes over what an earlier manager had started: `exited` follows when it ends, without an exit status. */
  adopt(identity: Identity): void {
    this.#adopted = identity;
    this.#lookAfter(ADOPTED_LOOK);
  }

  /** Takes over the groups an earlier manager knew of. */
  adoptLeftovers(groups: readonly number[]): void {
    for (const group of groups) this.#leftovers.add(group);
  }

  /**
   * Sends a signal to the program alone.
   *
   * @param signal its number; unlike `child.kill`, kill(2) takes those without a name too
   * @returns false when there is no program
   * @throws the system's error, for example EPERM for a program that changed its user
   */
  signal(signal: number): boolean {
    // The number of an adopted one may have been given to a stranger since the last look.
    const target = this.#adopted && isRunning(this.#adopted) ? this.#adopted : this.#child;
    if (!target?.pid) return false;
    try {
      process.kill(target.pid, signal);
    } catch (error) {
      if (errorCode(error) === 'ESRCH') return false;
      throw error;
    }
    if (this.#adopted) this.#lookAfter(GROUP_LOOK);
    return true;
  }

  /** SIGTERM to all that is left of its groups; `groupGone` follows once nothing is. */
  sweep(): void {
    this.#killing = false;
    this.#signalGroups('SIGTERM');
    this.#watchGroups();
  }

  /** SIGKILL to all that is left of its groups, again and again: one that may not be killed shows only alone. */
  killGroups(): void {
    this.#killing = true;
    this.#signalGroups('SIGKILL');
  }

  /** Looks whether the adopted program is alive, at growing distances. */
  #lookAfter(seconds: number): void {
    this.#cancelLook();
    this.#cancelLook = this.#clock.after(seconds, () => {
      const { pid } = this.#adopted as Identity;
      if (this.#mayRun()) return this.#lookAfter(Math.min(seconds * 1.5, ADOPTED_LOOK));
      this.#adopted = null;
      if (isGroupAlive(pid)) this.#leftovers.add(pid);
      this.#listener.exited({ code: null, signal: null });
    });
  }

  /** What cannot be told now is no end: a second program beside it would be worse than a look more. */
  #mayRun(): boolean {
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
        // It may have ended in between; one that changed its user is not ours to signal, so waiting for it is vain.
        if (signal === 'SIGKILL' && errorCode(error) === 'EPERM') this.#leftovers.delete(group);
      }
    }
  }

  #watchGroups(): void {
    if (this.#killing) this.#signalGroups('SIGKILL');
    if (this.#livingGroups().length === 0) return this.#listener.groupGone();
    this.#clock.after(GROUP_LOOK, () => this.#watchGroups());
  }

  #livingGroups(): number[] {
    for (const group of this.#leftovers) {
      if (isStranger(group) || !isGroupAlive(group)) this.#leftovers.delete(group);
    }
    return [...this.#leftovers];
  }
}

/** A group's number is not given to a new process while the group lives: one with a living leader is not ours. */
function isStranger(group: number): boolean {
  try {
    return isAlive(readProcess(group));
  } catch {
    // It was ours when it was last seen, and nothing says that it is not any more.
    return false;
  }
}
