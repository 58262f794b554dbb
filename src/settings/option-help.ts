import { layOutRows, wrap } from '../system/text/text-rows';
import { flagsOf, formatValue } from './option';
import { type Option, options } from './options';

/**
 * The text of `zd -h` up to the list of the commands, which the caller adds.
 *
 * @param binaryName `zd` or `zdaemon`
 * @param width columns of the screen
 * @returns lines, each ending with a newline
 */
export function optionHelp(binaryName: string, width = 80): string {
  const known = options.filter(option => binaryName === 'zd' || option.field !== null || !option.isOwn);
  return renderOptionHelp(binaryName, known, width);
}

/**
 * Renders the usage line and the options.
 *
 * @param binaryName the name of the command
 * @param listed the table
 * @param width columns of the screen
 * @returns lines, each ending with a newline
 */
export function renderOptionHelp(binaryName: string, listed: readonly Option[], width = 80): string {
  const withFlag = listed.filter(option => option.short !== null || option.long !== null);
  const fileOnly = listed.filter(option => option.field !== null && !withFlag.includes(option));
  return [
    ...wrap(`usage: ${binaryName} [options] [command [arguments]]`, width),
    '',
    'Options:',
    ...layOutRows(withFlag.map(describe), HELP_COLUMN, width),
    '',
    'Only in a configuration file:',
    ...layOutRows(fileOnly.map(describe), HELP_COLUMN, width),
    '',
  ].join('\n');
}

const HELP_COLUMN = 30;

function describe(option: Option): [name: string, text: string] {
  return [`  ${synopsis(option)}`, `${option.help}${defaultOf(option)}`];
}

/** `-b, --backoff-limit TIME`. */
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
