import { endOf } from '../../protocol/history';
import type { LaunchOrder } from '../../protocol/launch-order';
import type { Cause, DownRecord, ExitRecord } from '../../protocol/outcomes';
import {
  type SavedProgram,
  type SavedState,
  type SavedTimetable,
  STATE_VERSION,
} from '../../state/saved-state';
import type { Clock } from '../../system/clock';
import { type Identity, identify, isSameBoot } from '../../system/identity';
import type { Ending } from '../../system/signals';
import type { Event, Lifecycle } from '../lifecycle/types';
import { rulesOf } from '../rules';
import { Attribution } from './attribution';
import { History, type InFolder } from './history';

export interface RunRecordOptions {
  clock: Clock;
  /** What the previous manager saved, or null. */
  saved: SavedState | null;
  /** Access to the state folder. */
  inFolder: InFolder;
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
  /** See `SavedState.readiness`. */
  readiness: SavedState['readiness'];
  /** See `SavedState.deliveries`. */
  deliveries: SavedState['deliveries'];
  /** See `SavedState.input`. */
  input: SavedState['input'];
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
  /** What the next manager must know of a schedule by the wall clock. */
  timetable: SavedTimetable | null;
  /** What the program and its descendants were last seen to use, if a setting samples that: bytes and seconds. */
  usage: { memory?: number; cpu?: number } = {};
  /** Why the program was not ready in time, as a clause; null if it was, or still may be. */
  notReady: string | null = null;
  /** Why the last start has led to no process, as a clause; null if it has. */
  failedStart: string | null;
  /** The name of the step that runs. */
  step: string | null = null;
  readonly attribution: Attribution;
  readonly history: History;
  readonly #clock: Clock;
  readonly #self: Identity = identify(process.pid);
  /** The identity of the running program. */
  #identity: Identity | null = null;

  constructor({ clock, saved, inFolder }: RunRecordOptions) {
    this.history = new History(inFolder, saved);
    this.attribution = new Attribution(saved && isSameBoot(saved.manager.bootId) ? saved.asked : {});
    this.#clock = clock;
    this.starts = saved?.starts ?? 0;
    this.lastExit = saved?.lastExit ?? null;
    this.down = saved?.outcome ?? null;
    this.timetable = saved?.timetable ?? null;
    this.failedStart = saved?.failedStart ?? null;
  }

  /** The start time of the running program as the system has it; null while there is none. */
  get startTime(): string | null {
    return this.#identity?.startTime ?? null;
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
    this.usage = {};
    this.notReady = null;
    this.failedStart = null;
    this.#identity = identify(pid);
  }

  /** @param life in which it exited */
  noteExited(life: Lifecycle, ending: Ending, lines: string[], leftovers = false): ExitRecord {
    const now = this.#clock.now();
    const cause = this.attribution.explainExit(life.name, ending, now);
    const uptime = now - (life.startedAt ?? now);
    this.lastExit = {
      ...ending,
      n: this.history.next(),
      pid: life.pid ?? 0,
      at: this.#clock.wall(),
      uptime,
      ...cause,
      ...(leftovers && isBackground(ending, uptime) ? { reason: BACKGROUND } : {}),
      ...(this.step === null ? {} : { step: this.step }),
      ...this.usage,
      lines,
    };
    this.history.add(endOf(this.lastExit));
    this.#identity = null;
    return this.lastExit;
  }

  /** Records that the program was not ready in time. It may be ended for that. */
  #noteNotReady(reason: string): void {
    this.notReady = reason;
    this.attribution.noteRenewal({ by: 'start-timeout', reason });
  }

  /** @param moment seconds on the monotonic clock. @returns seconds since 1970 */
  toWall(moment: number): number {
    return this.#clock.wall() + moment - this.#clock.now();
  }

  /** Records a start that led to no process. */
  noteNotRun(reason: string): void {
    const step = this.step === null ? {} : { step: this.step };
    this.history.add({
      n: this.history.next(),
      at: this.#clock.wall(),
      by: 'nobody',
      reason,
      ...step,
      lines: [],
    });
    this.history.write();
  }

  /** Records the end of a program of which neither a manager nor a keeper has seen how it ended. */
  noteUnseen({ program, lastExit, manager }: SavedState): void {
    if (!program || program.pid === lastExit?.pid) return;
    const reason = isSameBoot(manager.bootId)
      ? 'neither its manager nor its keeper was there to see how it ended'
      : 'the system or the container began anew';
    const end = { n: this.history.next(), at: this.#clock.wall(), pid: program.pid };
    this.history.add({ ...end, by: 'unknown', reason, lines: [] });
    this.history.write();
  }

  /**
   * Records what a step of the lifecycle has made of the program.
   *
   * @param failure why the last start has failed, or how the last run ended
   */
  noteStep(before: Lifecycle, life: Lifecycle, event: Event, failure: string): void {
    if (event.name === 'notReady') this.#noteNotReady(event.reason);
    if (event.name === 'unprepared' || event.name === 'spawnFailed') this.failedStart = event.reason;
    const { name, outcome, startedAt, backoff } = life;
    if (life.tested) this.notReady = null;
    if (before.name === 'starting' && name === 'running' && startedAt !== null)
      this.readyAfter = this.#clock.now() - startedAt;
    if (outcome === before.outcome) return;
    this.down = outcome && {
      outcome,
      at: this.#clock.wall(),
      ...this.#explain(outcome),
      inARow: outcome === 'gave-up' ? backoff + 1 : backoff,
      reason: explainFailure(life, failure),
    };
  }

  #explain(outcome: DownRecord['outcome']): Cause {
    if (outcome === 'stopped') return this.attribution.explainStop();
    const { by = 'nobody', user = null } = outcome === 'failed' ? {} : (this.lastExit ?? {});
    return { by, user };
  }

  /** Describes what the next manager must know. */
  describe(present: Present): SavedState {
    const { life, order, leftovers, spawning, keeper, events, readiness, input, deliveries } = present;
    const asked = life.pid === null ? null : this.attribution.asked;
    const awaitsTest = this.#identity !== null && rulesOf(order).hasReadiness && !life.tested;
    return {
      version: STATE_VERSION,
      manager: this.#self,
      program: this.#describeProgram(),
      ...(spawning === undefined ? {} : { spawning }),
      ...(awaitsTest ? { ready: false } : {}),
      ...(readiness ? { readiness } : {}),
      ...(input ? { input } : {}),
      leftovers,
      life,
      ...(keeper === null ? {} : { keeper }),
      wanted: life.wanted,
      starts: this.starts,
      lastExit: this.lastExit,
      ...(this.down === null ? {} : { outcome: this.down }),
      ...(this.failedStart === null ? {} : { failedStart: this.failedStart }),
      ...(asked ? { asked } : {}),
      ...(this.timetable === null ? {} : { timetable: this.timetable }),
      ...(this.history.last === null ? {} : { ends: this.history.last }),
      events,
      ...(deliveries ? { deliveries } : {}),
      order,
    };
  }

  #describeProgram(): SavedProgram | null {
    const startedAt = this.startedAt ?? this.#clock.wall();
    return this.#identity && { ...this.#identity, file: this.file, startedAt };
  }
}

/** A program that had started has failed by its end. */
function explainFailure({ outcome, lived, tested }: Lifecycle, failure: string): string | null {
  if (outcome === 'failed') return lived && tested ? `${failure}, which is in failure-codes` : failure;
  return outcome === 'gave-up' ? failure : null;
}

/** Of a program that puts itself into the background; its daemon is what it has left behind. */
export const BACKGROUND = 'it went into the background; use its option to stay in the foreground';
/** Seconds within which a program that forks into the background exits. */
const FORKING_TIME = 2;

function isBackground({ code }: Ending, uptime: number): boolean {
  return code === 0 && uptime < FORKING_TIME;
}
