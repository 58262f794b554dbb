/** A regular expression that cannot be compiled; `index` is where it goes wrong, from 0. */
export interface PatternFault {
  reason: string;
  index: number;
}

/** Characters of a faulty pattern beyond which its place is not looked for. */
const LONGEST = 1000;

/**
 * Compiles a pattern as the manager will.
 *
 * @param source the pattern, without slashes
 * @returns what is wrong with it, or null
 */
export function findPatternFault(source: string): PatternFault | null {
  const reason = refuse(source);
  if (reason === null) return null;
  return { reason, index: source.length > LONGEST ? 0 : locate(source) };
}

/** The engine does not report the place, so it is asked about every beginning, with its brackets closed. */
function locate(source: string): number {
  const brackets = readBrackets(source);
  const isRight = (end: number) => refuse(source.slice(0, end) + brackets.closing[end]) === null;
  let end = source.length;
  if (isRight(end)) return brackets.open.at(-1) ?? 0;
  while (end > 1 && !isRight(end - 1)) end -= 1;
  return end - 1;
}

/** @returns for each length of the source what closes its brackets; and the indexes of those that stay open */
function readBrackets(source: string): { closing: string[]; open: number[] } {
  const closing = [''];
  const open: number[] = [];
  let isInClass = false;
  let isEscaped = false;
  for (const [index, char] of source.split('').entries()) {
    if (isEscaped) {
      isEscaped = false;
    } else if (char === '\\') {
      isEscaped = true;
    } else if (isInClass) {
      isInClass = char !== ']';
      if (!isInClass) open.pop();
    } else if (char === '[' || char === '(') {
      isInClass = char === '[';
      open.push(index);
    } else if (char === ')') {
      open.pop();
    }
    closing.push(
      open
        .toReversed()
        .map(at => (source[at] === '[' ? ']' : ')'))
        .join(''),
    );
  }
  return { closing, open };
}

/** V8 says `Invalid regular expression: /(/: Unterminated group`. */
function refuse(source: string): string | null {
  try {
    new RegExp(source);
    return null;
  } catch (error) {
    const { message } = error as Error;
    const reason = message.slice(message.lastIndexOf(': ') + 2);
    return reason.charAt(0).toLowerCase() + reason.slice(1);
  }
}
