import { Cli } from 'clipanion';
import { commandClasses } from '../../src/commands/clipanion';
import { nameArguments, writeWords } from '../../src/commands/help/page';
import { commandTable, findCommand } from '../../src/commands/table';
import { flagsOf, formatValue, type Option, options } from '../../src/settings/options';
import { examples, exitStatuses, files } from './facts';
import {
  bold,
  escapeRoff,
  head,
  inline,
  italic,
  items,
  paragraphs,
  section,
  seeAlso,
  sentence,
  verbatim,
} from './roff';
import { type Variable, variables } from './variables';

/** Renders zd(1). @param version of the package */
export function renderZd(version: string): string {
  const withFlag = options.filter(option => flagsOf(option).length > 0);
  const fileOnly = options.filter(option => option.inFile && !withFlag.includes(option));
  const lines = [
    ...head('zd', 1, version),
    ...section('Name', 'zd \\- keep one program running as a daemon'),
    ...section('Synopsis', '.B zd', '[options] [command [arguments]]'),
    ...section('Description', ...paragraphs(DESCRIPTION)),
    ...section('Commands', ...renderCommands()),
    ...section('Options', ...withFlag.flatMap(renderOption)),
    ...section(
      'Only in a configuration file',
      ...paragraphs(
        'zd.conf(5) has the details of these keys, of the format, and of the keys that are flags too.',
      ),
      ...items(fileOnly.map(option => [withArgument(bold(option.key), option), sentence(option.help)])),
    ),
    ...section('Exit status', ...items(exitStatuses.map(([status, text]) => [bold(status), text]))),
    ...section('Environment', ...renderVariables(variables)),
    ...section('Files', ...items(files.map(([file, text]) => [italic(file), text]))),
    ...section('Examples', ...renderExamples(examples)),
    ...seeAlso('zd.conf (5)', 'zdaemon (1)', 'flock (1)', 'logrotate (8)', 'signal (7)'),
  ];
  return `${lines.join('\n')}\n`;
}

const DESCRIPTION = `\`zd\` turns a program into a daemon. \`zd start\` launches a manager in the background. The manager
runs the program, restarts it if it exits on its own, appends its output to a transcript, and answers on a
socket. Every other command connects to that manager or runs locally. Each socket has one manager and one program.

Without a command, \`zd\` shows a prompt for the same commands, with completion and a history. Called as \`zdaemon\`, it
has the output and the exit statuses of zdaemon; see zdaemon(1).

Options end at the command; the words after it belong to the command. A long option may be abbreviated to a
unique prefix.`;

/** The variables that zd reads, and those that it sets. */
export function renderVariables(listed: readonly Variable[]): string[] {
  const of = (reader: Variable['reader']) =>
    items(listed.filter(variable => variable.reader === reader).map(({ name, text }) => [bold(name), text]));
  const set = of('program');
  return [...of('zd'), ...(set.length === 0 ? [] : ['.PP', 'The program and its helpers find:', ...set])];
}

export function renderExamples(listed: typeof examples): string[] {
  return listed.flatMap(([text, lines]) => ['.PP', inline(text), ...verbatim(lines)]);
}

/** A flag or a key with its argument. */
export function withArgument(name: string, { argument }: Option): string {
  return argument === null ? name : `${name} ${italic(argument)}`;
}

/** A setting or a flag with all that is said of it. */
export function renderOption(option: Option): string[] {
  const { key, help, details, field } = option;
  const names = flagsOf(option).map(bold).join(', ') || bold(key);
  const value = field === null || option.default === null ? '' : formatValue(option, option.default);
  const text = `${sentence(help)} ${details}${value === '' ? '' : ` The default is \`\`${value}\`\`.`}`;
  return items([[withArgument(names, option), text]]);
}

function renderCommands(): string[] {
  const definitions = Cli.from(commandClasses, { binaryName: 'zd', enableColors: false }).definitions();
  const groups = [...new Set(Object.values(commandTable).map(({ group }) => group))];
  return groups.flatMap(group => [
    `.SS "${group}"`,
    ...commandClasses
      .filter(({ paths }) => findCommand(paths[0]?.[0] ?? '')?.group === group)
      .flatMap(renderCommand),
  ]);

  function renderCommand({ paths }: (typeof commandClasses)[number]): string[] {
    const names = paths.flatMap(path => path[0] || []);
    const found = definitions.find(({ path }) => path === `zd ${names[0]}`);
    if (!found) throw new Error(`no definition of ${names[0]}`);
    return [
      '.TP',
      `${names.map(bold).join(', ')} ${escapeRoff(writeWords(found))}`.trimEnd(),
      ...paragraphs(`${sentence(found.description ?? '')}\n\n${found.details ?? ''}`, '.IP'),
      ...found.options.flatMap(({ definition, description }) => [
        '.IP',
        `${bold(nameArguments(definition).replace(',', ', '))}: ${inline(description ?? '')}`,
      ]),
    ];
  }
}
