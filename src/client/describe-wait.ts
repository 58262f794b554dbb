import { readFileSync } from 'node:fs';
import type { StatusReport } from '../protocol/messages';
import { findAddress } from './address';
import type { ActionContext } from './context';
import { nameDaemon } from './preflight/name';
import type { Describe } from './progress';
import { queryManager } from './query';

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
    return describeWait(view.report, { name, seconds, limits });
  };
}

export interface Wait {
  /** The name of the program. */
  name: string;
  /** How long the command has waited. */
  seconds: number;
  limits: StartLimits | null;
}

/**
 * `stopping app: SIGTERM sent, 12 s of 300, still there: 4711 python3`.
 *
 * @returns null when nothing is waited for
 */
export function describeWait(report: StatusReport, { name, seconds, limits }: Wait): string | null {
  const { state, pid, killAt, stopStep, now, waitingFor } = report;
  if (state === 'stopping' || state === 'restarting') {
    const left = killAt === null ? null : Math.max(0, Math.round(killAt - now));
    const time = left === null ? `${seconds} s` : `${seconds} s of ${seconds + left}`;
    const rest = pid === null ? 'what the program left behind' : `${pid} ${nameProcess(pid)}`.trim();
    const step = stopStep === 'stop-program' ? 'stop-program runs' : `${stopStep ?? 'SIGTERM'} sent`;
    return `${state} ${name}: ${step}, ${time}, still there: ${rest}`;
  }
  if (state !== 'starting') return null;
  const limit = pid === null ? limits?.waitFor : limits?.ready;
  const time = limit === undefined ? `${seconds} s` : `${seconds} s of ${limit}`;
  // A manager of an earlier zd has no such field.
  return `starting ${name}: ${time}${waitingFor ? `, waiting for ${waitingFor}` : ''}`;
}

/** As ps(1) shows it; empty where /proc is missing. */
function nameProcess(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}
