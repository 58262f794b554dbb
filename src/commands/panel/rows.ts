import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { viewOf } from '../../client/situation';
import type { EndRecord } from '../../protocol/history';
import type { StatusReport } from '../../protocol/messages';
import type { ExitRecord } from '../../protocol/outcomes';
import type { Configuration } from '../../settings/settings';
import { locateSocket } from '../../state/socket-path';
import { formatLocalTime } from '../../system/clock';
import { formatPort } from '../../system/proc/ports';
import { readOwner } from '../../system/processes';
import { showLine } from '../../system/show-controls';
import { describeEnding, nameSignal } from '../../system/signals';
import type { Glyphs } from '../../system/terminal';
import { nameUser } from '../../system/users';
import { quoteWords } from '../../system/words';
import { formatDuration, formatSize } from '../inspect/human';
import { describeCause, describeExit, lastExitOf } from '../inspect/state-text';
import { type Facts, pidOf, type Usage } from './facts';
import { drawProcesses } from './process-table';

/** A named line of the panel. */
export interface Row {
  name: string;
  /** A text is wrapped or cut, and a list of lines is cut, each by itself. */
  value: string | ((room: number) => string[]);
  /** How early it is left out where there is no room for all: 0 is the last one. */
  rank: number;
  /** Something is wrong. */
  isBad?: boolean;
}

/** Ends that are named. */
const ENDS = 3;
/** Ports that are named. */
const PORTS = 6;

/**
 * What the panel says, without what is unknown.
 *
 * @param configuration of the caller
 * @param facts
 * @param glyphs what can be shown
 * @returns in the order in which they are shown
 */
export function listRows(configuration: Configuration, facts: Facts, glyphs: Glyphs): Row[] {
  const { situation, usage, ends, now } = facts;
  const report = viewOf(situation)?.report ?? null;
  const lastExit = lastExitOf(situation);
  const says = report?.programStatus ? showLine(report.programStatus) : '';
  const rows: Row[] = [
    row('program', quoteWords(viewOf(situation)?.args ?? configuration.settings.program), 7),
    {
      ...row('config', describeFile(configuration, facts), 5),
      isBad: Boolean(facts.drift) || facts.isOutdated === true,
    },
    row(
      'process',
      [...describeProcess(facts), ...describeUsage(usage), ...describePorts(usage)].join(', '),
      0,
    ),
    { name: 'processes', value: room => drawProcesses(usage.processes, room, glyphs), rank: 2 },
    row('started', report?.pid && report.since ? describeStart(report, report.since) : '', 6),
    row('says', says, 1),
    { ...row('alive', report?.aliveError ? `no: ${report.aliveError}` : '', 0), isBad: true },
    row('crashes', report ? describeCrashes(report) : '', 1),
    row('last exit', lastExit ? describeLastExit(lastExit) : '', 3),
    {
      ...row('transcript', report ? describeTranscript(report, now) : '', 4),
      isBad: Boolean(report?.transcriptError),
    },
    row('manager', report ? describeManager(report, locateSocket(configuration.settings)) : '', 8),
    row('history', describeHistory(ends, now, glyphs), 6),
  ];
  return rows.filter(({ name, value }) => (name === 'processes' ? usage.processes.length > 1 : value !== ''));
}

function row(name: string, text: string, rank: number): Row {
  return { name, value: text, rank };
}

function describeFile({ file }: Configuration, { drift, situation, isOutdated }: Facts): string {
  if (file === null) return '';
  const path = resolve(file);
  if (isOutdated) return `${path}, changed since it was read here`;
  if (drift === null) return path;
  if (drift === '')
    return viewOf(situation)?.pid ? `${path}, unchanged since the start` : `${path}, unchanged`;
  return `${path}, changed since the start: ${drift}; zd apply applies it`;
}

/** Who it is; the rest follows in the same line, or in lines of its own. */
export function describeProcess({ situation, usage }: Facts): string[] {
  const pid = pidOf(situation);
  if (pid === null) return [];
  const uid = readOwner(pid);
  const children = usage.processes.length - 1;
  return [
    `pid ${pid}`,
    ...(uid === null ? [] : [`user ${nameUser(uid)}`]),
    ...(children < 1 ? [] : [children === 1 ? '1 child' : `${children} descendants`]),
    ...(viewOf(situation)?.report?.adopted ? ['adopted'] : []),
  ];
}

function describeUsage({ processes, memory, share }: Usage): string[] {
  return [
    ...(processes.length === 0 ? [] : [formatSize(memory)]),
    ...(share === null ? [] : [`${(100 * share).toFixed(1)} % CPU`]),
  ];
}

/** The first ones, and how many there are besides. */
export function describePorts({ ports }: Usage): string[] {
  const more = ports.length > PORTS ? [`${ports.length - PORTS} more ports`] : [];
  return [...ports.slice(0, PORTS).map(formatPort), ...more];
}

function describeStart({ startedBy, restarts }: StatusReport, since: number): string {
  const cause = startedBy ? ` by ${describeCause(startedBy)}` : '';
  const times = restarts ? `, start ${restarts + 1}` : '';
  return `${formatLocalTime(since)}${cause}${times}`;
}

/** A manager of an earlier zd does not count them. */
function describeCrashes({ crashes, givesUpAfter }: StatusReport): string {
  if (!Number.isFinite(crashes)) return '';
  return `${crashes}; ${givesUpAfter ? `gives up after ${givesUpAfter} more in a row` : 'never gives up'}`;
}

function describeLastExit(exit: ExitRecord): string {
  return `${formatLocalTime(exit.at)}, pid ${exit.pid}, ${describeExit(exit)}, after ${formatDuration(exit.uptime)}`;
}

function describeTranscript(report: StatusReport, now: number): string {
  const { transcript, transcriptLost: lost, transcriptHeld: held, transcriptError: error } = report;
  const command = report.transcriptProgram && describeReceiver(report.transcriptProgram);
  const loss = lost > 0 ? `${formatSize(lost)} lost` : 'nothing lost';
  const wait = held > 0 ? `, ${formatSize(held)} waiting` : '';
  if (command && transcript === '/dev/null') return `${error ?? command}, ${loss}${wait}`;
  if (error) return `${transcript}: ${error}, ${loss}${wait}`;
  if (transcript === '/dev/null') return 'none: output is not kept';
  const found = examine(transcript);
  const size = found === null ? '' : `, ${formatSize(found.size)}`;
  const last = found && found.size > 0 && now >= found.written ? describeAge(now - found.written) : '';
  return `${transcript}${size}${last}${command ? `, and ${command}` : ''}, ${loss}${wait}`;
}

function describeReceiver({ command, pid }: NonNullable<StatusReport['transcriptProgram']>): string {
  return `to ${quoteWords(command)}${pid === null ? '' : `, pid ${pid}`}`;
}

function describeAge(seconds: number): string {
  return `, last output ${seconds < 1 ? 'just now' : `${formatDuration(Math.floor(seconds))} ago`}`;
}

function examine(path: string): { size: number; written: number } | null {
  try {
    const { size, mtimeMs } = statSync(path);
    return { size, written: mtimeMs / 1000 };
  } catch {
    // It is relative to a folder that only the manager knows, or not for this user.
    return null;
  }
}

function describeManager(
  { managerPid, keeperPid, version, socketError }: StatusReport,
  socket: string,
): string {
  const keeper = keeperPid ? `keeper pid ${keeperPid}` : 'no keeper: it is the parent of the program';
  return `pid ${managerPid}, ${keeper}, zd ${version}, socket ${socket}${socketError ? `: ${socketError}` : ''}`;
}

/** `15:30:03 restart · 15:31:07 exit status 1`. */
function describeHistory(ends: readonly EndRecord[], now: number, { dot }: Glyphs): string {
  const today = formatLocalTime(now).slice(0, 10);
  return ends
    .slice(-ENDS)
    .map(end => {
      const [day = '', time = ''] = formatLocalTime(end.at).split('T');
      return `${day === today ? time : `${day.slice(5)} ${time.slice(0, 5)}`} ${nameEnd(end)}`;
    })
    .join(` ${dot} `);
}

/** The request, or how it ended. */
function nameEnd({ by, code, signal, pid, reason }: EndRecord): string {
  if (by !== 'nobody' && by !== 'unknown') return by === 'signal-by-zd' ? 'kill' : by;
  if (pid === undefined) return reason ?? 'not run';
  if (signal !== undefined) return nameSignal(signal);
  return describeEnding({ code: code ?? null, signal: null });
}
