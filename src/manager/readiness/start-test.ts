import { type ChildProcess, spawn } from 'node:child_process';
import type { LaunchOrder } from '../../protocol/launch-order';
import type { Clock } from '../../system/clock';
import { describeReason } from '../../system/errors';
import type { EventLog } from '../event-log';
import { prepareSpawn, type SpawnSurroundings } from '../program/prepare-spawn';
import type { Transcript } from '../transcript/transcript';

/** Seconds between the end of one try and the next (zdaemon). */
const TEST_INTERVAL = 1;
/** Minimum seconds for a try, even if start-timeout is shorter. */
const SHORTEST_LIMIT = 1;

export interface StartTestOrder {
  file: string;
  args: readonly string[];
  environment: Record<string, string | undefined>;
  /** Lends a descriptor for the test's output, which goes where the program's output goes. */
  lendOutput<T>(use: (output: number | 'inherit') => T): T;
  /** Seconds after which a try is killed and counts as failed. */
  limit: number;
  /** Called when the test exited 0, or cannot be run at all, which counts as passed (zdaemon). */
  passed(trouble: string | null): void;
  failed(): void;
}

export interface StartTestParts extends SpawnSurroundings {
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
  const { clock, eventLog, transcript } = parts;
  const words = order.settings.startTestProgram ?? [];
  const spawn = prepareSpawn(words, order, parts);
  // A test that is not found is spawned anyway, so that the system supplies the reason.
  const environment = 'file' in spawn ? spawn.environment : { ...parts.environment, ...order.environment };
  return runStartTest(
    {
      file: 'file' in spawn ? spawn.file : (words[0] ?? ''),
      args: words,
      environment,
      lendOutput: use => (transcript ? transcript.lendOutput(use) : use('inherit')),
      limit: Math.max(order.settings.startTimeout, SHORTEST_LIMIT),
      passed: trouble => {
        if (trouble === null) eventLog.log('debug', 'start test succeeded');
        else eventLog.log('critical', `start test raised ${trouble}`);
        passed();
      },
      failed: () => eventLog.log('debug', 'start test failed'),
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
  let over = false;
  let current: ChildProcess | null = null;
  let cancelTimer = () => {};

  const attempt = () => {
    const { child, trouble } = spawnTest(order);
    if (!child?.pid) {
      const report = (text: string) => !over && order.passed(text);
      if (child) child.once('error', error => report(describeReason(error)));
      else report(trouble);
      return;
    }
    current = child;
    cancelTimer = clock.after(order.limit, () => killGroup(child));
    child.once('exit', code => {
      cancelTimer();
      current = null;
      if (over) return;
      if (code === 0) return order.passed(null);
      order.failed();
      cancelTimer = clock.after(TEST_INTERVAL, attempt);
    });
  };
  attempt();

  return () => {
    over = true;
    cancelTimer();
    if (current) killGroup(current);
  };
}

function spawnTest(order: StartTestOrder): { child: ChildProcess | null; trouble: string } {
  try {
    const child = order.lendOutput(output =>
      spawn(order.file, order.args.slice(1), {
        argv0: order.args[0],
        env: order.environment,
        stdio: ['ignore', output, output],
        detached: true,
      }),
    );
    return { child, trouble: '' };
  } catch (error) {
    return { child: null, trouble: describeReason(error) };
  }
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It exited just now.
  }
}
