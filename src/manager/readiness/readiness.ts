import type { Probe } from '../../settings/probes/probe';
import type { Scene } from '../scene';
import { ProbeHost } from './host';
import { describeMissing, type Missing } from './look';
import { formatSeconds } from './seconds';
import { RunSigns } from './signs/run-signs';
import { TimedWait } from './timed-wait';
import { GROWING } from './wait';

/** Seconds for a try unless probe-timeout is configured; zdaemon has no limit, so as zdaemon it is start-timeout. */
const USUAL_LIMIT = 5;
/** Minimum seconds for a try, even if start-timeout is shorter. */
const SHORTEST_LIMIT = 1;
/** The pause between two start tests (zdaemon). */
const STEADY = { first: 1, factor: 1, longest: 1 };

export type ReadinessScene = Omit<Scene, 'readiness' | 'waiters' | 'leave'>;

/** What a wait is for. */
interface Purpose {
  /** The key of the setting. */
  key: 'wait-for' | 'ready' | 'start-test-program';
  probes: readonly Probe[];
  /** Seconds that it may take, or null. */
  seconds: number | null;
  held(): void;
  /** The time is over. @param reason which probe does not hold, and its last answer */
  late(reason: string): void;
}

/** Waits for what a start needs, and for the program to be ready. */
export class Readiness {
  readonly signs: RunSigns;
  readonly host: ProbeHost;
  readonly #scene: ReadinessScene;
  #wait: TimedWait | null = null;
  /** What was logged in this wait. */
  readonly #logged = new Set<string>();

  constructor(scene: ReadinessScene) {
    this.#scene = scene;
    this.signs = new RunSigns(scene);
    this.host = new ProbeHost(scene, probe => this.signs.answer(probe));
    this.signs.onNews = () => this.#wait?.hear();
  }

  /** While something is waited for: the probe that does not hold, and its last answer. */
  get missing(): string | null {
    return describeMissing(this.#wait?.missing ?? null);
  }

  /** Waits for what must be there before a start: calls `done`, or dispatches `unprepared`. */
  prepare(done: () => void): void {
    const { order, dispatch, noteFailure } = this.#scene;
    const { waitFor, waitForTimeout } = order.settings;
    this.#begin({
      key: 'wait-for',
      probes: waitFor ?? [],
      seconds: waitForTimeout,
      held: done,
      late: missing => {
        const reason = `wait-for did not hold within ${formatSeconds(waitForTimeout)}: ${missing}`;
        noteFailure(reason);
        dispatch({ name: 'unprepared', reason });
      },
    });
  }

  /** Waits for the program to be ready; `tested` or, before it, `notReady` is dispatched. */
  test(): void {
    const { order, dispatch, program, life, clock, noteFailure } = this.#scene;
    const { startTestProgram: words, startTimeout, ready } = order.settings;
    this.signs.continue();
    const spent = life.startedAt === null ? 0 : clock.now() - life.startedAt;
    this.#begin({
      key: words ? 'start-test-program' : 'ready',
      probes: words ? [{ kind: 'command', words }] : (ready ?? []),
      // A client of zdaemon's decides itself how long it waits.
      seconds: order.patient ? null : Math.max(0, startTimeout - spent),
      // Another process may have answered: it proves nothing of a program that has died since.
      held: () => program.isRunning && dispatch({ name: 'tested' }),
      late: reason => {
        noteFailure(`it was not ready after ${formatSeconds(startTimeout)} (start-timeout): ${reason}`);
        dispatch({ name: 'notReady', reason });
      },
    });
  }

  /** Ends what is waited for. */
  endWait(): void {
    this.#wait?.end();
    this.#wait = null;
  }

  /** The clock of a wait stands still, and goes on. */
  pause(): void {
    this.#wait?.pause();
  }

  resume(): void {
    this.#wait?.resume();
  }

  #begin({ key, probes, seconds, held, late }: Purpose): void {
    const { clock, order } = this.#scene;
    const asZdaemon = key === 'start-test-program' && order.patient;
    this.endWait();
    this.#logged.clear();
    this.#wait = new TimedWait(this.host.makeTries(key, probes, key !== 'wait-for'), {
      clock,
      limit: this.#findLimit(),
      pauses: asZdaemon ? STEADY : GROWING,
      seconds,
      held: () => {
        this.#log(key, null);
        held();
      },
      failed: missing => {
        this.#log(key, missing);
        // A start test that cannot be run has passed (zdaemon).
        if (!asZdaemon || !missing.isTrouble) return true;
        held();
        return false;
      },
      late: missing => late(describeMissing(missing) ?? 'no answer yet'),
    });
    this.#wait.begin();
  }

  #findLimit(): number {
    const { settings, patient } = this.#scene.order;
    const { probeTimeout, startTimeout } = settings;
    return probeTimeout ?? (patient ? Math.max(startTimeout, SHORTEST_LIMIT) : USUAL_LIMIT);
  }

  /** The words for a start test are zdaemon's. */
  #log(key: Purpose['key'], missing: Missing | null): void {
    const isTest = key === 'start-test-program';
    const what = isTest ? 'start test' : key;
    const { eventLog, order, emit } = this.#scene;
    if (missing === null) return eventLog.log('debug', `${what} succeeded`);
    const { says, isLate, isTrouble } = missing;
    const text = `${what}: ${describeMissing(missing)}`;
    if (isTrouble) {
      this.#logTrouble(isTest && order.patient ? `start test raised ${withoutLead(says)}` : text, () =>
        emit({ event: 'probe-failed', setting: key, probe: missing.name, reason: says }),
      );
      return;
    }
    if (!isTest) return eventLog.log('debug', text);
    if (!isLate) return eventLog.log('debug', 'start test failed');
    eventLog.log(
      'warn',
      `start test took longer than ${this.#findLimit()} seconds (probe-timeout) and was killed`,
    );
  }

  /** Once for each text in a wait. */
  #logTrouble(text: string, tell: () => void): void {
    if (this.#logged.has(text)) return;
    this.#logged.add(text);
    this.#scene.eventLog.log('critical', text);
    tell();
  }
}

function withoutLead(says: string): string {
  return says.replace(/^cannot be run: /, '');
}
