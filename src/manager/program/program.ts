import type { LaunchSettings } from '../../settings/settings';
import { findGroupMembers } from '../../state/sessions';
import type { Clock } from '../../system/clock';
import { errorCode } from '../../system/errors';
import { type Identity, identify, isRunning } from '../../system/identity';
import type { Ending } from '../../system/signals';
import type { Look } from '../lifecycle/types';
import type { KeeperParent } from '../parent/keeper-parent';
import type { KeptRun } from '../parent/kept-run';
import type { Parent, SpawnRequest } from '../parent/parent';
import { KEEPER_LOST } from '../parent/parent';
import { readActivity } from '../readiness/activity';
import { describeFailure } from './describe-failure';
import { LEFTOVER_POLL, Leftovers } from './leftovers';

/** Seconds between polls of a program that is not a child of the parent, whose exit is not an event there. */
const ADOPTED_POLL = 1;
const SIGHUP = 1;
const SIGKILL = 9;
const SIGTERM = 15;
const SIGCONT = 18;

export interface ProgramListener {
  spawned(pid: number): void;
  spawnFailed(reason: string): void;
  /** The keeper died before it said whether the program was spawned. @returns the program, if it was */
  findSpawned(): Identity | null;
  exited(ending: Ending, leftovers: boolean): void;
  groupGone(survivors: number[]): void;
}

export interface ProgramParts {
  clock: Clock;
  parent: Parent;
  stateFolder: string;
  /** Who gets the signals of a stop now. */
  scope(): StopScope;
  /** The pid of the program that ran last under another manager. */
  lastPid: number | null;
}

export type StopScope = LaunchSettings['stopScope'];

/** The managed program. Only this class spawns and signals it. */
export class Program {
  /** Null while no program is running. */
  #identity: Identity | null = null;
  /** An earlier manager started it, and its exit will not be reported: it is polled. */
  #isAdopted = false;
  /** A keeper is its parent, so what it leaves behind are the keeper's descendants. */
  #isKept = false;
  #cancelPoll: () => void = () => {};
  #ownSession = true;
  readonly #clock: Clock;
  readonly #listener: ProgramListener;
  readonly #parent: Parent;
  readonly #leftovers: Leftovers;
  /** The pid of the program that runs, or ran last: the number of its process group. */
  #group: number | null;
  readonly #scope: () => StopScope;

  constructor({ clock, parent, stateFolder, scope, lastPid }: ProgramParts, listener: ProgramListener) {
    this.#clock = clock;
    this.#parent = parent;
    this.#scope = scope;
    this.#group = lastPid;
    this.#listener = listener;
    this.#leftovers = new Leftovers({
      clock,
      parent,
      stateFolder,
      // While it runs, nothing is left behind yet.
      onlyGroup: () => (scope() === 'only-group' && this.#identity === null ? this.#group : null),
      gone: survivors => listener.groupGone(survivors),
    });
  }

  get isAdopted(): boolean {
    return this.#isAdopted;
  }

  /** What it has left behind. */
  get leftovers(): Leftovers {
    return this.#leftovers;
  }

  /** Whether the program is alive, as far as the system shows it. */
  get isRunning(): boolean {
    return this.#isProbablyRunning();
  }

  /** Looks at the processor time of a program that starts. */
  look(): Look {
    if (!this.#identity) return { used: null, isBusy: true };
    const others = this.#isKept ? (this.#leftovers.look() ?? []) : [];
    return readActivity([this.#identity.pid, ...others.map(({ pid }) => pid)]);
  }

  /** Starts the program; exactly one of `spawned` and `spawnFailed` follows, before any other event. */
  spawn(request: SpawnRequest, done: () => void): void {
    this.#ownSession = request.ownSession;
    this.#isAdopted = false;
    this.#parent.spawn(request, {
      spawned: pid => {
        done();
        this.#isKept = this.#parent.keeperPid !== null;
        this.#identity = identify(pid);
        this.#group = pid;
        this.#listener.spawned(pid);
      },
      failed: error => {
        done();
        const spawned = error.code === KEEPER_LOST ? this.#listener.findSpawned() : null;
        if (!spawned) return this.#listener.spawnFailed(describeFailure(request, error));
        this.adopt(spawned);
        this.#listener.spawned(spawned.pid);
      },
      exited: ending => this.#exit(ending),
    });
  }

  /** Takes over a program that a keeper has as its child: its exit is reported. */
  claim(keeper: KeeperParent, run: KeptRun, identity: Identity): void {
    this.#identity = identity;
    this.#group = identity.pid;
    this.#isKept = true;
    keeper.claim(run, { exited: ending => this.#exit(ending) });
  }

  /** Adopts a program that an earlier manager started: `exited` follows when it exits, without an exit status. */
  adopt(identity: Identity): void {
    this.#identity = identity;
    this.#group = identity.pid;
    this.#isAdopted = true;
    this.#isKept = false;
    this.#pollAdopted(ADOPTED_POLL);
  }

  /** The keeper is dead: its exit will not be reported, and what it has left behind is no descendant of a keeper. */
  loseParent(): void {
    this.#leftovers.loseParent();
    if (!this.#identity && this.#isKept && this.#group !== null) this.#leftovers.addSession(this.#group);
    this.#isKept = false;
    if (this.#identity && !this.#isAdopted) this.adopt(this.#identity);
  }

  /** Sends SIGKILL to the program and its process group. @throws as `signal` */
  async kill(): Promise<void> {
    const sent = this.signal(SIGKILL);
    this.signalGroup(SIGKILL).catch(() => {});
    await sent;
  }

  /**
   * Sends a signal to the program alone.
   *
   * @param signal its number; kill(2) also accepts numbers without a name
   * @returns false if no program is running
   * @throws the system's error, for example EPERM for a program that changed its user
   */
  async signal(signal: number): Promise<boolean> {
    if (!this.#identity) return false;
    if (!(await ignoreEnd(this.#parent.signal(this.#identity, signal)))) return false;
    if (this.#isAdopted) this.#pollAdopted(LEFTOVER_POLL);
    return true;
  }

  /**
   * Sends a signal of the stop plan to the program or, as `stop-scope` says, to its process group. SIGCONT follows, for
   * the whole group, because a suspended process could not act on it.
   *
   * @param hasTerminal SIGHUP follows SIGTERM, because shells ignore that one while they are interactive
   * @throws as `signal`
   */
  async sendStop(signal: number, hasTerminal = false): Promise<void> {
    const send = (one: number) => (this.#scope() === 'program' ? this.signal(one) : this.signalGroup(one));
    const sent = send(signal);
    if (hasTerminal && signal === SIGTERM) send(SIGHUP).catch(() => {});
    this.signalGroup(SIGCONT).catch(() => {});
    await sent;
  }

  /**
   * Sends a signal to the program and to the rest of its process group, unless that is the one of a terminal.
   *
   * @returns false if no program is running
   * @throws as `signal`
   */
  async signalGroup(signal: number): Promise<boolean> {
    const identity = this.#identity;
    if (!identity || !this.#ownSession) return this.signal(signal);
    if (!this.#isAdopted) {
      // Until it is reaped, its number is that of no other group.
      return ignoreEnd(this.#parent.signalGroup(identity, signal));
    }
    // The program first: of an error, only its own counts.
    const sent = this.signal(signal);
    for (const one of findGroupMembers(identity)) this.#parent.signal(one, signal).catch(() => {});
    return sent;
  }

  /** Polls the adopted program until it exits, at growing intervals. */
  #pollAdopted(seconds: number): void {
    this.#cancelPoll();
    this.#cancelPoll = this.#clock.after(seconds, () => {
      if (this.#isProbablyRunning()) return this.#pollAdopted(Math.min(seconds * 1.5, ADOPTED_POLL));
      this.#exit({ code: null, signal: null });
    });
  }

  /** If the answer is unknown, assume it is running: another poll is cheap, a second copy is not. */
  #isProbablyRunning(): boolean {
    try {
      return isRunning(this.#identity);
    } catch {
      return true;
    }
  }

  #exit(ending: Ending): void {
    const session = this.#identity?.pid;
    this.#cancelPoll();
    this.#identity = null;
    this.#isAdopted = false;
    if (this.#ownSession && !this.#isKept && session !== undefined) this.#leftovers.addSession(session);
    this.#listener.exited(ending, this.#leftovers.exist);
  }
}

/** @returns false if the process has exited */
async function ignoreEnd(sent: Promise<void>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
    throw error;
  }
}
