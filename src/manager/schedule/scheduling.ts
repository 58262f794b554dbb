import type { News } from '../../protocol/events';
import type { LaunchOrder, Refresh } from '../../protocol/launch-order';
import type { SavedTimetable } from '../../state/saved-state';
import type { Clock } from '../../system/clock';
import type { EventLog } from '../event-log';
import type { Event } from '../lifecycle/types';
import type { Parent } from '../parent/parent';
import { readRound } from './fresh-round';
import type { Round } from './pick-round';
import { Timetable } from './timetable';

/** What a schedule uses of the manager. */
export interface SchedulingScene {
  readonly clock: Clock;
  readonly eventLog: Pick<EventLog, 'log'>;
  readonly environment: Record<string, string | undefined>;
  readonly order: LaunchOrder;
  readonly parent: Parent;
  readonly record: { timetable: SavedTimetable | null };
  dispatch(event: Event): void;
  emit(news: News): void;
  /** Changes what runs from now on. */
  refresh(changes: Refresh): void;
}

/** The executor of a schedule: when the next run is due, and what it runs. A bundle of its own. */
export class Scheduling {
  readonly #scene: SchedulingScene;
  readonly #timetable: Timetable;
  readonly #pick: (answer: unknown) => Round;
  /** The fault of the last reading: it is reported once. */
  #fault: string | null = null;

  /** @param pick checks what was read for a round */
  constructor(scene: SchedulingScene, pick: (answer: unknown) => Round) {
    this.#scene = scene;
    this.#pick = pick;
    this.#timetable = new Timetable(
      {
        clock: scene.clock,
        rules: () => ({
          runAt: scene.order.settings.runAt ?? '@daily',
          runZone: scene.order.settings.runZone,
        }),
        scheduled: at => this.#tell({ name: 'scheduled', at }),
        due: () => this.#tell({ name: 'deadline' }),
      },
      scene.record.timetable,
    );
  }

  /** Finds out when the next run of `run-at` is due; `scheduled` follows. */
  plan(): void {
    this.#timetable.plan();
  }

  /**
   * Waits for a run of `run-at`; `deadline` follows.
   *
   * @param at seconds on the monotonic clock
   * @returns a function that ends the wait
   */
  await(at: number): () => void {
    return this.#timetable.await(at);
  }

  /**
   * Reads what the next round runs. A fault keeps what the last one ran.
   *
   * @param done called once
   * @returns a function that ends the reading
   */
  freshen(done: () => void): () => void {
    const scene = this.#scene;
    const { clock, parent, order, environment } = scene;
    const parts = { clock, parent, order, environment, pick: this.#pick };
    return readRound(parts, round => {
      if ('fault' in round) this.#reportFault(round.fault);
      else {
        this.#fault = null;
        scene.refresh(round);
      }
      done();
    });
  }

  /** The record is saved with the step that follows. */
  #tell(event: Event): void {
    this.#scene.record.timetable = this.#timetable.saved;
    this.#scene.dispatch(event);
  }

  #reportFault(fault: string): void {
    const { eventLog, emit } = this.#scene;
    if (fault === this.#fault) return;
    this.#fault = fault;
    eventLog.log('error', `cannot read what the next run is: ${fault}; it is that of the last one`);
    emit({ event: 'schedule-failed', reason: fault });
  }
}
