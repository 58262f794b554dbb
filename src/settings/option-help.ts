import { flagsOf, formatValue } from './option';
import { type Option, options } from './options';

/**
 * The text of `zd -h` up to the list of the commands, which the caller adds.
 *
 * @param binaryName `zd` or `zdaemon`
 * @returns lines, each ending with a newline
 */
export function optionHelp(binaryName: string): string {
  return renderOptionHelp(binaryName, options);
}

/**
 * Renders the usage line and the options.
 *
 * @param binaryName the name of the command
 * @param listed the table
 * @returns lines of at most 80 columns, each ending with a newline
 */
export function renderOptionHelp(binaryName: string, listed: readonly Option[]): string {
  const withFlag = listed.filter(option => option.short !== null || option.long !== null);
  const fileOnly = listed.filter(option => option.field !== null && !withFlag.includes(option));
  return [
    `usage: ${binaryName} [options] [command [arguments]]`,
    '',
    'Options:',
    ...withFlag.flatMap(describe),
    '',
    'Only in a configuration file:',
    ...fileOnly.flatMap(describe),
    '',
  ].join('\n');
}

/**
 * Wraps a paragraph.
 *
 * @param text words with single spaces between
 * @param width columns; a longer word gets its own line
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

const HELP_COLUMN = 30;
const WIDTH = 80;

function describe(option: Option): string[] {
  const head = `  ${synopsis(option)}`;
  const lines = wrap(`${option.help}${defaultOf(option)}`, WIDTH - HELP_COLUMN);
  const first = head.length < HELP_COLUMN - 1 ? `${head.padEnd(HELP_COLUMN)}${lines.shift()}` : head;
  return [first, ...lines.map(line => ' '.repeat(HELP_COLUMN) + line)];
}

/** `-b, --backoff-limit SECONDS`. */
function synopsis({ key, short, long, argument }: Option): string {
  const indent = short === null && long !== null ? '    ' : '';
  const names = indent + (flagsOf({ short, long, argument }).join(', ') || key);
  return argument === null ? names : `${names} ${argument}`;
}

/** Empty for switches and for options without a default. */
function defaultOf(option: Option): string {
  if (option.field === null || option.argument === null || option.default === null) return '';
  const text = formatValue(option, option.default);
  return text === '' ? '' : ` (default ${text})`;
}
