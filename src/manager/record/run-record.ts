import type { LaunchOrder } from '../../protocol/launch-order';
import type { ExitRecord } from '../../protocol/outcomes';
import { type SavedProgram, type SavedState, STATE_VERSION } from '../../state/saved-state';
import type { Clock } from '../../system/clock';
import { type Identity, identify } from '../../system/identity';
import { readTicks } from '../../system/processes';
import type { Lifecycle } from '../lifecycle/types';

export interface RunRecordOptions {
  clock: Clock;
  /** What the previous manager saved, or null. */
  saved: SavedState | null;
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
  readonly #clock: Clock;
  readonly #self: Identity = identify(process.pid);
  /** The identity of the running program. */
  #identity: Identity | null = null;

  constructor({ clock, saved }: RunRecordOptions) {
    this.#clock = clock;
    this.starts = saved?.starts ?? 0;
    this.lastExit = saved?.lastExit ?? null;
  }

  /** Records a program that another manager started. */
  noteAdopted(program: SavedProgram): void {
    this.#identity = program;
    this.file = program.file;
    this.startedAt = program.startedAt;
  }

  noteSpawned(pid: number): void {
    this.starts += 1;
    this.startedAt = this.#clock.wall();
    this.#identity = identify(pid);
  }

  noteExited(exit: Omit<ExitRecord, 'at'>): void {
    const { code, signal, pid, uptime, lines } = exit;
    this.lastExit = { code, signal, pid, at: this.#clock.wall(), uptime, lines };
    this.#identity = null;
  }

  /**
   * Describes what the next manager must know.
   *
   * @param life the state of the lifecycle
   * @param order the order the manager follows
   * @param leftovers sessions that outlived their leader
   * @param spawning when a program is about to be spawned: what `readTicks` returned
   * @param keeper the parent of the program, or null
   */
  describe(
    life: Lifecycle,
    order: LaunchOrder,
    leftovers: number[],
    spawning: number | null | undefined,
    keeper: Identity | null,
  ): SavedState {
    const now = readTicks();
    const awaitsTest = this.#identity !== null && order.settings.startTestProgram !== null && !life.tested;
    return {
      version: STATE_VERSION,
      manager: this.#self,
      program: this.#describeProgram(),
      ...(spawning === undefined ? {} : { spawning }),
      ...(awaitsTest ? { ready: false } : {}),
      leftovers,
      ...(now === null ? {} : { savedAt: now }),
      life,
      ...(keeper === null ? {} : { keeper }),
      wanted: life.wanted,
      starts: this.starts,
      lastExit: this.lastExit,
      order,
    };
  }

  #describeProgram(): SavedProgram | null {
    const startedAt = this.startedAt ?? this.#clock.wall();
    return this.#identity && { ...this.#identity, file: this.file, startedAt };
  }
}
