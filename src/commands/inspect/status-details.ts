import { type ActionContext, print } from '../../client/context';
import { findSituation, viewOf } from '../../client/situation';
import type { ExitRecord } from '../../protocol/outcomes';
import { formatLocalTime } from '../../system/clock';
import { describeEnding } from '../../system/signals';
import { printStatus } from './status';

/**
 * `status -v`: the sentence of `status`, then how the transcript is doing, how the last run ended and the last lines
 * the program said. Where there is no manager any more, the last run is told from what it left.
 *
 * @param context
 * @param long as in `status`
 * @returns as `status`
 */
export async function statusInDetail(context: ActionContext, long: boolean): Promise<number> {
  const situation = await findSituation(context, true);
  const code = printStatus(context, situation, { long, json: false });
  const report = viewOf(situation)?.report ?? null;
  const say = (text: string) => print(context, text);
  if (report) {
    const { transcript, transcriptLost: lost, transcriptHeld: held, transcriptError: error } = report;
    say(`transcript ${transcript}: ${error ?? 'written'}; ${lost} bytes lost, ${held} bytes waiting`);
  }
  const lastExit = situation.kind === 'managed' ? report?.lastExit : situation.lastExit;
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
