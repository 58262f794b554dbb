import { programWords } from '../protocol/launch-order';
import { stepOf } from '../settings/schedule/what-runs';
import { findUnrecordedProgram } from '../state/orphans';
import { readState } from '../state/state-file';
import type { Identity } from '../system/identity';
import { describeEnding, type Ending } from '../system/signals';
import { quoteWords } from '../system/words';
import type { Performer } from './perform';
import type { ProgramListener } from './program/program';
import { BACKGROUND } from './record/run-record';
import type { Scene } from './scene';

/** Records what the program reports, and passes it on to the lifecycle. */
export class ProgramReports implements ProgramListener {
  #scene!: Scene;
  #performer!: Performer;
  /** What must not outlive the present run. */
  readonly #companions = new Set<() => void>();

  /** Called once, before anything is reported. */
  begin(scene: Scene, performer: Performer): void {
    this.#scene = scene;
    this.#performer = performer;
  }

  /** Has a function called when the program has exited. @returns a function that prevents that */
  endWithRun(end: () => void): () => void {
    this.#companions.add(end);
    return () => void this.#companions.delete(end);
  }

  spawned(pid: number): void {
    const { record, save, order, life, transcript, dispatch } = this.#scene;
    record.noteSpawned(pid);
    save();
    transcript?.mark(`pid ${pid} started: ${quoteWords(programWords(order, life.step))}`);
    dispatch({ name: 'spawned', pid });
  }

  spawnFailed(reason: string): void {
    this.#scene.transcript?.console?.endRun();
    this.#performer.failure = reason;
    this.#scene.record.noteNotRun(reason);
    this.#scene.input.endRun();
    this.#scene.dispatch({ name: 'spawnFailed', reason });
  }

  findSpawned(): Identity | null {
    const { order, clock } = this.#scene;
    return findUnrecordedProgram(order.stateFolder, readState(order.stateFolder).state, clock.wall());
  }

  exited(ending: Ending, leftovers: boolean): void {
    const { transcript, record, order, life, dispatch, waiters, readiness, input } = this.#scene;
    const performer = this.#performer;
    transcript?.console?.endRun();
    transcript?.drain();
    const output = performer.lastOutput();
    // The manager that began it did not say.
    record.step ??= stepOf(order.settings, life);
    const exit = record.noteExited(life, ending, performer.lastLines(), leftovers);
    const { pid, uptime } = exit;
    const how = `${ending.signal === null ? 'ended with' : 'was'} ${describeEnding(ending)}`;
    transcript?.mark(`pid ${pid} ${how}`);
    // What the manager ended as a failed start has failed for another reason.
    if (!life.ended?.forced) performer.failure = `it ${how} after ${uptime.toFixed(2)} seconds`;
    if (exit.reason === BACKGROUND) transcript?.mark(BACKGROUND);
    readiness.endRun();
    input.endRun();
    for (const end of this.#companions) end();
    dispatch({ name: 'exited', ending, leftovers });
    // Behind the next start, which is not to wait for it.
    record.history.write();
    if (output) transcript?.saveLastOutput(output);
    waiters.settleEnds();
  }

  groupGone(survivors: number[]): void {
    this.#scene.dispatch({ name: 'groupGone', survivors });
  }
}
