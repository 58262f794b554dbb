import { layOutRows, wrap } from '../../system/text/text-rows';
import { findCommand } from '../table';

/** What the parser of words knows about a command. */
export interface Definition {
  /** `zd start` */
  path: string;
  usage: string;
  description?: string;
  details?: string;
  examples?: [string, string][];
  options: { definition: string; description?: string }[];
}

/**
 * Renders the page of a command, for `zd help X` and `zd X --help`: plain text, whatever the terminal can do.
 *
 * @param name of the command, or an alias
 * @param definitions of all commands
 * @param width columns of the screen
 * @returns its lines
 */
export function renderPage(name: string, definitions: readonly Definition[], width: number): string[] {
  const record = findCommand(name);
  const found = definitions.find(({ path }) => path.split(' ')[1] === record?.name);
  if (!record || !found) return [];
  const { aliases = [], short } = record;
  const [binaryName = 'zd'] = found.path.split(' ');
  const usage = [binaryName, '[options]', record.name, writeWords(found)].filter(Boolean).join(' ');
  const others = aliases.filter(alias => alias !== '');
  return [
    ...hang('usage: ', usage, width),
    '',
    ...wrap(`${sentence(short)}${others.length > 0 ? ` Also called ${others.join(', ')}.` : ''}`, width),
    ...paragraphs(found.details ?? '').flatMap(text => ['', ...wrap(text, width)]),
    ...section('Options', renderOptions(found, width)),
    ...section('Examples', renderExamples(found, width)),
  ];
}

/** The words after a command, and their names, where the parser has only numbers for them. */
export function writeWords({ path, usage }: Definition): string {
  const rest = path.endsWith(' kill')
    ? '[signal]'
    : path.endsWith(' init')
      ? 'program [word...]'
      : path.endsWith(' send')
        ? '[text...|-]'
        : '[word...]';
  return nameArguments(usage.split(' ').slice(2).join(' ')).replace('...', rest);
}

/** `--since TIME` for `--since #0`. */
export function nameArguments(text: string): string {
  return text
    .replace(/(--since) #0/g, '$1 TIME')
    .replace(/(--key) #0/g, '$1 KEY')
    .replace(/#0/g, 'N');
}

function renderOptions({ options }: Definition, width: number): string[] {
  const rows = options.map(({ definition, description = '' }): [string, string] => [
    `  ${nameArguments(definition).replace(',', ', ')}`,
    description,
  ]);
  return layOutRows(rows, Math.max(0, ...rows.map(([name]) => name.length)) + 2, width);
}

function renderExamples({ examples = [] }: Definition, width: number): string[] {
  return examples.flatMap(([label, line]) => [
    ...wrap(`${label.trim()}:`, width - 2).map(part => `  ${part}`),
    ...wrap(line, width - 4).map((part, index) => `${index === 0 ? '    ' : '      '}${part}`),
  ]);
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines];
}

function hang(head: string, text: string, width: number): string[] {
  return wrap(text, width - head.length).map(
    (line, index) => (index === 0 ? head : ' '.repeat(head.length)) + line,
  );
}

/** The parser has wrapped them for a screen of its own choice. */
function paragraphs(details: string): string[] {
  return details
    .trim()
    .split(/\n\s*\n/)
    .map(text => text.replace(/\s+/g, ' ').replaceAll('`', '').trim())
    .filter(text => text !== '');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
