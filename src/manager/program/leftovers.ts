import { findSessionMembers } from '../../state/sessions';
import type { Clock } from '../../system/clock';
import { errorCode, UserError } from '../../system/errors';
import { isRunning } from '../../system/identity';
import { readBootId, readTicks } from '../../system/processes';
import { findDescendants } from '../parent/descendants';
import type { Leftover, Parent } from '../parent/parent';

/** Seconds between polls of leftovers that were signalled; the system reports no event when they exit. */
export const LEFTOVER_POLL = 0.02;
/** Seconds that leftovers have to exit after SIGKILL; one that waits for a disk may take longer. */
const KILL_PATIENCE = 5;
/** Seconds that leftovers have to exit on their own if none of them can be signalled. */
const REFUSED_PATIENCE = 2;
const SIGTERM = 15;
const SIGKILL = 9;
const SIGCONT = 18;

export interface LeftoverParts {
  clock: Clock;
  parent: Parent;
  stateFolder: string;
  /** The process group to which the leftovers are limited; null for all of them. */
  onlyGroup(): number | null;
  /** All have exited; else `survivors` are those that could not be killed. */
  gone(survivors: number[]): void;
}

/** What the program has left behind. */
export class Leftovers {
  readonly #parts: LeftoverParts;
  /** Since when they get SIGKILL; seconds on the monotonic clock. */
  #killingSince: number | null = null;
  #sweepingSince = 0;
  /** Those that could not be signalled, by pid. */
  readonly #refused = new Set<number>();
  /**
   * Sessions whose leader has exited, and whose members are not descendants of a keeper; see `findSessionMembers`.
   */
  readonly #sessions = new Map<number, number | null | undefined>();
  /** The sessions of those that were found last. */
  #lastSessions: number[] = [];
  /** Those that were found last. */
  #last: Leftover[] = [];
  /** Those that a dead keeper had as descendants, and what has descended from them since, by pid. */
  readonly #orphans = new Map<number, Leftover>();

  constructor(parts: LeftoverParts) {
    this.#parts = parts;
  }

  /** Sessions without a leader that still had members when last checked, for the next manager. */
  get sessions(): number[] {
    return this.#lastSessions;
  }

  /** Whether there are some; also true when that cannot be seen now, for a sweep looks again. */
  get exist(): boolean {
    return this.look()?.length !== 0;
  }

  /** Adopts those that an earlier manager recorded, at a time as `readTicks` reports it. */
  adopt(sessions: readonly number[], savedAt: number | undefined): void {
    for (const session of sessions) this.#sessions.set(session, savedAt);
    this.#lastSessions = [...sessions];
  }

  /** The leader of a session has exited. */
  addSession(session: number): void {
    this.#sessions.set(session, readTicks());
  }

  /** The keeper is dead: those that were found last must be known by themselves from now on. */
  loseParent(): void {
    for (const one of this.#last) this.#orphans.set(one.pid, one);
  }

  /** Sends SIGTERM and SIGCONT; `gone` follows once they have exited. */
  sweep(): void {
    this.#killingSince = null;
    this.#sweepingSince = this.#parts.clock.now();
    this.#refused.clear();
    this.#signal(SIGTERM);
    this.#signal(SIGCONT);
    this.#watch();
  }

  /**
   * Sends SIGKILL, repeatedly: they may have started others.
   *
   * @param describe called with each pid before its end
   * @returns the descriptions
   */
  kill(describe: (pid: number) => string): string[] {
    this.#killingSince = this.#parts.clock.now();
    const names = (this.look() ?? []).map(({ pid }) => describe(pid));
    this.#signal(SIGKILL);
    return names;
  }

  isRefused(pid: number): boolean {
    return this.#refused.has(pid);
  }

  /** @returns null when they cannot be seen now, for example without a free descriptor */
  look(): Leftover[] | null {
    try {
      return this.#find();
    } catch (error) {
      // Without /proc and ps(1) it will not be seen later either.
      if (error instanceof UserError) return [];
      if (!errorCode(error)) throw error;
      return null;
    }
  }

  #signal(signal: number): void {
    for (const one of this.look() ?? []) {
      this.#parts.parent.signal(one, signal).catch(error => {
        if (errorCode(error) === 'EPERM') this.#refused.add(one.pid);
      });
    }
  }

  #watch(): void {
    const { clock, parent, gone } = this.#parts;
    // The second look sees what the last process started just before it exited.
    const looks = [this.look(), this.look()];
    const left = looks.flatMap(found => found ?? []);
    const isKnown = !looks.includes(null) && !parent.isSpawning;
    if (isKnown && left.length === 0) return gone([]);
    const now = clock.now();
    const isHopeless = isKnown && left.every(({ pid }) => this.#refused.has(pid));
    const isLate = this.#killingSince !== null && now > this.#killingSince + KILL_PATIENCE;
    if (
      isLate ||
      (isHopeless && (this.#killingSince !== null || now > this.#sweepingSince + REFUSED_PATIENCE))
    )
      return gone([...new Set(left.map(({ pid }) => pid))]);
    if (this.#killingSince !== null) this.#signal(SIGKILL);
    clock.after(LEFTOVER_POLL, () => this.#watch());
  }

  /** Descendants, as far as the parent knows them, orphans, and members of the sessions. */
  #find(): Leftover[] {
    const all = [...this.#parts.parent.findDescendants(), ...this.#findOrphans(), ...this.#findMembers()];
    const found = [...new Map(all.map(one => [one.pid, one])).values()];
    this.#last = found;
    const wanted = limitToGroup(found, this.#parts.onlyGroup());
    const sessions = wanted.flatMap(({ session }) => (session === null ? [] : [session]));
    this.#lastSessions = [...new Set(sessions)];
    return wanted;
  }

  #findOrphans(): Leftover[] {
    for (const [pid, one] of [...this.#orphans]) {
      if (!isRunning(one)) this.#orphans.delete(pid);
      else
        for (const other of findDescendants(pid, [], Number.POSITIVE_INFINITY))
          this.#orphans.set(other.pid, other);
    }
    return [...this.#orphans.values()];
  }

  #findMembers(): Leftover[] {
    if (this.#sessions.size === 0) return [];
    const members = findSessionMembers(this.#sessions, this.#parts.stateFolder);
    for (const id of this.#sessions.keys())
      if (!members.some(({ session }) => session === id)) this.#sessions.delete(id);
    return members.map(facts => ({ ...facts, bootId: readBootId() }));
  }
}

/** A group whose leader is alive is another one of the same number: the leader was the program. */
function limitToGroup(found: Leftover[], group: number | null): Leftover[] {
  if (group === null) return found;
  return found.some(({ pid }) => pid === group) ? [] : found.filter(one => one.group === group);
}
