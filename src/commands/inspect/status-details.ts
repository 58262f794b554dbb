import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ActionContext, print } from '../../client/context';
import { findSituation, viewOf } from '../../client/situation';
import type { StatusReport } from '../../protocol/messages';
import type { ExitRecord } from '../../protocol/outcomes';
import { locateSocket } from '../../state/socket-path';
import { formatLocalTime } from '../../system/clock';
import { readOwner } from '../../system/processes';
import { showLine } from '../../system/show-controls';
import { chooseLook } from '../../system/terminal';
import { readUsage } from '../../system/usage';
import { nameUser } from '../../system/users';
import { quoteWords } from '../../system/words';
import { formatDuration, formatSize } from './human';
import { describeCause, describeExit, joinState, lastExitOf } from './state-text';
import { printStatus } from './status';
import { findHeadline, formatHeadline } from './status-block';

/** Columns of the names of the lines. */
const NAMES = 12;

/**
 * `status -v`: prints the sentence of `status`, what is true of the program, everything that is known of it, and the last
 * lines of output. Without a manager, the last run is reported from the files that the manager left.
 *
 * @param context
 * @param long as in `status`
 * @returns as `status`
 */
export async function statusInDetail(context: ActionContext, long: boolean): Promise<number> {
  const situation = await findSituation(context, null, { lines: true, settings: true });
  const code = printStatus(context, situation, { long, json: false });
  const headline = findHeadline(situation, context.clock.wall(), true);
  const { stdout } = context;
  if (headline && 'isTTY' in stdout && stdout.isTTY)
    context.write(
      `${formatHeadline(context, situation, headline, chooseLook(stdout as NodeJS.WriteStream, process.env))}\n`,
    );
  else if (headline) print(context, joinState(headline));
  const report = viewOf(situation)?.report ?? null;
  const lastExit = lastExitOf(situation);
  for (const [name, value] of listFacts(context, report, lastExit)) {
    if (value !== '') print(context, `  ${name.padEnd(NAMES)}${value}`);
  }
  const isUp = report?.pid !== null && report?.pid !== undefined;
  const lines = (isUp ? report.lines : lastExit?.lines) ?? [];
  if (lines.length > 0) print(context, '  last lines');
  for (const line of lines) print(context, `    ${showLine(line)}`);
  return code;
}

/** In the order in which they are printed; what is not known is empty. */
function listFacts(
  { configuration }: ActionContext,
  report: StatusReport | null,
  lastExit: ExitRecord | null,
): [name: string, value: string][] {
  const { file } = configuration;
  return [
    ['program', quoteWords(report?.args ?? configuration.settings.program)],
    ['config', file === null ? '' : resolve(file)],
    ['process', report ? describeProcess(report) : ''],
    ['started', report?.pid && report.since ? describeStart(report, report.since) : ''],
    ['says', report?.programStatus ? showLine(report.programStatus) : ''],
    ['alive', report?.aliveError ? `no: ${report.aliveError}` : ''],
    ['crashes', report ? describeCrashes(report) : ''],
    ['last exit', lastExit ? describeLastExit(lastExit) : ''],
    ['transcript', report ? describeTranscript(report) : ''],
    ['manager', report ? describeManager(report, locateSocket(configuration.settings)) : ''],
  ];
}

function describeProcess({ pid, uptime, adopted }: StatusReport): string {
  if (pid === null) return '';
  const { memory, descendants, processor } = readUsage(pid);
  const uid = readOwner(pid);
  const share = processor !== null && uptime ? (100 * processor) / uptime : null;
  return [
    `pid ${pid}`,
    ...(uid === null ? [] : [`user ${nameUser(uid)}`]),
    ...(descendants === 0 ? [] : [descendants === 1 ? '1 child' : `${descendants} descendants`]),
    ...(memory === null ? [] : [formatSize(memory)]),
    ...(share === null ? [] : [`${share.toFixed(1)} % CPU`]),
    ...(adopted ? ['adopted'] : []),
  ].join(', ');
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

function describeTranscript(report: StatusReport): string {
  const { transcript, transcriptLost: lost, transcriptHeld: held, transcriptError: error } = report;
  const loss = lost > 0 ? `${formatSize(lost)} lost` : 'nothing lost';
  const wait = held > 0 ? `, ${formatSize(held)} waiting` : '';
  if (error) return `${transcript}: ${error}, ${loss}${wait}`;
  if (transcript === '/dev/null') return 'none: output is not kept';
  const size = sizeOf(transcript);
  return `${transcript}${size === null ? '' : `, ${formatSize(size)}`}, ${loss}${wait}`;
}

function sizeOf(path: string): number | null {
  try {
    return statSync(path).size;
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
