import { quoteText } from '../faults';
import type { ReportLine } from './reading';

/**
 * Formats what became of the lines of a file of another system.
 *
 * @param report in the order of the file
 * @returns a line for each: `pmtr.conf:4: dropped 'nice 3': why`
 */
export function formatReport(report: readonly ReportLine[]): string[] {
  return report.map(formatLine);
}

/**
 * What is said when the programs of such a file are started.
 *
 * @returns one sentence without a full stop, or null if nothing that changes behaviour was lost
 */
export function describeLosses(report: readonly ReportLine[]): string | null {
  const lost = report.filter(({ losesBehaviour }) => losesBehaviour);
  const [first, ...others] = lost;
  if (!first) return null;
  const more =
    others.length === 0 ? '' : `, and ${others.length} other ${others.length === 1 ? 'line' : 'lines'}`;
  return `${formatLine(first)}${more}; 'zd show config' lists what differs`;
}

function formatLine({ origin, text, verdict, how }: ReportLine): string {
  const reason = how === null ? '' : `: ${how}`;
  return `${origin}: ${verdict} ${quoteText(text)}${reason}`;
}
