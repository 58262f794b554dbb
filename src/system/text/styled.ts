import { type Colour, type Look, paint } from '../terminal';
import { cut, wrapColumns } from './columns';

/** A text of which some parts have a colour. */
export type Styled = readonly (string | readonly [text: string, colour: Colour])[];

/**
 * Cuts a text to the width of the screen, and colours it.
 *
 * @param end what shows that something is missing
 */
export function cutStyled(parts: Styled, width: number, look: Look, end: string): string {
  return colourLine(cut(plainOf(parts), width, end), parts, look);
}

/**
 * Wraps a text, and colours it.
 *
 * @param indent columns before each line but the first
 */
export function wrapStyled(parts: Styled, width: number, look: Look, indent: number): string[] {
  const [first = '', ...others] = wrapColumns(plainOf(parts), width);
  const room = width - indent;
  const rest = others.length === 0 ? [] : wrapColumns(others.join(' '), room);
  return [colourLine(first, parts, look), ...rest.map(line => `${' '.repeat(indent)}${line}`)];
}

export function plainOf(parts: Styled): string {
  return parts.map(part => (typeof part === 'string' ? part : part[0])).join('');
}

/** Colours the parts that are in a line as a whole; what was cut keeps the colour of its part. */
function colourLine(line: string, parts: Styled, look: Look): string {
  let coloured = '';
  let rest = line;
  for (const part of parts) {
    const [text, colour] = typeof part === 'string' ? [part, null] : part;
    const shown = commonStart(text, rest);
    coloured += colour === null || shown === '' ? shown : paint(shown, colour, look);
    rest = rest.slice(shown.length);
    if (shown.length < text.length) break;
  }
  return `${coloured}${rest}`;
}

function commonStart(text: string, line: string): string {
  let length = 0;
  while (length < text.length && text[length] === line[length]) length += 1;
  return text.slice(0, length);
}
