import { readFileSync } from 'node:fs';
import type { StatusReport } from '../protocol/messages';
import { isAlive, listChildren, readProcess } from '../system/processes';
import { findAddress } from './address';
import type { ActionContext } from './context';
import { nameDaemon } from './preflight/name';
import type { Describe } from './progress';
import { queryManager } from './query';

const SIGTERM = 15;

/** The longest waits of a start in seconds: for readiness, and for what must be there before. */
export interface StartLimits {
  ready: number;
  waitFor: number;
}

/**
 * What a command waits for, for a line that is written anew each second.
 *
 * @param context
 * @param limits null for a stop
 */
export function describing(context: ActionContext, limits: StartLimits | null): Describe {
  const { configuration, clock } = context;
  return async seconds => {
    const view = await queryManager(findAddress(configuration), clock);
    if (!view?.report) return null;
    const name = nameDaemon(configuration, view.args ?? []);
    const { stopSignals } = configuration.settings;
    const sent = stopSignals[0]?.signal === SIGTERM ? 'SIGTERM sent' : 'signals sent';
    return describeWait(view.report, { name, seconds, limits, sent, left: findLeft(view.report) });
  };
}

export interface Wait {
  /** The name of the program. */
  name: string;
  /** How long the command has waited. */
  seconds: number;
  limits: StartLimits | null;
  /** What a stop has done so far. */
  sent?: string;
  /** The pids of what the program has left behind, as far as they can be seen. */
  left?: readonly number[];
}

/**
 * `stopping app: SIGTERM sent, 12 s of 300, still there: 4711 python3`.
 *
 * @returns null when nothing is waited for
 */
export function describeWait(
  report: StatusReport,
  { name, seconds, limits, sent = 'SIGTERM sent', left: pids = [] }: Wait,
): string | null {
  const { state, pid, killAt, now, waitingFor, stopStep } = report;
  if (state === 'stopping' || state === 'restarting') {
    if (stopStep === 'after-exit') return `${state} ${name}: ${seconds} s, waiting for after-exit`;
    const left = killAt === null ? null : Math.max(0, Math.round(killAt - now));
    const time = left === null ? `${seconds} s` : `${seconds} s of ${seconds + left}`;
    return `${state} ${name}: ${sent}, ${time}, still there: ${nameAll(pid === null ? pids : [pid])}`;
  }
  if (state !== 'starting') return null;
  const limit = pid === null ? limits?.waitFor : limits?.ready;
  const time = limit === undefined ? `${seconds} s` : `${seconds} s of ${limit}`;
  // A manager of an earlier zd has no such field.
  return `starting ${name}: ${time}${waitingFor ? `, waiting for ${waitingFor}` : ''}`;
}

/** The children of the keeper that are not zd's own: what has lost its parent, or leads what it has started. */
function findLeft({ keeperPid, managerPid, pid }: StatusReport): number[] {
  if (keeperPid === null || pid !== null) return [];
  return listChildren(keeperPid).filter(
    child =>
      child !== managerPid && isAlive(readProcess(child)) && readProcess(child)?.session !== managerPid,
  );
}

/** How many are named; the rest are counted. */
const MOST_NAMES = 3;

function nameAll(pids: readonly number[]): string {
  if (pids.length === 0) return 'what the program left behind';
  const names = pids.slice(0, MOST_NAMES).map(pid => `${pid} ${nameProcess(pid)}`.trim());
  const more = pids.length > MOST_NAMES ? ` and ${pids.length - MOST_NAMES} more` : '';
  return `${names.join(', ')}${more}`;
}

/** As ps(1) shows it; empty where /proc is missing. */
function nameProcess(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}
