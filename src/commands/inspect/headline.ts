import type { ActionContext } from '../../client/context';
import { nameDaemon } from '../../client/preflight/name';
import { type Situation, viewOf } from '../../client/situation';
import type { StatusReport } from '../../protocol/messages';
import { colourOf, type Look, type Mark, signOf } from '../../system/terminal';
import { tameText } from '../../system/text/columns';
import type { Styled } from '../../system/text/styled';
import { readUsage } from '../../system/usage';
import { formatDuration, formatSize } from './human';
import { describeDown, describeTransition, findDown, lastExitOf, type StateText } from './state-text';

/** What is true of the daemon, for its first line. */
export interface Headline extends StateText {
  mark: Mark;
}

/** `● api  running for 2 h 14 min`, with symbol and word in the colour of the state. */
export function styleHeadline(
  { configuration }: Pick<ActionContext, 'configuration'>,
  situation: Situation | null,
  { mark, word, rest }: Headline,
  look: Look,
): Styled {
  const name = nameDaemon(configuration, (situation && viewOf(situation)?.args) ?? []);
  const colour = colourOf(mark);
  return [[signOf(mark, look), colour], ` ${tameText(name)}  `, [word, colour], tameText(rest)];
}

/**
 * What is true of the daemon.
 *
 * @param now seconds since 1970
 * @param isLong leave out what `status -v` prints on lines of its own
 * @returns null if nothing is known beyond the sentence
 */
export function findHeadline(situation: Situation, now: number, isLong: boolean): Headline | null {
  const report = viewOf(situation)?.report ?? null;
  const transition = report && describeTransition(report);
  if (transition) return { ...transition, mark: markOf(transition.word) };
  if (report && report.pid !== null) return describeUp(report, report.pid, isLong);
  const down = findDown(situation);
  if (!down) return null;
  const isBad = down.outcome !== 'stopped' && down.outcome !== 'ended';
  return { ...describeDown(down, lastExitOf(situation), now), mark: isBad ? 'bad' : 'down' };
}

function markOf(word: string): Mark {
  const marks: Record<string, Mark> = { crashing: 'bad', running: 'up' };
  return marks[word] ?? 'between';
}

function describeUp(
  { uptime, suspended, readyAfter, crashes }: StatusReport,
  pid: number,
  isLong: boolean,
): Headline {
  const age = uptime === null ? '' : ` for ${formatDuration(uptime)}`;
  const facts: string[] = [];
  if (isLong) {
    if (readyAfter) facts.push(`ready after ${formatDuration(readyAfter)}`);
  } else {
    facts.push(`pid ${pid}`);
    const { memory } = readUsage(pid);
    if (memory !== null) facts.push(formatSize(memory));
    if (Number.isFinite(crashes))
      facts.push(crashes === 0 ? 'no crashes' : `${crashes} ${crashes === 1 ? 'crash' : 'crashes'}`);
  }
  const rest = [age, ...facts].join(', ');
  return suspended
    ? { mark: 'between', word: 'suspended', rest: `, running${rest}` }
    : { mark: 'up', word: 'running', rest };
}
