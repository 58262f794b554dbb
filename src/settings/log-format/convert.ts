import type { FieldKind, FieldValue } from './fields';

/** A conversion: of `%(name)-8s`, or of `{name:<8}`. */
export interface Conversion {
  /** `s`, `d`, `f` and so on; for braces, '' is what suits the value. */
  type: string;
  align: '<' | '>' | '^' | '=' | null;
  fill: string;
  sign: '' | '+' | ' ';
  /** The `#` of Python: `0x` before x, all digits of g. */
  isAlternate: boolean;
  width: number;
  precision: number | null;
}

/**
 * Why a conversion cannot be applied to a field (Python refuses it as well).
 *
 * @returns a phrase, or null
 */
export function findMisfit(
  { type, sign, align }: Conversion,
  kind: FieldKind,
  isBrace: boolean,
): string | null {
  const isText = type === 's' || type === 'r' || type === 'a' || type === '';
  if (kind === 'text')
    return !isText || (isBrace && (sign !== '' || align === '=')) ? 'it is text, so use s' : null;
  if (isBrace && type === 's') return 'it is a number, so leave out the s';
  if (kind === 'float' && 'oxX'.includes(type) && type !== '') return 'it is not a whole number, so use f';
  if (kind === 'float' && isBrace && type === 'd') return 'it is not a whole number, so use f';
  return null;
}

/**
 * Writes a value as Python does.
 *
 * @param field that suits the conversion
 * @param isBrace text is then aligned to the left
 */
export function convert(field: FieldValue, conversion: Conversion, isBrace: boolean): string {
  const { type, precision } = conversion;
  const isNumeric =
    typeof field.value === 'number' && !(isBrace ? ['s'] : ['s', 'r', 'a', '']).includes(type);
  if (!isNumeric) {
    const shown = type === 'r' || type === 'a' ? quote(field, type === 'a') : plain(field);
    const cut = precision === null ? shown : Array.from(shown).slice(0, precision).join('');
    return pad('', cut, conversion, isBrace ? '<' : '>', !isBrace);
  }
  const value = field.value as number;
  const [prefix, digits] = writeNumber(Math.abs(value), field.kind, conversion, isBrace);
  const isNegative = value < 0 || Object.is(value, -0);
  return pad((isNegative ? '-' : conversion.sign) + prefix, digits, conversion, '>', false);
}

/** `str()` of Python. */
export function plain({ value, kind }: FieldValue): string {
  return kind === 'float' && Number.isInteger(value) ? `${value}.0` : String(value);
}

function writeNumber(
  value: number,
  kind: FieldKind,
  { type, precision, isAlternate }: Conversion,
  isBrace: boolean,
): [prefix: string, digits: string] {
  const isUpper = type !== type.toLowerCase();
  const point = (shown: string) => (isAlternate ? withPoint(shown) : shown);
  const raise = (shown: string) => (isUpper ? shown.toUpperCase() : shown);
  switch (type.toLowerCase()) {
    case 'f':
      return ['', point(value.toFixed(precision ?? 6))];
    case 'e':
      return ['', raise(point(exponential(value, precision ?? 6)))];
    case 'g':
      return ['', raise(general(value, precision ?? 6, isAlternate))];
    case 'x':
      return [isAlternate ? raise('0x') : '', raise(Math.trunc(value).toString(16)).padStart(atLeast(), '0')];
    case 'o':
      return [isAlternate ? '0o' : '', Math.trunc(value).toString(8).padStart(atLeast(), '0')];
    default:
      if (isBrace && type === '') return ['', plain({ value, kind })];
      return ['', String(Math.trunc(value)).padStart(atLeast(), '0')];
  }

  /** In the classic style, the precision of an integer is a number of digits. */
  function atLeast(): number {
    return isBrace ? 0 : (precision ?? 0);
  }
}

/** Python's exponent has two digits. */
function exponential(value: number, precision: number): string {
  return value.toExponential(precision).replace(/e([+-])(\d)$/, 'e$10$2');
}

function general(value: number, precision: number, keepsZeros: boolean): string {
  const digits = Math.max(1, precision);
  const exponent = Number(/e(.*)$/.exec(value.toExponential(digits - 1))?.[1]);
  const isPlain = exponent >= -4 && exponent < digits;
  const shown = isPlain ? value.toFixed(digits - 1 - exponent) : exponential(value, digits - 1);
  if (keepsZeros) return withPoint(shown);
  return shown.includes('.') ? shown.replace(/\.?0+(?=e|$)/, '') : shown;
}

function withPoint(shown: string): string {
  return shown.includes('.') ? shown : shown.replace(/^\d+/, '$&.');
}

/** `repr()` and `ascii()` of Python. */
function quote(field: FieldValue, isAscii: boolean): string {
  if (field.kind !== 'text') return plain(field);
  const text = String(field.value);
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const shown = text.replaceAll('\\', '\\\\').replaceAll(mark, `\\${mark}`).replaceAll('\t', '\\t');
  return mark + (isAscii ? shown.replace(/[^ -~]/gu, escapeCharacter) : shown) + mark;
}

function escapeCharacter(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  if (code.length <= 2) return `\\x${code.padStart(2, '0')}`;
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
}

/** @param ignoresZero the `0` of the classic style is for numbers */
function pad(
  prefix: string,
  body: string,
  { align, fill, width }: Conversion,
  usual: '<' | '>',
  ignoresZero: boolean,
): string {
  const missing = width - Array.from(prefix + body).length;
  if (missing <= 0) return prefix + body;
  const side = ignoresZero && align === '=' ? usual : (align ?? usual);
  const char = ignoresZero && align === '=' ? ' ' : fill;
  if (side === '=') return prefix + char.repeat(missing) + body;
  const left = side === '<' ? 0 : side === '>' ? missing : Math.floor(missing / 2);
  return char.repeat(left) + prefix + body + char.repeat(missing - left);
}
