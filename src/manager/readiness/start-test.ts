import { type ChildProcess, spawn } from 'node:child_process';
import type { LaunchOrder } from '../../protocol/launch-order';
import type { Clock } from '../../system/clock';
import { describeReason } from '../../system/errors';
import type { EventLog } from '../event-log';
import { prepareSpawn, type SpawnSurroundings } from '../program/prepare-spawn';
import type { Transcript } from '../transcript/transcript';

/** Seconds between the end of one try and the next (zdaemon 1.7, 67). */
const TEST_INTERVAL = 1;
/** A try has at least this many seconds, whatever start-timeout says of the wait for it. */
const SHORTEST_LIMIT = 1;

export interface StartTestOrder {
  file: string;
  args: readonly string[];
  environment: Record<string, string | undefined>;
  /** Lends a descriptor for its output, which goes where the program's goes. */
  lendOutput<T>(use: (output: number | 'inherit') => T): T;
  /** A try that takes longer is killed and counts as failed; seconds. */
  limit: number;
  /** It exited 0, or cannot be run at all, which counts as passed (zdaemon 1.7, 68). */
  passed(trouble: string | null): void;
  failed(): void;
}

export interface StartTestParts extends SpawnSurroundings {
  clock: Clock;
  eventLog: EventLog;
  readonly transcript: Transcript | null;
}

/**
 * Begins the start test of an order.
 *
 * @param order names it in `startTestProgram`
 * @param parts of the manager
 * @param passed told when the program may count as ready
 * @returns a function that ends it
 */
export function testStart(order: LaunchOrder, parts: StartTestParts, passed: () => void): () => void {
  const { clock, eventLog, transcript } = parts;
  const words = order.settings.startTestProgram ?? [];
  const spawn = prepareSpawn(words, order, parts);
  // One that cannot be found is tried all the same: the reason is the system's then.
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
 * Runs the start test again and again until it exits 0.
 *
 * @param order what to run and whom to tell
 * @param clock for the pause between tries
 * @returns a function that ends it, the running try included; nothing is told after that
 */
export function runStartTest(order: StartTestOrder, clock: Clock): () => void {
  let over = false;
  let current: ChildProcess | null = null;
  let cancelTimer = () => {};

  const attempt = () => {
    const { child, trouble } = spawnTest(order);
    if (!child?.pid) {
      const tell = (text: string) => !over && order.passed(text);
      if (child) child.once('error', error => tell(describeReason(error)));
      else tell(trouble);
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
    // It ended in between.
  }
}
