import type { ActionContext } from '../../client/context';
import { nameDaemon } from '../../client/preflight/name';
import { type Situation, viewOf } from '../../client/situation';
import type { StatusReport } from '../../protocol/messages';
import type { ExitRecord } from '../../protocol/outcomes';
import { showControls, showLine } from '../../system/show-controls';
import { type Colour, chooseLook, fit, type Look, paint } from '../../system/terminal';
import { readUsage } from '../../system/usage';
import { formatDuration, formatSize } from './human';
import { describeDown, describeTransition, findDown, lastExitOf, type StateText } from './state-text';

/* The block that `status` adds on a terminal. */

/** A symbol, its replacement in ASCII, and the colour of both. */
type Mark = readonly [symbol: string, plain: string, colour: Colour];

const UP: Mark = ['●', '*', 'green'];
const BAD: Mark = ['✗', 'x', 'red'];
const BETWEEN: Mark = ['◐', 'o', 'yellow'];
const DOWN: Mark = ['○', '-', 'dim'];
const INDENT = '  ';

/** What is true of the daemon, for its first line. */
export interface Headline extends StateText {
  mark: Mark;
}

/** Prints the block: one line, and for a program in trouble its last words and what comes next. */
export function printBlock(context: ActionContext, situation: Situation): void {
  const look = chooseLook(context.stdout as NodeJS.WriteStream, process.env);
  const headline = findHeadline(situation, context.clock.wall(), false);
  if (!headline) return;
  context.write(`${formatHeadline(context, situation, headline, look)}\n`);
  if (headline.mark !== BAD) return;
  const words = lastWords(lastExitOf(situation));
  if (words !== '') context.write(`${INDENT}${fit(words, INDENT.length, look)}\n`);
  const { next } = headline;
  const advice = next === undefined ? 'Try again: zd start' : `${next}. More: zd status -v; zd logtail`;
  context.write(`${INDENT}${advice}\n`);
}

/** `● api  running for 2 h 14 min`. */
export function formatHeadline(
  { configuration }: ActionContext,
  situation: Situation,
  { mark: [symbol, plain, colour], word, rest }: Headline,
  look: Look,
): string {
  const name = nameDaemon(configuration, viewOf(situation)?.args ?? []);
  const sign = look.hasSymbols ? symbol : plain;
  return `${paint(sign, colour, look)} ${showControls(name)}  ${paint(word, colour, look)}${showControls(rest)}`;
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
  const marks: Record<string, Mark> = { crashing: BAD, running: UP };
  if (transition) return { ...transition, mark: marks[transition.word] ?? BETWEEN };
  if (report && report.pid !== null) return describeUp(report, report.pid, isLong);
  const down = findDown(situation);
  if (!down) return null;
  const isBad = down.outcome !== 'stopped' && down.outcome !== 'ended';
  return { ...describeDown(down, lastExitOf(situation), now), mark: isBad ? BAD : DOWN };
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
    ? { mark: BETWEEN, word: 'suspended', rest: `, running${rest}` }
    : { mark: UP, word: 'running', rest };
}

/** The last line that has something in it. */
function lastWords(exit: ExitRecord | null): string {
  return (exit?.lines ?? []).map(showLine).findLast(line => line.trim() !== '') ?? '';
}
