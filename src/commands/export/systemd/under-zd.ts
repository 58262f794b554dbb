import type { Settings } from '../../../settings/settings';
import { parseSignal } from '../../../system/signals';
import { askZd, type Job } from '../jobs';
import type { ExportRequest } from '../types';
import { quoteCommand } from './quoting';
import { isStarted, setVariable, span, type Unit } from './unit';

/** Seconds between an end of zd and the next start; it has made its own pauses by then. */
const PAUSE = 10;
/** Seconds beyond what a start may take. */
const MARGIN = 15;
/** The status of zd for a fault in the configuration, which no restart mends. */
const USAGE = 2;

/** A unit whose main process is zd: a process of its own says that the program is up, so all of them may. */
export function describeUnderZd(request: ExportRequest, job: Job): Unit {
  const { machine } = request;
  const settings = job.program?.configuration.settings ?? null;
  const service = [
    'Type=notify',
    'NotifyAccess=all',
    `ExecStart=${quoteCommand(job.words)}`,
    // `up` reads its files again.
    `ExecReload=${settings === null ? '/bin/kill -HUP $MAINPID' : quoteCommand(askZd(request, job, 'reload'))}`,
    setVariable('PATH', machine.path),
    ...(machine.caller === null ? [] : [`User=${machine.caller}`]),
    'KillMode=mixed',
    `TimeoutStartSec=${span(settings === null ? null : startTime(settings))}`,
    `TimeoutStopSec=${span(job.stop)}`,
    ...(settings?.once
      ? ['Restart=no']
      : [
          'Restart=on-failure',
          `RestartSec=${PAUSE}`,
          `RestartPreventExitStatus=${finalStatuses(settings).join(' ')}`,
        ]),
  ];
  return { unit: [], service, lost: [], isWanted: settings === null || isStarted(settings) };
}

/** The longest time until the first start has succeeded; null if zd tries again and again. */
function startTime(settings: Settings): number | null {
  const { forever, attempts, waitFor, ready, beforeStart, startTestProgram, startSeconds } = settings;
  if (forever || attempts !== null) return null;
  const times = [
    waitFor === null ? 0 : settings.waitForTimeout,
    beforeStart === null ? 0 : settings.hookTimeout,
    ready === null && startTestProgram === null ? 0 : settings.startTimeout,
    startSeconds === 'auto' ? 2 : startSeconds,
  ];
  return Math.ceil(times.reduce((sum, time) => sum + time, 0)) + MARGIN;
}

/** The statuses of `fg --supervise` that are meant: a signal that ended the program is 128 more. */
function finalStatuses(settings: Settings | null): number[] {
  const ends = settings === null ? [] : [...settings.exitCodes, ...settings.failureCodes];
  const statuses = ends.map(end => (typeof end === 'string' ? 128 + (parseSignal(end) ?? 0) : end));
  return [...new Set([USAGE, ...statuses])]
    .filter(status => status > 0 && status < 256)
    .sort((a, b) => a - b);
}
