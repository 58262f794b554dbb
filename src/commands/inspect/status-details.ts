import { type ActionContext, print } from '../../client/context';
import { NoManager, PlainManager, request } from '../../client/request';
import type { StatusReport } from '../../protocol/messages';
import type { ExitRecord } from '../../protocol/outcomes';
import { nameStateFolder } from '../../state/folder';
import { locateSocket } from '../../state/socket-path';
import { readState } from '../../state/state-file';
import { formatLocalTime } from '../../system/clock';
import { describeEnding } from '../../system/signals';
import { status } from './status';

/**
 * `status -v`: the sentence of `status`, then how the transcript is doing, how the last run ended and the last lines
 * the program said. Where there is no manager any more, the last run is told from what it left.
 *
 * @param context
 * @param long as in `status`
 * @returns as `status`
 */
export async function statusInDetail(context: ActionContext, long: boolean): Promise<number> {
  const code = await status(context, { long, json: false });
  const socket = locateSocket(context.configuration.settings);
  const report = await askForReport(socket, context);
  const say = (text: string) => print(context, text);
  if (report) {
    const { transcript, transcriptLost: lost, transcriptHeld: held, transcriptError: error } = report;
    say(`transcript ${transcript}: ${error ?? 'written'}; ${lost} bytes lost, ${held} bytes waiting`);
  }
  const lastExit = report?.lastExit ?? readState(nameStateFolder(socket)).state?.lastExit ?? null;
  if (lastExit) describeExit(lastExit).forEach(say);
  if (report?.pid && report.lines && report.lines.length > 0) {
    say('last lines:');
    for (const line of report.lines) say(`  ${line}`);
  }
  return code;
}

function describeExit(exit: ExitRecord): string[] {
  const { pid, at, uptime, lines = [] } = exit;
  return [
    `last exit: pid ${pid}, ${describeEnding(exit)}, ${formatLocalTime(at)}, after ${uptime.toFixed(2)} seconds`,
    ...lines.map(line => `  ${line}`),
  ];
}

async function askForReport(socket: string, { clock }: ActionContext): Promise<StatusReport | null> {
  try {
    return (await request({ socket, clock }, 'status', { lines: true })) as StatusReport;
  } catch (error) {
    if (error instanceof NoManager || error instanceof PlainManager) return null;
    throw error;
  }
}
