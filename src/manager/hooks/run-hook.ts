import { describeReason } from '../../system/errors';
import { describeEnding, type Ending } from '../../system/signals';
import { endRest, openHelperOutput, runHelper } from '../program/helper';
import { prepareSpawn } from '../program/prepare-spawn';
import { formatSeconds } from '../readiness/seconds';
import type { Scene } from '../scene';

/** Seconds that a hook has to exit after SIGKILL; one that waits for a disk may take longer, and is left alone then. */
const KILL_PATIENCE = 5;

export type HookScene = Omit<Scene, 'readiness' | 'waiters' | 'spawnFailed' | 'save' | 'leave'>;

export interface Hook {
  /** The name of its setting, for messages. */
  key: 'before-start' | 'after-exit' | 'on-event';
  words: readonly string[];
  /** What it is told; a variable that is not known here is taken away. */
  variables: Record<string, string | undefined>;
}

/** @param why a clause behind its name, if that is a failure; else null */
export type EndHook = (why: string | null) => void;

/**
 * Runs a hook once: like the program, in a session of its own, without its limits and priorities, with its output in the
 * transcript. When it exits, or after `hook-timeout`, whatever is left of its process group is killed. A failure is
 * logged and emitted.
 *
 * @param done called once when it is over, with null if it exited with 0, else with a clause that names it
 * @returns a function that ends it; `done` follows as soon as it is gone
 */
export function runHook(hook: Hook, scene: HookScene, done: (failure: string | null) => void): EndHook {
  const run = new HookRun(hook, scene, done);
  run.begin();
  return why => run.end(why);
}

/** @param seconds of `hook-timeout` */
export function tooLong(seconds: number): string {
  return `took longer than ${formatSeconds(seconds)} (hook-timeout)`;
}

class HookRun {
  readonly #hook: Hook;
  readonly #scene: HookScene;
  readonly #done: (failure: string | null) => void;
  #isOver = false;
  #isEnding = false;
  /** Why it is being ended, if that is a failure. */
  #verdict: string | null = null;
  #kill: () => void = () => {};
  #cancel: () => void = () => {};

  constructor(hook: Hook, scene: HookScene, done: (failure: string | null) => void) {
    this.#hook = hook;
    this.#scene = scene;
    this.#done = done;
  }

  begin(): void {
    const { key, words, variables } = this.#hook;
    const { order, parent, transcript, eventLog, clock } = this.#scene;
    const fail = (reason: string) => this.#finish(`${key} cannot be run: ${reason}`);
    const found = prepareSpawn([...words], order, this.#scene, key);
    if ('reason' in found) return fail(found.reason);
    const command = { ...found, environment: { ...found.environment, ...variables } };
    eventLog.log('info', `running ${key}`);
    const { hookTimeout } = order.settings;
    this.#cancel = clock.after(hookTimeout, () => this.end(tooLong(hookTimeout)));
    try {
      this.#kill = runHelper(
        { parent, command, output: openHelperOutput(transcript) },
        {
          failed: fail,
          exited: ending => this.#finish(this.#judge(ending)),
          left: leader => {
            endRest(parent, leader);
            if (this.#isEnding) this.#finish(this.#verdict);
          },
        },
      );
    } catch (error) {
      fail(describeReason(error));
    }
  }

  end(why: string | null): void {
    if (this.#isOver || this.#isEnding) return;
    this.#isEnding = true;
    this.#verdict = why === null ? null : `${this.#hook.key} ${why} and was ended`;
    this.#cancel();
    this.#cancel = this.#scene.clock.after(KILL_PATIENCE, () => this.#finish(this.#verdict));
    this.#kill();
  }

  #judge(ending: Ending): string | null {
    const { key } = this.#hook;
    if (ending.code === 0) return null;
    const isLost = ending.code === null && ending.signal === null;
    return isLost
      ? `${key} was ended, because its keeper was killed`
      : `${key} failed: ${describeEnding(ending)}`;
  }

  #finish(failure: string | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancel();
    const { eventLog, emit, transcript } = this.#scene;
    // Its last lines are shown with its failure.
    transcript?.drain();
    if (failure !== null) {
      eventLog.log('error', failure);
      emit({ event: 'hook-failed', hook: this.#hook.key, reason: failure });
    }
    this.#done(failure);
  }
}
