import { UsageError } from '../system/errors';

/** A text that is not a value of its option; `column` counts characters of the text from 1, or is null. */
export class ValueFault extends UsageError {
  constructor(
    message: string,
    readonly column: number | null = null,
  ) {
    super(message);
  }
}

/**
 * Makes the error of a place.
 *
 * @param origin where: `app.conf:4`, `app.conf:4:7`, `-b`, `-X runner/umask`
 * @param sentence what is wrong and what to do, one sentence without a full stop
 * @returns the error to throw
 */
export function errorAt(origin: string, sentence: string): UsageError {
  return new UsageError(`${origin}: ${sentence}`);
}

/**
 * Shows a text of the user inside a sentence: in single quotes, cut when long, control characters made visible.
 *
 * @param text what the user wrote
 * @returns it, quoted
 */
export function quoteText(text: string): string {
  const chars = Array.from(text);
  const cut = chars.length > LONGEST ? `${chars.slice(0, LONGEST).join('')}...` : text;
  return `'${cut.replace(CONTROLS, char => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)}'`;
}

/** Counts the characters (not the UTF-16 units) of `text` before `index`, from 1, as an editor does. */
export function columnOf(text: string, index: number): number {
  return Array.from(text.slice(0, index)).length + 1;
}

const LONGEST = 60;
const CONTROLS = /\p{Cc}/gu;
