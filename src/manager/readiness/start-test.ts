import { KINDS } from '../../protocol/keeper/wire';
import type { LaunchOrder } from '../../protocol/launch-order';
import type { Clock } from '../../system/clock';
import { describeReason } from '../../system/errors';
import type { Identity } from '../../system/identity';
import { identify } from '../../system/identity';
import { explainSpawn } from '../../system/run/explain-spawn';
import type { EventLog } from '../event-log';
import type { Parent, SpawnRequest } from '../parent/parent';
import { prepareSpawn, type SpawnSurroundings } from '../program/prepare-spawn';
import type { Outlets, Transcript } from '../transcript/transcript';

/** Seconds between the end of one try and the next (zdaemon). */
const TEST_INTERVAL = 1;
const SIGKILL = 9;
/** Seconds for a try unless probe-timeout is configured; zdaemon has no limit, so as zdaemon it is start-timeout. */
const USUAL_LIMIT = 5;
/** Minimum seconds for a try, even if start-timeout is shorter. */
const SHORTEST_LIMIT = 1;

export interface StartTestOrder {
  parent: Parent;
  /** What is run, without its descriptors. */
  command: Omit<SpawnRequest, 'descriptors'>;
  /** Opens what it gets as descriptors: its output goes where the program's output goes. */
  openOutput(): Pick<Outlets, 'close'> & { descriptors: SpawnRequest['descriptors'] };
  /** Seconds after which a try is killed and counts as failed; 0 is no limit. */
  limit: number;
  /** Called when the test exited 0, or cannot be run at all, which counts as passed (zdaemon). */
  passed(trouble: string | null): void;
  /** @param isLate whether the try was killed at the limit */
  failed(isLate: boolean): void;
}

export interface StartTestParts extends SpawnSurroundings {
  parent: Parent;
  clock: Clock;
  eventLog: EventLog;
  readonly transcript: Transcript | null;
}

/**
 * Starts the start test of an order.
 *
 * @param order names the test in `startTestProgram`
 * @param parts of the manager
 * @param passed called when the program counts as ready
 * @returns a function that ends the test
 */
export function testStart(order: LaunchOrder, parts: StartTestParts, passed: () => void): () => void {
  const { clock, eventLog, transcript, parent } = parts;
  const words = order.settings.startTestProgram ?? [];
  const found = prepareSpawn(words, order, parts, 'the start test');
  if ('reason' in found && !found.isTrusted) {
    eventLog.log('critical', `start test was not run: ${found.reason}`);
    passed();
    return () => {};
  }
  // A test that is not found is spawned anyway, so that the system supplies the reason.
  const environment = { ...parts.environment, ...order.environment };
  const unfound = { file: words[0] ?? '', args: words, environment, directory: '/', umask: 0o077 };
  const command = 'file' in found ? found : unfound;
  const { probeTimeout, startTimeout } = order.settings;
  const limit = probeTimeout ?? (order.patient ? Math.max(startTimeout, SHORTEST_LIMIT) : USUAL_LIMIT);
  return runStartTest(
    {
      parent,
      command: { ...command, kind: KINDS.helper, ownSession: true },
      openOutput: () => transcript?.openOutput() ?? { descriptors: ['null', 'same', 'same'], close() {} },
      limit,
      passed: trouble => {
        if (trouble === null) eventLog.log('debug', 'start test succeeded');
        else eventLog.log('critical', `start test raised ${trouble}`);
        passed();
      },
      failed: isLate => {
        if (!isLate) return eventLog.log('debug', 'start test failed');
        eventLog.log('warn', `start test took longer than ${limit} seconds (probe-timeout) and was killed`);
      },
    },
    clock,
  );
}

/**
 * Runs the start test repeatedly until it exits 0.
 *
 * @param order what to run, and the callbacks
 * @param clock for the pause between tries
 * @returns a function that ends the test, including the current try; no callback is called after that
 */
export function runStartTest(order: StartTestOrder, clock: Clock): () => void {
  const { parent, command, openOutput, limit } = order;
  let isOver = false;
  let isLate = false;
  let current: Identity | null = null;
  let cancelTimer = () => {};

  const attempt = () => {
    let output: ReturnType<StartTestOrder['openOutput']>;
    try {
      output = openOutput();
    } catch (error) {
      return order.passed(describeReason(error));
    }
    const { descriptors, close } = output;
    parent.spawn(
      { ...command, descriptors },
      {
        spawned(pid) {
          close();
          current = identify(pid);
          if (isOver) return killCurrent();
          isLate = false;
          if (limit > 0)
            cancelTimer = clock.after(limit, () => {
              isLate = true;
              killCurrent();
            });
        },
        failed(error) {
          close();
          if (!isOver) order.passed(explainSpawn(command.file, error, command));
        },
        exited({ code }) {
          cancelTimer();
          current = null;
          if (isOver) return;
          if (code === 0) return order.passed(null);
          order.failed(isLate);
          cancelTimer = clock.after(TEST_INTERVAL, attempt);
        },
      },
    );
  };
  /** A group that exited just now needs no signal. */
  const killCurrent = () => void (current && parent.signalGroup(current, SIGKILL).catch(() => {}));
  attempt();

  return () => {
    isOver = true;
    cancelTimer();
    killCurrent();
  };
}
