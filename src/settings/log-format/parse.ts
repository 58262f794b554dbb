import { suggest } from '../../system/text/nearest';
import type { LogFormat } from '../event-log-settings';
import { quoteText, ValueFault } from '../faults';
import { type Conversion, findMisfit } from './convert';
import { FIELDS } from './fields';

/** Text, or a field of a record; without a conversion, it is written as it is. */
export type FormatPart = string | { name: string; conversion: Conversion | null; isBrace: boolean };

/**
 * Parses a format of Python's logging.
 *
 * @param format its escapes are resolved already
 * @param takesOthers whether unknown fields are allowed (ZConfig's `arbitrary-fields`)
 * @returns its parts in order
 * @throws ValueFault where Python would fail, too, and for what zd cannot do
 */
export function parseFormat({ style, text }: LogFormat, takesOthers = false): FormatPart[] {
  const parts =
    style === 'classic'
      ? parseClassic(text)
      : style === 'format'
        ? parseBraces(text)
        : parseTemplate(text, style);
  for (const part of parts) if (typeof part !== 'string') checkField(part, takesOthers);
  return parts;
}

/** The names of its fields that have no meaning in zd, each once. */
export function findMeaningless(parts: readonly FormatPart[]): string[] {
  const names = parts.flatMap(part => (typeof part === 'string' ? [] : [part.name]));
  return [...new Set(names)].filter(name => !FIELDS[name]?.means);
}

const CLASSIC = /%(?:(%)|\((\w*)\)([-+ 0#]*)(\d*)(?:\.(\d*))?[hlL]?(.?))?/gsu;
const CLASSIC_TYPES = 'sradiuoxXeEfFgG';

function parseClassic(text: string): FormatPart[] {
  return split(text, CLASSIC, match => {
    const [all, percent, name, flags = '', width, precision, type = ''] = match;
    if (percent) return '%';
    if (name === undefined) throw fault(text, match, `a lone %; write %% for a percent sign`);
    if (type === '' || !CLASSIC_TYPES.includes(type))
      throw fault(text, match, `${quoteText(all)}, which has no conversion; write %(${name})s`);
    const isLeft = flags.includes('-');
    const isZero = flags.includes('0') && !isLeft;
    return {
      name,
      isBrace: false,
      conversion: {
        type: type === 'i' || type === 'u' ? 'd' : type,
        align: isLeft ? '<' : isZero ? '=' : null,
        fill: isZero ? '0' : ' ',
        sign: flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '',
        isAlternate: flags.includes('#'),
        width: toSize(width, text, match) ?? 0,
        precision: precision === undefined ? null : (toSize(precision, text, match) ?? 0),
      },
    };
  });
}

const BRACES = /(\{\{|\}\})|\{([^{}!:]*)(?:!([^:{}]*))?(?::([^{}]*))?\}|[{}]/gu;
const SPEC = /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?(?:\.(\d+))?([sdoxXeEfFgG]?)$/su;

function parseBraces(text: string): FormatPart[] {
  return split(text, BRACES, match => {
    const [all, doubled, name, repr, spec = ''] = match;
    if (doubled) return doubled[0]!;
    if (name === undefined) throw fault(text, match, `a lone ${all}; write ${all}${all} for a brace`);
    const found = SPEC.exec(spec);
    if (!found || (repr !== undefined && !['s', 'r', 'a'].includes(repr)))
      throw fault(text, match, `${quoteText(all)}, which zd does not know; write {${name}}`);
    const [, fill, align, sign, sharp, zero, width, precision, type = ''] = found;
    const zeroSide = FIELDS[name]?.kind === 'text' ? '<' : '=';
    const conversion: Conversion = {
      type,
      align: (align as Conversion['align']) ?? (zero ? zeroSide : null),
      fill: fill ?? (zero ? '0' : ' '),
      sign: sign === '+' || sign === ' ' ? sign : '',
      isAlternate: sharp !== undefined,
      width: toSize(width, text, match) ?? 0,
      precision: toSize(precision, text, match),
    };
    if (repr !== undefined) return reprPart(name, repr, conversion);
    if (type === '' && precision !== undefined && FIELDS[name]?.kind !== 'text')
      throw fault(
        text,
        match,
        `${quoteText(all)}, whose precision needs a type; write {${name}:.${precision}f}`,
      );
    return { name, isBrace: true, conversion: spec === '' ? null : conversion };
  });
}

/** The result of `!r` is text, aligned as text. */
function reprPart(name: string, repr: string, conversion: Conversion): FormatPart {
  const align = conversion.align ?? '<';
  return { name, isBrace: false, conversion: { ...conversion, align, type: repr } };
}

const TEMPLATE = /\$(?:(\$)|([_a-z][_a-z0-9]*)|\{([_a-z][_a-z0-9]*)\})?/gi;

function parseTemplate(text: string, style: LogFormat['style']): FormatPart[] {
  return split(text, TEMPLATE, match => {
    const [all, dollar, bare, braced] = match;
    const name = bare ?? braced;
    if (dollar) return '$';
    if (name !== undefined && (style === 'template' || Object.hasOwn(FIELDS, name)))
      return { name, isBrace: true, conversion: null };
    if (style === 'safe-template') return all;
    throw fault(text, match, `a lone $; write $$ for a dollar sign, which is $$$$ in this file`);
  });
}

function split(text: string, pattern: RegExp, read: (match: RegExpExecArray) => FormatPart): FormatPart[] {
  const parts: FormatPart[] = [];
  let at = 0;
  const add = (part: FormatPart) => {
    const last = parts.at(-1);
    if (part === '') return;
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else parts.push(part);
  };
  for (const match of text.matchAll(pattern)) {
    add(text.slice(at, match.index));
    add(read(match));
    at = match.index + match[0].length;
  }
  add(text.slice(at));
  return parts;
}

function checkField({ name, conversion, isBrace }: Exclude<FormatPart, string>, takesOthers: boolean): void {
  if (!Object.hasOwn(FIELDS, name)) {
    if (takesOthers && name !== '') return;
    const known = Object.keys(FIELDS);
    const near = suggest(name, known, `the fields are ${known.join(', ')}`);
    throw new ValueFault(`has the unknown field ${quoteText(name)}${near}`);
  }
  const misfit = conversion && findMisfit(conversion, FIELDS[name]!.kind, isBrace);
  if (misfit) throw new ValueFault(`cannot convert ${name} with ${quoteText(conversion.type)}: ${misfit}`);
}

/** As in toFixed(). */
const MOST = 100;

function toSize(digits: string | undefined, text: string, match: RegExpExecArray): number | null {
  if (digits === undefined || digits === '') return null;
  const size = Number(digits);
  if (size <= MOST) return size;
  throw fault(text, match, `the size ${digits}; the largest is ${MOST}`);
}

function fault(text: string, { index }: RegExpExecArray, what: string): ValueFault {
  return new ValueFault(`has ${what}`, Array.from(text.slice(0, index)).length + 1);
}
