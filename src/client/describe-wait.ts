import { readFileSync } from 'node:fs';
import type { StatusReport } from '../protocol/messages';
import { quoteWords } from '../system/words';
import { findAddress } from './address';
import type { ActionContext } from './context';
import { nameDaemon } from './name';
import type { Describe } from './progress';
import { queryManager } from './query';

/**
 * What a command waits for, for a line that is written anew each second.
 *
 * @param context
 * @param limit the longest wait for a start, in seconds; null for a stop
 */
export function describing(context: ActionContext, limit: number | null): Describe {
  const { configuration, clock } = context;
  const { startTestProgram } = configuration.settings;
  return async seconds => {
    const view = await queryManager(findAddress(configuration), clock);
    if (!view?.report) return null;
    const name = nameDaemon(configuration, view.args ?? []);
    return describeWait(view.report, { name, seconds, limit, test: quoteWords(startTestProgram ?? []) });
  };
}

export interface Wait {
  /** The name of the program. */
  name: string;
  /** How long the command has waited. */
  seconds: number;
  limit: number | null;
  /** The command line of the start test. */
  test: string;
}

/**
 * `stopping app: SIGTERM sent, 12 s of 300, still there: 4711 python3`.
 *
 * @returns null when nothing is waited for
 */
export function describeWait(report: StatusReport, { name, seconds, limit, test }: Wait): string | null {
  const { state, pid, killAt, now, testing } = report;
  if (state === 'stopping' || state === 'restarting') {
    const left = killAt === null ? null : Math.max(0, Math.round(killAt - now));
    const time = left === null ? `${seconds} s` : `${seconds} s of ${seconds + left}`;
    const rest = pid === null ? 'what the program left behind' : `${pid} ${nameProcess(pid)}`.trim();
    return `${state} ${name}: SIGTERM sent, ${time}, still there: ${rest}`;
  }
  if (state !== 'starting') return null;
  const time = limit === null ? `${seconds} s` : `${seconds} s of ${limit}`;
  return `starting ${name}: ${time}${testing ? `, waiting for ${test || 'the start test'}` : ''}`;
}

/** As ps(1) shows it; empty where /proc is missing. */
function nameProcess(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}
