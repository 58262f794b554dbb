import { findSessionMembers } from '../../state/sessions';
import type { Clock } from '../../system/clock';
import { errorCode, UserError } from '../../system/errors';
import { type Identity, identify, isRunning } from '../../system/identity';
import { readBootId, readTicks } from '../../system/processes';
import type { Ending } from '../../system/signals';
import type { Look } from '../lifecycle/types';
import type { KeeperParent } from '../parent/keeper-parent';
import type { KeptRun } from '../parent/kept-run';
import type { Leftover, Parent, SpawnRequest } from '../parent/parent';
import { KEEPER_LOST } from '../parent/parent';
import { readActivity } from '../readiness/activity';
import { describeFailure } from './describe-failure';

/** Seconds between polls of leftovers that were signalled; the system reports no event when they exit. */
const LEFTOVER_POLL = 0.02;
/** Seconds between polls of a program that is not a child of the parent, whose exit is not an event there. */
const ADOPTED_POLL = 1;
/** Seconds that leftovers have to exit after SIGKILL; one that waits for a disk may take longer. */
const KILL_PATIENCE = 5;
/** Seconds that leftovers have to exit on their own if none of them can be signalled. */
const REFUSED_PATIENCE = 2;
const SIGTERM = 15;
const SIGKILL = 9;
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
}

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
  /** Since when leftovers get SIGKILL; seconds on the monotonic clock. */
  #killingSince: number | null = null;
  #sweepingSince = 0;
  /** Leftovers that could not be signalled, by pid. */
  readonly #refused = new Set<number>();
  /**
   * Sessions whose leader has exited, and whose members are not descendants of a keeper; see `findSessionMembers`.
   */
  readonly #sessions = new Map<number, number | null | undefined>();
  /** The sessions of the leftovers that were found last. */
  #leftoverSessions: number[] = [];
  readonly #clock: Clock;
  readonly #listener: ProgramListener;
  readonly #parent: Parent;
  readonly #stateFolder: string;

  constructor({ clock, parent, stateFolder }: ProgramParts, listener: ProgramListener) {
    this.#clock = clock;
    this.#parent = parent;
    this.#stateFolder = stateFolder;
    this.#listener = listener;
  }

  get isAdopted(): boolean {
    return this.#isAdopted;
  }

  /** Sessions without a leader that still had members when last checked, for the next manager. */
  get leftovers(): number[] {
    return this.#leftoverSessions;
  }

  /** Whether earlier runs have left processes behind; also true when that cannot be seen now, for a sweep looks again. */
  get hasLeftovers(): boolean {
    return this.#lookForLeftovers()?.length !== 0;
  }

  /** Whether the program is alive, as far as the system shows it. */
  get isRunning(): boolean {
    return this.#isProbablyRunning();
  }

  /** Looks at the processor time of a program that starts. */
  look(): Look {
    if (!this.#identity) return { used: null, isBusy: true };
    const others = this.#isKept ? (this.#lookForLeftovers() ?? []) : [];
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
    this.#isKept = true;
    keeper.claim(run, { exited: ending => this.#exit(ending) });
  }

  /** Adopts a program that an earlier manager started: `exited` follows when it exits, without an exit status. */
  adopt(identity: Identity): void {
    this.#identity = identity;
    this.#isAdopted = true;
    this.#isKept = false;
    this.#pollAdopted(ADOPTED_POLL);
  }

  /** Adopts the leftovers that an earlier manager recorded, at a time as `readTicks` reports it. */
  adoptLeftovers(sessions: readonly number[], savedAt: number | undefined): void {
    for (const session of sessions) this.#sessions.set(session, savedAt);
    this.#leftoverSessions = [...sessions];
  }

  /** The keeper is dead: its exit will not be reported. */
  loseParent(): void {
    if (this.#identity && !this.#isAdopted) this.adopt(this.#identity);
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
    try {
      await this.#parent.signal(this.#identity, signal);
    } catch (error) {
      if (errorCode(error) === 'ESRCH') return false;
      throw error;
    }
    if (this.#isAdopted) this.#pollAdopted(LEFTOVER_POLL);
    return true;
  }

  /**
   * Sends a signal of the stop plan to the program. SIGCONT follows SIGTERM, because a suspended program could not act on
   * it; the rest of its group, for which it may wait, gets SIGCONT as well.
   *
   * @throws as `signal`
   */
  async sendStop(signal: number): Promise<void> {
    const identity = this.#identity;
    const leads = this.#ownSession && this.#isKept;
    const sent = this.signal(signal);
    if (signal !== SIGTERM) return void (await sent);
    if (identity && leads) this.#parent.signalGroup(identity, SIGCONT).catch(() => {});
    if (identity && !leads) this.#parent.signal(identity, SIGCONT).catch(() => {});
    await sent;
  }

  /**
   * Sends a signal to the program and, where it leads its process group, to the rest of that.
   *
   * @throws as `signal`
   */
  async signalAll(signal: number): Promise<void> {
    const identity = this.#identity;
    if (identity && this.#ownSession && this.#isKept) await this.#parent.signalGroup(identity, signal);
    else await this.signal(signal);
  }

  /** Sends SIGTERM and SIGCONT to the leftovers; `groupGone` follows once they have exited. */
  sweep(): void {
    this.#killingSince = null;
    this.#sweepingSince = this.#clock.now();
    this.#refused.clear();
    this.#signalLeftovers(SIGTERM);
    this.#signalLeftovers(SIGCONT);
    this.#watchLeftovers();
  }

  /**
   * Sends SIGKILL to the leftovers, repeatedly: they may have started others.
   *
   * @param describe called with each pid before its end
   * @returns the descriptions
   */
  killLeftovers(describe: (pid: number) => string): string[] {
    this.#killingSince = this.#clock.now();
    const names = (this.#lookForLeftovers() ?? []).map(({ pid }) => describe(pid));
    this.#signalLeftovers(SIGKILL);
    return names;
  }

  /** Whether a leftover could not be signalled. */
  isRefused(pid: number): boolean {
    return this.#refused.has(pid);
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
    if (this.#ownSession && !this.#isKept && session !== undefined) this.#sessions.set(session, readTicks());
    this.#listener.exited(ending, this.hasLeftovers);
  }

  #signalLeftovers(signal: number): void {
    for (const one of this.#lookForLeftovers() ?? []) {
      this.#parent.signal(one, signal).catch(error => {
        if (errorCode(error) === 'EPERM') this.#refused.add(one.pid);
      });
    }
  }

  #watchLeftovers(): void {
    // The second look sees what the last process started just before it exited.
    const looks = [this.#lookForLeftovers(), this.#lookForLeftovers()];
    const left = looks.flatMap(found => found ?? []);
    const isKnown = !looks.includes(null) && !this.#parent.isSpawning;
    if (isKnown && left.length === 0) return this.#listener.groupGone([]);
    const now = this.#clock.now();
    const isHopeless = isKnown && left.every(({ pid }) => this.#refused.has(pid));
    const isLate = this.#killingSince !== null && now > this.#killingSince + KILL_PATIENCE;
    if (
      isLate ||
      (isHopeless && (this.#killingSince !== null || now > this.#sweepingSince + REFUSED_PATIENCE))
    )
      return this.#listener.groupGone([...new Set(left.map(({ pid }) => pid))]);
    if (this.#killingSince !== null) this.#signalLeftovers(SIGKILL);
    this.#clock.after(LEFTOVER_POLL, () => this.#watchLeftovers());
  }

  /** @returns null when it cannot be seen now, for example without a free descriptor */
  #lookForLeftovers(): Leftover[] | null {
    try {
      return this.#findLeftovers();
    } catch (error) {
      // Without /proc and ps(1) it will not be seen later either.
      if (error instanceof UserError) return [];
      if (!errorCode(error)) throw error;
      return null;
    }
  }

  /** What earlier runs have left behind: descendants, as far as the parent knows them, and members of their sessions. */
  #findLeftovers(): Leftover[] {
    const found = [...this.#parent.findDescendants(), ...this.#findMembers()];
    const sessions = found.flatMap(({ session }) => (session === null ? [] : [session]));
    this.#leftoverSessions = [...new Set(sessions)];
    return found;
  }

  #findMembers(): Leftover[] {
    if (this.#sessions.size === 0) return [];
    const members = findSessionMembers(this.#sessions, this.#stateFolder);
    for (const id of this.#sessions.keys())
      if (!members.some(({ session }) => session === id)) this.#sessions.delete(id);
    return members.map(({ pid, startTime, session }) => ({ pid, startTime, bootId: readBootId(), session }));
  }
}
