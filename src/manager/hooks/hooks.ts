import { EventHook } from './event-hook';
import { type EndHook, type Hook, type HookScene, runHook } from './run-hook';
import { sayEnding, tellExit, tellStart } from './variables';

/** The hooks of a manager that has some. */
export class Hooks {
  readonly events: EventHook;
  readonly #scene: HookScene;
  /** before-start, while it runs and the start is wanted. */
  #preparation: EndHook = () => {};
  #isPreparing = false;
  #afterExit: EndHook = () => {};
  /** Runs of both that are not over. */
  #running = 0;
  /** Called when none is left. */
  #quiet: () => void = () => {};

  constructor(scene: HookScene) {
    this.#scene = scene;
    this.events = new EventHook(scene);
  }

  /** Whether before-start runs. */
  get isPreparing(): boolean {
    return this.#isPreparing;
  }

  /** Runs before-start: calls `done`, or dispatches `unprepared`. */
  prepare(words: readonly string[], done: () => void): void {
    const { dispatch, noteFailure } = this.#scene;
    let isWanted = true;
    this.#isPreparing = true;
    const end = this.#run({ key: 'before-start', words, variables: tellStart(this.#scene) }, reason => {
      if (isWanted) this.#isPreparing = false;
      if (isWanted && reason === null) return done();
      this.#killRest('before-start');
      if (!isWanted || reason === null) return;
      noteFailure(reason);
      dispatch({ name: 'unprepared', reason });
    });
    this.#preparation = why => {
      isWanted = false;
      end(why);
    };
  }

  /** Ends before-start, if it runs: nothing follows. */
  endPreparation(): void {
    this.#preparation(null);
    this.#isPreparing = false;
    this.#preparation = () => {};
  }

  /** Runs after-exit; `cleaned` is dispatched. */
  afterExit(words: readonly string[]): void {
    const { dispatch, program, record } = this.#scene;
    const all = [...words, ...sayEnding(record.lastExit ?? {})];
    this.#afterExit = this.#run({ key: 'after-exit', words: all, variables: tellExit(this.#scene) }, () =>
      dispatch({ name: 'cleaned', leftovers: program.leftovers.exist }),
    );
  }

  /** Ends after-exit; `cleaned` is dispatched as soon as it is gone. */
  endAfterExit(): void {
    this.#afterExit(null);
  }

  /**
   * The manager leaves: waits for on-event, at most `hook-timeout`, and for the end of what is being ended.
   *
   * @param done called once
   */
  finish(done: () => void): void {
    this.events.finish(() => {
      this.#quiet = () => {
        this.#quiet = () => {};
        this.#killRest('on-event');
        done();
      };
      if (this.#running === 0) this.#quiet();
    });
  }

  #run(hook: Hook, done: (failure: string | null) => void): EndHook {
    this.#running += 1;
    return runHook(hook, this.#scene, failure => {
      this.#running -= 1;
      done(failure);
      if (this.#running === 0) this.#quiet();
    });
  }

  /** What a hook has left in other sessions; beside a program, or another hook, it is ended with that. */
  #killRest(key: Hook['key']): void {
    const { program, life, eventLog } = this.#scene;
    const isDown = life.name === 'idle' || life.name === 'gone';
    if (
      this.#running > 0 ||
      !(isDown || (key === 'before-start' && life.pid === null && life.name !== 'starting'))
    )
      return;
    const pids = program.leftovers.kill(String);
    if (pids.length > 0) eventLog.log('warn', `sending SIGKILL to ${pids.join(', ')}, left behind by ${key}`);
  }
}
