import { type ActionContext, print } from '../../client/context';
import { findSituation, viewOf } from '../../client/situation';
import type { StatusReport } from '../../protocol/messages';
import type { ExitRecord } from '../../protocol/outcomes';
import { formatLocalTime } from '../../system/clock';
import { describeEnding } from '../../system/signals';
import { printStatus } from './status';

/**
 * `status -v`: prints the sentence of `status`, the state of the transcript, how the last run ended, and the last lines
 * of output. Without a manager, the last run is reported from the files that the manager left.
 *
 * @param context
 * @param long as in `status`
 * @returns as `status`
 */
export async function statusInDetail(context: ActionContext, long: boolean): Promise<number> {
  const situation = await findSituation(context, null, { lines: true, settings: true });
  const code = printStatus(context, situation, { long, json: false });
  const report = viewOf(situation)?.report ?? null;
  const printLine = (text: string) => print(context, text);
  if (report) {
    const { transcript, transcriptLost: lost, transcriptHeld: held, transcriptError: error } = report;
    printLine(describeManagement(report));
    printLine(`transcript ${transcript}: ${error ?? 'written'}; ${lost} bytes lost, ${held} bytes waiting`);
  }
  const lastExit = situation.kind === 'managed' ? report?.lastExit : situation.lastExit;
  if (lastExit) describeExit(lastExit).forEach(printLine);
  if (report?.pid && report.lines && report.lines.length > 0) {
    printLine('last lines:');
    for (const line of report.lines) printLine(`  ${line}`);
  }
  return code;
}

/** Which way the program is kept; a manager of zd 0.1 does not say. */
function describeManagement({ managerPid, keeperPid }: StatusReport): string {
  const keeper = keeperPid
    ? `keeper pid=${keeperPid}`
    : 'no keeper, the manager is the parent of the program';
  return `manager pid=${managerPid}, ${keeper}`;
}

function describeExit(exit: ExitRecord): string[] {
  const { pid, at, uptime, lines = [] } = exit;
  return [
    `last exit: pid ${pid}, ${describeEnding(exit)}, ${formatLocalTime(at)}, after ${uptime.toFixed(2)} seconds`,
    ...lines.map(line => `  ${line}`),
  ];
}
