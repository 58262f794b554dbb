import type { LaunchOrder } from '../../protocol/launch-order';
import type { Cause, DownRecord, ExitRecord } from '../../protocol/outcomes';
import { type SavedProgram, type SavedState, STATE_VERSION } from '../../state/saved-state';
import type { Clock } from '../../system/clock';
import { type Identity, identify } from '../../system/identity';
import type { Ending } from '../../system/signals';
import type { Usage } from '../../system/usage';
import type { Lifecycle } from '../lifecycle/types';
import { Attribution } from './attribution';

export interface RunRecordOptions {
  clock: Clock;
  /** What the previous manager saved, or null. */
  saved: SavedState | null;
}

/** What a manager knows at the moment that it saves. */
export interface Present {
  life: Lifecycle;
  /** The order it follows. */
  order: LaunchOrder;
  /** Sessions that outlived their leader. */
  leftovers: number[];
  /** When a program is about to be spawned: what `readTicks` returned. */
  spawning: number | null | undefined;
  /** The parent of the program, or null. */
  keeper: Identity | null;
  /** See `SavedState.events`. */
  events: number;
}

/** The manager's record of the program's runs: details that reports need and the lifecycle does not. */
export class RunRecord {
  /** The absolute path of the executable of the current or last run. */
  file = '';
  /** The time of the last start, in seconds since 1970. */
  startedAt: number | null = null;
  /** Starts so far, by this manager and its predecessors. */
  starts: number;
  lastExit: ExitRecord | null;
  /** How the program came to be down; null while it is up. */
  down: DownRecord | null;
  /** What made the last start; null for a start after an exit. */
  startedBy: Cause | null = null;
  /** Seconds that the last start took; null until it has succeeded. */
  readyAfter: number | null = null;
  /** What the run has used when that was last looked at; null if it was not. */
  usage: Usage | null = null;
  readonly attribution = new Attribution();
  readonly #clock: Clock;
  readonly #self: Identity = identify(process.pid);
  /** The identity of the running program. */
  #identity: Identity | null = null;

  constructor({ clock, saved }: RunRecordOptions) {
    this.#clock = clock;
    this.starts = saved?.starts ?? 0;
    this.lastExit = saved?.lastExit ?? null;
    this.down = saved?.outcome ?? null;
  }

  /** Records a program that another manager started. */
  noteAdopted(program: SavedProgram): void {
    this.#identity = program;
    this.down = null;
    this.file = program.file;
    this.startedAt = program.startedAt;
  }

  noteSpawned(pid: number): void {
    this.starts += 1;
    this.startedAt = this.#clock.wall();
    this.down = null;
    this.startedBy = this.attribution.takeStart();
    this.readyAfter = null;
    this.usage = null;
    this.#identity = identify(pid);
  }

  /** @param life in which it exited */
  noteExited(life: Lifecycle, ending: Ending, lines: string[]): ExitRecord {
    const now = this.#clock.now();
    const cause = this.attribution.explainExit(life.name, ending, now);
    const uptime = now - (life.startedAt ?? now);
    this.lastExit = { ...ending, pid: life.pid ?? 0, at: this.#clock.wall(), uptime, ...cause, lines };
    this.#identity = null;
    return this.lastExit;
  }

  /**
   * Records what a step of the lifecycle has made of the program.
   *
   * @param failure why the last start has failed, or how the last run ended
   */
  noteStep(before: Lifecycle, { name, outcome, startedAt, backoff }: Lifecycle, failure: string): void {
    if (before.name === 'starting' && name === 'running' && startedAt !== null)
      this.readyAfter = this.#clock.now() - startedAt;
    if (outcome === before.outcome) return;
    this.down = outcome && {
      outcome,
      at: this.#clock.wall(),
      ...this.#explain(outcome),
      inARow: outcome === 'gave-up' ? backoff + 1 : backoff,
      reason: outcome === 'failed' || outcome === 'gave-up' ? failure : null,
    };
  }

  #explain(outcome: DownRecord['outcome']): Cause {
    if (outcome === 'stopped') return this.attribution.explainStop();
    const { by = 'nobody', user = null } = outcome === 'failed' ? {} : (this.lastExit ?? {});
    return { by, user };
  }

  /** Describes what the next manager must know. */
  describe({ life, order, leftovers, spawning, keeper, events }: Present): SavedState {
    const awaitsTest = this.#identity !== null && order.settings.startTestProgram !== null && !life.tested;
    return {
      version: STATE_VERSION,
      manager: this.#self,
      program: this.#describeProgram(),
      ...(spawning === undefined ? {} : { spawning }),
      ...(awaitsTest ? { ready: false } : {}),
      leftovers,
      life,
      ...(keeper === null ? {} : { keeper }),
      wanted: life.wanted,
      starts: this.starts,
      lastExit: this.lastExit,
      ...(this.down === null ? {} : { outcome: this.down }),
      events,
      order,
    };
  }

  #describeProgram(): SavedProgram | null {
    const startedAt = this.startedAt ?? this.#clock.wall();
    return this.#identity && { ...this.#identity, file: this.file, startedAt };
  }
}
