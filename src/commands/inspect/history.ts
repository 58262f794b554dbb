import { type ActionContext, addFacts, complain, print } from '../../client/context';
import { findEnds } from '../../client/history';
import { findSituation } from '../../client/situation';
import { type EndRecord, MOST_ENDS } from '../../protocol/history';
import { formatLocalTime } from '../../system/clock';
import { ExitStatus, UsageError } from '../../system/errors';
import { showLine } from '../../system/show-controls';
import { describeEnding, nameSignal } from '../../system/signals';
import { measure } from '../../system/text/columns';
import { alignCells } from '../../system/text/table';
import { formatDuration, formatSize } from './human';
import { describeCause } from './state-text';

/** Requests after which an end is no surprise, so that the last output is of no interest. */
const EXPECTED = ['stop', 'restart', 'exit', 'signal', 'signal-by-zd', 'restart-every', 'restart-on-change'];

/**
 * `history [-n N] [--json]`: prints how the program ended the last times, oldest first, and what made it.
 *
 * @param count how many ends, as typed; null = all that are kept
 * @returns 0; 4 if the manager cannot be reached
 * @throws UsageError for a count that is not a number from 1 to 50
 */
export async function history(context: ActionContext, count: string | null): Promise<number> {
  const most = readCount(count);
  const found = await findEnds(context, await findSituation(context));
  if (found === null) complain(context, 'a manager of zdaemon keeps no history; see zd status');
  const ends = (found ?? []).slice(-(most ?? MOST_ENDS));
  addFacts(context, { ends });
  if (found?.length === 0) print(context, 'no end recorded yet');
  for (const line of formatEnds(ends)) print(context, line);
  return ExitStatus.done;
}

/** @throws UsageError for a count that is not a number from 1 to 50 */
export function readCount(count: string | null): number | null {
  if (count === null) return null;
  if (/^([1-9]|[1-4]\d|50)$/.test(count)) return Number(count);
  throw new UsageError(`cannot show '${count}' ends: -n takes a number from 1 to ${MOST_ENDS}`);
}

/**
 * Formats ends as a table, each with the last line of output where that may explain it.
 *
 * @param ends oldest first
 * @param names of their programs, if they are of several
 */
export function formatEnds(ends: readonly EndRecord[], names: readonly string[] | null = null): string[] {
  const rows = ends.map((end, index) => [
    names ? (names[index] ?? '') : String(end.n),
    formatLocalTime(end.at).replace('T', ' '),
    end.pid === undefined ? 'not run' : `pid ${end.pid}`,
    end.uptime === undefined ? '' : `up ${formatDuration(end.uptime)}`,
    describeEnd(end),
  ]);
  return alignCells(rows, names ? [{}, ...COLUMNS.slice(1)] : COLUMNS).flatMap((cells, index) => {
    const words = lastWords(ends[index] as EndRecord);
    const line = cells.join('  ').trimEnd();
    return words === '' ? [line] : [line, `${' '.repeat(measure(cells[0] ?? '') + 2)}| ${words}`];
  });
}

/** Number, time, pid, time up, and what it was. */
const COLUMNS = [{ isNumber: true }, {}, {}, {}, {}];

/** `SIGTERM by zd stop (root)`, `exit status 1`, `SIGSEGV, core dumped, which zd did not send`. */
export function describeEnd(end: EndRecord): string {
  const { code = null, signal = null, by, reason, user = null, core, step, memory } = end;
  const ending = signal === null ? describeEnding({ code, signal }) : nameSignal(signal);
  const details = [
    ...(core ? ['core dumped'] : []),
    ...(memory === undefined ? [] : [formatSize(memory)]),
    ...(step === undefined ? [] : [`step ${step}`]),
  ];
  const because = describeBecause({ by, user, reason: reason ?? null }, signal !== null);
  if (end.pid === undefined) return [...details, ...because].join(', ');
  const [cause = '', ...rest] = because;
  // Only what zd has sent is told in one breath.
  const isOne = cause.startsWith('by ');
  return [isOne ? `${ending} ${cause}` : ending, ...details, ...(isOne ? rest : because)].join(', ');
}

function describeBecause(
  cause: { by: EndRecord['by']; user: string | null; reason: string | null },
  isKilled: boolean,
): string[] {
  const { by, reason } = cause;
  if (by !== 'nobody' && by !== 'unknown') return [`${isKilled ? 'by' : 'asked by'} ${describeCause(cause)}`];
  return [...(by === 'nobody' && isKilled ? ['which zd did not send'] : []), ...(reason ? [reason] : [])];
}

/** The last line that has something in it, of an end that may need an explanation. */
function lastWords({ by, code, lines }: EndRecord): string {
  if (EXPECTED.includes(by) || code === 0) return '';
  return (
    lines
      .map(showLine)
      .findLast(line => line.trim() !== '')
      ?.trim() ?? ''
  );
}
