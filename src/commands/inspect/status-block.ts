import type { ActionContext } from '../../client/context';
import type { Situation } from '../../client/situation';
import type { ExitRecord } from '../../protocol/outcomes';
import { showLine } from '../../system/show-controls';
import { chooseLook, fit } from '../../system/terminal';
import { wrapStyled } from '../../system/text/styled';
import { findHeadline, styleHeadline } from './headline';
import { lastExitOf } from './state-text';

/* The block that `status` adds on a terminal. */

const INDENT = '  ';

/** Prints the block: one line, and for a program in trouble its last words and what comes next. */
export function printBlock(context: ActionContext, situation: Situation): void {
  const look = chooseLook(context.stdout as NodeJS.WriteStream, process.env);
  const headline = findHeadline(situation, context.clock.wall(), false);
  if (!headline) return;
  const styled = styleHeadline(context, situation, headline, look);
  for (const line of wrapStyled(styled, look.columns, look, INDENT.length)) context.write(`${line}\n`);
  if (headline.mark !== 'bad') return;
  const words = lastWords(lastExitOf(situation));
  if (words !== '') context.write(`${INDENT}${fit(words, INDENT.length, look)}\n`);
  const { next } = headline;
  const advice = next === undefined ? 'Try again: zd start' : `${next}. More: zd status -v; zd logtail`;
  context.write(`${INDENT}${advice}\n`);
}

/** The last line that has something in it. */
function lastWords(exit: ExitRecord | null): string {
  return (exit?.lines ?? []).map(showLine).findLast(line => line.trim() !== '') ?? '';
}
