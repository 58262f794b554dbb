import type { Situation } from '../../client/situation';
import type { StatusReport } from '../../protocol/messages';
import type { By, Cause, DownRecord, ExitRecord } from '../../protocol/outcomes';
import { describeEnding, nameSignal } from '../../system/signals';
import { formatDuration, formatInstant, formatPast } from './human';

/* What is true of a program, in one clause. A plain `status` loads this module. */

/** The words for a state, of which the first one names it. */
export interface StateText {
  word: string;
  rest: string;
  /** What comes next, as a clause of its own. */
  next?: string;
}

const SIGTERM = 15;
/** How the reason ends if it was not the start that failed. */
const HOPELESS = ', which is in failure-codes';
/** Causes that are settings of these names. */
const SETTINGS: By[] = [
  'restart-every',
  'restart-on-change',
  'memory-limit',
  'alive',
  'run-timeout',
  'start-timeout',
  'watch-config',
];

/** A state in one line, for a pipe. */
export function joinState({ word, rest, next }: StateText): string {
  return `${word}${rest}${next ? `; ${next}` : ''}`;
}

/** Where the sentence of zdaemon misleads: what is true; null for a program that is simply up or down. */
export function describeTransition(report: StatusReport): StateText | null {
  const { state, testing, waitingFor, uptime, killAt, pid, now } = report;
  if (state === 'starting') {
    const up = testing ? 'it is not ready yet' : 'start-seconds have not passed yet';
    const pending = pid === null ? 'wait-for has given no answer yet' : up;
    // A manager of an earlier zd has no such field.
    const wait = waitingFor ? `waiting for ${waitingFor}` : pending;
    return { word: 'starting', rest: `${uptime === null ? '' : ` for ${formatDuration(uptime)}`}: ${wait}` };
  }
  if (state === 'stopping' || state === 'restarting') {
    const what = describeStep(report);
    const kill = killAt ? `, SIGKILL follows ${formatInstant(killAt, now)} (stop-timeout)` : '';
    return { word: state, rest: `: ${what}${kill}` };
  }
  if (state === 'paused') return { word: 'paused', rest: `, pid ${pid}`, next: 'zd continue lets it go on' };
  if (state === 'waiting') return describeWaiting(report);
  if (state === 'running' && report.notReady)
    return { word: 'not ready', rest: `, running for ${formatDuration(uptime ?? 0)}: ${report.notReady}` };
  if (state === 'running' && (report.isLast || report.step)) return describeRound(report);
  return state === 'backoff' ? describeCrashes(report) : null;
}

/** A manager of an earlier zd has only one step. */
function describeStep({ pid, stopStep }: StatusReport): string {
  if (stopStep === 'after-exit') return 'after-exit is running';
  if (pid === null) return 'what the program left behind is being ended';
  return stopStep === 'stop-program'
    ? `stop-program is to stop pid ${pid}`
    : `${stopStep ?? 'SIGTERM'} was sent to pid ${pid}`;
}

/** What comes next is the first thing to know of a schedule. */
function describeWaiting(report: StatusReport): StateText {
  const { nextRun, lastExit, crashes, skipped, now } = report;
  const what = report.step === null ? 'next run' : `next is the step ${report.step}`;
  const when = nextRun ? ` ${formatInstant(nextRun, now)}` : '';
  const last = lastExit ? `last run: ${describeLength(lastExit)}` : 'no run yet';
  const failed = crashes > 0 ? `, ${crashes} failed` : '';
  const missed = skipped > 0 ? `, ${skipped} skipped` : '';
  return { word: 'waiting', rest: `: ${what}${when}`, next: `${last}${failed}${missed}` };
}

function describeRound({ step, isLast, uptime }: StatusReport): StateText {
  const age = uptime === null ? '' : ` for ${formatDuration(uptime)}`;
  const next = isLast ? { next: 'nothing follows it, as stop --after-step asks for' } : {};
  return { word: 'running', rest: `${step ? ` the step ${step}` : ''}${age}`, ...next };
}

function describeCrashes(report: StatusReport): StateText {
  const { backoff, lastExit, nextAttempt, givesUpAfter, outcome, inARow, reason, now } = report;
  const why = reason && !isEnd(reason) ? reason : null;
  const how = why ?? (lastExit ? describeLength(lastExit) : 'it could not be executed');
  const left = nextAttempt ? formatDuration(Math.max(0, nextAttempt - now)) : null;
  if (outcome === 'gave-up') {
    const next = left === null ? {} : { next: `begins anew in ${left}` };
    return { word: 'gave up', rest: ` after ${countCrashes(inARow ?? 1)}, ${how}`, ...next };
  }
  const times = backoff > 1 ? `${backoff} times in a row` : 'once';
  const next = left === null ? '' : `next try in ${left}`;
  const end = givesUpAfter ? `, gives up after ${givesUpAfter} more` : '';
  return { word: 'crashing', rest: `: ${times}, ${how}`, next: `${next}${end}` };
}

function countCrashes(count: number): string {
  return count === 1 ? '1 crash' : `${count} crashes in a row`;
}

/** Whether a reason is the sentence of an end, of which the record has more. */
function isEnd(reason: string): boolean {
  return /^it (ended with|was terminated by) /.test(reason);
}

/** How the program came to be down; null if it is up, or if that is unknown. */
export function findDown(situation: Situation): DownRecord | null {
  if (situation.kind === 'orphaned') return null;
  if (situation.kind !== 'managed') return situation.down;
  const { outcome, at, by, user, inARow, reason } = situation.view.report ?? {};
  if (!outcome || !by) return null;
  return { outcome, at: at ?? null, by, user: user ?? null, inARow: inARow ?? 0, reason: reason ?? null };
}

/** The last exit of the program, if it is known. */
export function lastExitOf(situation: Situation): ExitRecord | null {
  return situation.kind === 'managed' ? (situation.view.report?.lastExit ?? null) : situation.lastExit;
}

/**
 * How the program came to be down.
 *
 * @param down the record of it
 * @param lastExit of the program, if it is known
 * @param now seconds since 1970
 */
export function describeDown(down: DownRecord, lastExit: ExitRecord | null, now: number): StateText {
  const when = down.at === null ? '' : ` ${formatPast(down.at, now)}`;
  // A start fails with an exit, or with a reason of the system.
  const exit = lastExit && (!down.reason || isEnd(down.reason)) ? describeLength(lastExit) : null;
  const why = exit ?? down.reason;
  switch (down.outcome) {
    case 'gave-up':
      return {
        word: 'gave up',
        rest: `${when} after ${countCrashes(down.inARow)}${why ? `, ${why}` : ''}`,
      };
    case 'failed':
      return down.reason?.endsWith(HOPELESS)
        ? { word: 'failed', rest: `${when}: ${why}${HOPELESS}` }
        : { word: 'failed', rest: ` to start${when}${why ? `: ${why}` : ''}` };
    case 'ended': {
      const cause = down.by === 'signal-by-zd' ? `, because of ${describeCause(down)}` : '';
      return { word: 'ended', rest: `${when}${exit ? `, ${exit}` : ''}${cause}` };
    }
    case 'killed': {
      if (down.at === null)
        return { word: 'killed', rest: ` with its manager${down.reason ? `: ${down.reason}` : ''}` };
      const signal = lastExit?.signal ? ` by ${describeSignal(lastExit, lastExit.signal)}` : '';
      return { word: 'killed', rest: `${signal}${when}` };
    }
    default: {
      const who = down.by === 'stop' && down.user ? down.user : describeCause(down);
      const usual = lastExit?.signal === SIGTERM ? `after ${formatDuration(lastExit.uptime)}` : exit;
      return { word: 'stopped', rest: ` by ${who}${when}${usual ? `, ${usual}` : ''}` };
    }
  }
}

/** `exit status 1 after 0.4 s`, with the setting that ended it. */
function describeLength(exit: ExitRecord): string {
  const isSetting = exit.by !== undefined && SETTINGS.includes(exit.by);
  const why = exit.by === 'nobody' && exit.reason ? `: ${exit.reason}` : '';
  const cause = isSetting ? ` by ${describeCause(exit)}` : why;
  return `${describeEnding(exit)} after ${formatDuration(exit.uptime)}${cause}`;
}

/** How the program exited, and what made it do so: `SIGTERM by zd stop (root)`, `exit status 1`. */
export function describeExit(exit: ExitRecord): string {
  if (exit.signal !== null) return describeSignal(exit, exit.signal);
  const isAsked = exit.by !== undefined && exit.by !== 'nobody' && exit.by !== 'unknown';
  return `${describeEnding(exit)}${isAsked ? `, asked by ${describeCause(exit)}` : ''}`;
}

/** `zd stop (root)`; a client of zdaemon does not say its user. */
export function describeCause({ by, user, reason }: Partial<Cause>): string {
  if (by === 'signal') return 'a signal to the manager';
  if (by !== undefined && SETTINGS.includes(by)) return `${by}${reason ? ` (${reason})` : ''}`;
  const command = by === 'signal-by-zd' ? 'kill' : (by ?? 'stop');
  return `zd ${command}${user ? ` (${user})` : ''}`;
}

function describeSignal(exit: Partial<ExitRecord>, signal: number): string {
  const name = `${nameSignal(signal)}${exit.core ? ', core dumped' : ''}`;
  if (exit.by === undefined) return name;
  return exit.by === 'nobody' ? `${name}, which zd did not send` : `${name} by ${describeCause(exit)}`;
}
