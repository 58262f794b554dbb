import { KINDS } from '../protocol/keeper/wire';
import { programWords } from '../protocol/launch-order';
import { stepOf } from '../settings/schedule/what-runs';
import type { SavedState } from '../state/saved-state';
import { wallTimeOf } from '../system/clock';
import { describeReason } from '../system/errors';
import { readTicks } from '../system/processes';
import { describeEnding } from '../system/signals';
import { Attendants } from './attendants';
import { LazyHooks } from './hooks/lazy';
import type { Effect, Lifecycle } from './lifecycle/types';
import { openPidfile } from './open-pidfile';
import { Closers } from './program/closers';
import { describeProcess, describeSurvivors } from './program/describe-survivors';
import { LockHolder } from './program/lock-holder';
import type { Pidfile } from './program/pidfile';
import { prepareProgram } from './program/prepare-spawn';
import type { Equipment } from './readiness/signs/equipment';
import { exitStatusOf } from './record/exit-status';
import { BACKGROUND } from './record/run-record';
import { planRehearsal } from './rehearsal';
import type { Scene } from './scene';
import { LazyScheduling } from './schedule/lazy';

/** How many of the program's last lines are reported with a failed start or an exit. */
const LAST_LINES = 10;
/** Characters reported of each line. */
const LONGEST_LINE = 1000;

/** The descriptors of a program that keeps the terminal. */
const ATTACHED = { descriptors: ['same', 'same', 'same'] as const, close() {} };

/** One function for each effect of the lifecycle; an effect without one does not compile. */
type Executors = { [Name in Effect['do']]: Executor<Extract<Effect, { do: Name }>> };
type Executor<E extends Effect> = (effect: E, before: Lifecycle) => void;

/** Performs the effects of the lifecycle. */
export class Performer {
  /** Why the last start failed, or how the last run ended. */
  failure = '';
  readonly #scene: Scene;
  /** What needed SIGKILL since the last report. */
  readonly #killed: string[] = [];
  #cancelDeadline: () => void = () => {};
  #endStopProgram: () => void = () => {};
  readonly #scheduling: LazyScheduling;
  /** What `lock-file` demands. */
  readonly lock: LockHolder;
  readonly hooks: LazyHooks;
  readonly #pidfile: Pidfile | null;
  #endFreshening: () => void = () => {};
  /** What accompanies the present run. */
  readonly attendants: Attendants;
  /** The bytes of output that preceded the current run. */
  #outputMark = 0;

  /** @param saved by the manager before */
  constructor(scene: Scene, saved: SavedState | null) {
    this.#scene = scene;
    this.#pidfile = openPidfile(scene.order, saved, scene.eventLog);
    this.attendants = new Attendants(scene);
    this.#scheduling = new LazyScheduling(scene);
    this.lock = new LockHolder(scene);
    this.hooks = new LazyHooks(scene);
  }

  /** @param before the state before the step that led to the effect */
  perform(effect: Effect, before: Lifecycle): void {
    (this.#executors[effect.do] as Executor<Effect>)(effect, before);
  }

  /** The last lines of the current or last run. */
  lastLines(): string[] {
    const lines = this.#scene.transcript?.ring.lastLines(LAST_LINES, this.#outputMark) ?? [];
    return lines.map(line => line.slice(0, LONGEST_LINE));
  }

  /** The last output of the current or last run, as far as it is kept. */
  lastOutput(): Buffer | null {
    return this.#scene.transcript?.ring.read(this.#outputMark) ?? null;
  }

  readonly #executors: Executors = {
    spawn: () => this.#spawn(),
    prepare: () => {
      const { readiness, dispatch, transcript } = this.#scene;
      this.#outputMark = transcript?.ring.total ?? 0;
      const prepared = () => dispatch({ name: 'prepared' });
      const prepare = () => this.lock.takeFirst(() => this.hooks.prepare(prepared));
      this.#endFreshening = this.#scheduling.freshen(() => readiness.prepare(prepare));
    },
    afterExit: () => this.hooks.afterExit(),
    endAfterExit: () => this.hooks.endAfterExit(),
    stopProgram: () => {
      this.#endStopProgram = loadOwnCommand().runStopProgram(this.#scene);
    },
    endStopProgram: () => this.#endStopProgram(),
    signal: ({ signal }) => {
      const { program, order } = this.#scene;
      void this.#send(() => program.sendStop(signal, order.settings.pty));
    },
    kill: () => {
      const { life, program } = this.#scene;
      if (life.pid !== null) this.#killed.push(describeProcess(life.pid));
      void this.#send(() => program.kill());
    },
    sweep: () => {
      this.#scene.program.leftovers.sweep();
    },
    killGroup: () => {
      const { program, eventLog } = this.#scene;
      const killed = program.leftovers.kill(describeProcess);
      if (killed.length > 0) eventLog.log('warn', `sending SIGKILL to ${killed.join(', ')}, left behind`);
      this.#killed.push(...killed);
    },
    test: () => this.#scene.readiness.test(),
    attend: () => {
      const { life, program, readiness } = this.#scene;
      readiness.continueRun();
      if (life.pid !== null) this.#pidfile?.write(life.pid);
      if (life.pid !== null && program.isRunning) this.attendants.begin(life.pid, life.startedAt);
    },
    dismiss: () => {
      this.#endFreshening();
      this.#scene.readiness.endWait();
      this.hooks.endPreparation();
      this.attendants.end();
    },
    holdClocks: () => {
      this.#scene.readiness.pause();
      this.attendants.pause();
    },
    releaseClocks: () => {
      this.#scene.readiness.resume();
      this.attendants.resume();
    },
    schedule: () => this.#scheduling.plan(),
    noteTimeout: () => {
      const reason = `longer than ${this.#scene.runTimeout} s`;
      this.#scene.record.attribution.noteRenewal({ by: 'run-timeout', reason });
    },
    look: () => this.#scene.dispatch({ name: 'looked', ...this.#scene.program.look() }),
    arm: ({ at }) => {
      const { clock, dispatch, life } = this.#scene;
      this.#cancelDeadline();
      const cancel =
        this.#scheduling.await(at) ?? clock.after(at - clock.now(), () => dispatch({ name: 'deadline' }));
      const cancelRehearsal = life.name === 'backoff' ? planRehearsal(at, this.#scene) : () => {};
      this.#cancelDeadline = () => {
        cancel();
        cancelRehearsal();
      };
    },
    disarm: () => this.#cancelDeadline(),
    log: ({ level, text }) => this.#scene.eventLog.log(level, text),
    logEnding: ({ ending, exiting }, before) => {
      const suffix = exiting ? '; exiting now' : '';
      this.#pidfile?.remove();
      this.#scene.eventLog.log('info', `pid ${before.pid}: ${describeEnding(ending)}${suffix}`);
    },
    reportStarted: () => {
      const { pid } = this.#scene.life;
      if (pid !== null) this.#scene.waiters.settleStarts({ outcome: 'started', pid, ...this.#takeKilled() });
    },
    reportStartFailed: ({ retry, reason }) => {
      const { waiters, life } = this.#scene;
      if (reason !== undefined && life.pid !== null && life.name === 'starting')
        return waiters.settleStarts({ outcome: 'timeout', reason, lines: this.lastLines(), pid: life.pid });
      if (reason !== undefined && life.pid !== null) {
        waiters.settleStarts({ outcome: 'failed', reason, lines: [], retry, pid: life.pid });
        return;
      }
      const lines = this.lastLines();
      waiters.settleStarts({ outcome: 'failed', reason: this.#explainFailure(), lines, retry });
    },
    reportScheduled: ({ at }) => {
      const { clock, waiters } = this.#scene;
      waiters.settleStarts({ outcome: 'scheduled', at: wallTimeOf(at, clock) });
    },
    reportStartCancelled: () => this.#scene.waiters.settleStarts({ outcome: 'cancelled' }),
    reportStopped: ({ survivors = [] }) => {
      const leaves = this.#scene.life.name === 'gone' && !this.hooks.isBusy;
      const { waiters, program } = this.#scene;
      const killed = this.#takeKilled();
      const isStopped = survivors.length === 0;
      const outcome = isStopped
        ? ({ outcome: 'stopped', leaves, ...killed } as const)
        : ({ outcome: 'failed', reason: describeSurvivors(survivors, program), leaves } as const);
      this.lock.free(() => waiters.settleStops(outcome));
    },
    reportStopFailed: ({ reason }) => this.#scene.waiters.settleStops({ outcome: 'failed', reason }),
    reportStopCancelled: () => this.#scene.waiters.settleStops({ outcome: 'cancelled' }),
    leave: ({ status }) => {
      const { life, dispatch, readiness, leave } = this.#scene;
      const isHeld = life.leaveStatus === null && this.hooks.isBusy;
      if (isHeld) dispatch({ name: 'stay', status });
      this.hooks.finish(() => {
        if (isHeld) return dispatch({ name: 'part' });
        readiness.close();
        this.lock.free(() => leave(exitStatusOf(this.#scene, status)));
      });
    },
  };

  async #send(send: () => Promise<unknown>): Promise<void> {
    try {
      await send();
    } catch (error) {
      const { life, eventLog, dispatch } = this.#scene;
      const reason = `cannot signal pid ${life.pid}: ${describeReason(error)}`;
      eventLog.log('error', reason);
      dispatch({ name: 'refused', reason });
    }
  }

  /** A program that succeeds at once is most likely not what its user takes it for. */
  #explainFailure(): string {
    if (!this.failure.startsWith('it ended with exit status 0 ')) return this.failure;
    if (this.#scene.record.lastExit?.reason === BACKGROUND)
      return `${this.failure} and left processes behind, which were ended: ${BACKGROUND}`;
    const { stdin, pty } = this.#scene.order.settings;
    const reads = stdin === null && !pty ? ', or read its standard input, which is /dev/null' : '';
    return `${this.failure}; does it go into the background${reads}?`;
  }

  #takeKilled(): { killed?: string[] } {
    const killed = this.#killed.splice(0);
    return killed.length > 0 ? { killed } : {};
  }

  #spawn(): void {
    const { transcript, readiness, spawnFailed } = this.#scene;
    this.attendants.expect();
    // One that was left behind names a program that is dead.
    this.#pidfile?.remove();
    // Output that remains from an earlier run must precede this run's.
    transcript?.beginRun();
    this.#outputMark = transcript?.ring.total ?? 0;
    this.lock.take(refusal => {
      if (refusal !== null) return spawnFailed(refusal);
      readiness.equip(found => ('reason' in found ? spawnFailed(found.reason) : this.#openTerminal(found)));
    });
  }

  /** @param more what the program needs for its probes */
  #openTerminal(more: Equipment): void {
    const { transcript, spawnFailed } = this.#scene;
    if (!transcript) return this.#spawnWith(more);
    transcript.prepareRun(problem => (problem === null ? this.#spawnWith(more) : spawnFailed(problem)));
  }

  #spawnWith(more: Equipment): void {
    const { transcript, order, life, record, program, spawnFailed, save } = this.#scene;
    const command = prepareProgram(programWords(order, life.step), order, this.#scene);
    if ('reason' in command) return spawnFailed(command.reason);
    record.file = command.file;
    record.step = stepOf(order.settings, life);
    if (!transcript && !order.attached) return spawnFailed('the transcript cannot be opened');
    const own = record.step === null ? {} : { ZD_STEP: record.step };
    const environment = { ...command.environment, ...own, ...more.environment };
    const request = { ...command, environment, kind: KINDS.program, ownSession: transcript !== null };
    const opened = new Closers();
    try {
      const input = transcript && this.#scene.input.begin();
      if (transcript) save(readTicks());
      const streams = opened.add(transcript?.openOutlets(input) ?? ATTACHED);
      const others = opened.add(more.openDescriptors());
      const descriptors = [...streams.descriptors, ...others.descriptors];
      program.spawn({ ...request, descriptors }, () => opened.close());
    } catch (error) {
      opened.close();
      spawnFailed(describeReason(error));
    }
  }
}

/** Most programs are stopped by signals alone. */
export function loadOwnCommand(): typeof import('./program/own-command') {
  return require('./program/own-command');
}
