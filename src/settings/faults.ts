import { showHidden } from '../system/blanks';
import { UsageError } from '../system/errors';

/** An invalid value of an option; `column` counts the characters of the text from 1, or is null. */
export class ValueFault extends UsageError {
  constructor(
    message: string,
    readonly column: number | null = null,
  ) {
    super(message);
  }
}

/**
 * Creates an error with its place.
 *
 * @param origin the place: `app.conf:4`, `app.conf:4:7`, `-b`, `-X runner/umask`
 * @param sentence the problem and its solution, one sentence without a full stop
 * @returns the error to throw
 */
export function errorAt(origin: string, sentence: string): UsageError {
  return new UsageError(`${origin}: ${sentence}`);
}

/**
 * Quotes user input in a message: in single quotes, truncated if long, with hidden characters made visible.
 *
 * @param text the text of the user
 * @returns the quoted text
 */
export function quoteText(text: string): string {
  const chars = Array.from(text);
  const cut = chars.length > LONGEST ? `${chars.slice(0, LONGEST).join('')}...` : text;
  return `'${showHidden(cut)}'`;
}

/** The column of `index` in `text`: counts characters, not UTF-16 units, from 1, as editors do. */
export function columnOf(text: string, index: number): number {
  return Array.from(text.slice(0, index)).length + 1;
}

const LONGEST = 60;
