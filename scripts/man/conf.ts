import { flagsOf, formatValue, type SettingOption } from '../../src/settings/options';
import { groupOptions } from '../options-page';
import {
  bold,
  escapeRoff,
  head,
  inline,
  italic,
  paragraphs,
  section,
  seeAlso,
  sentence,
  verbatim,
} from './roff';

/** Renders zd.conf(5): the format, and every key. @param version */
export function renderConf(version: string): string {
  const groups = groupOptions()
    .map(({ title, members }) => ({
      title,
      members: members.filter((option): option is SettingOption => option.field !== null && option.inFile),
    }))
    .filter(({ members }) => members.length > 0);
  const lines = [
    ...head('zd.conf', 5, version),
    ...section('Name', 'zd.conf \\- configuration of one program for zd and zdaemon'),
    ...section('Description', ...paragraphs(DESCRIPTION)),
    ...section('Format', ...paragraphs(FORMAT), ...verbatim(SAMPLE)),
    ...section(
      'Keys',
      ...paragraphs('The keys of the section `runner`, by groups.'),
      ...groups.flatMap(({ title, members }) => [`.SS "${title}"`, ...members.flatMap(renderKey)]),
    ),
    ...section('Sections', ...paragraphs(SECTIONS)),
    ...seeAlso('zd (1)', 'zdaemon (1)'),
  ];
  return `${lines.join('\n')}\n`;
}

const DESCRIPTION = `The file has the settings of one program. \`zd -C FILE\` reads it, under any name; without \`-C\`,
\`-p\` and \`-s\`, \`zd\` reads the file that the variable \`ZD_CONFIG\` names, or else \`zd.conf\` in the current folder.
\`zd init\` writes one, \`zd check\` validates it, and \`zd show options\` prints what applies and where it comes from.

A flag overrides the file, \`-X runner/KEY=VALUE\` overrides one value of it, and the file overrides the default. A
relative path starts in the folder of the file, or in \`directory\` for what belongs to the program.`;

const FORMAT = `zd recognizes two formats: INI, as below, and ZConfig, the format of zdaemon, in which a section is
\`<runner>\` to \`</runner>\` and a key is followed by its value without an equals sign.

Values are used literally: there are no escapes, and quotes matter only where a command is split into words. A comment
begins with \`#\` or \`;\` and needs its own line. In ZConfig it begins with \`#\`, and \`$NAME\` is replaced by a
\`%define\`.`;

const SAMPLE = [
  '[runner]',
  'program = /srv/app/server --port 8080',
  'socket-name = /run/app/zdsock',
  'transcript = /var/log/app/transcript.log',
  '',
  '[environment]',
  'LANG = C.UTF-8',
];

const SECTIONS = `\`[runner]\` has the keys above. \`[environment]\` has variables of the program, one a line. \`[steps]\` has
commands that run one after another, in place of \`program\`. \`[eventlog]\` says where the manager logs. Other sections
are an error in INI; in ZConfig they are skipped with a note, as they can belong to other programs.`;

function renderKey(option: SettingOption): string[] {
  const { key, argument, help, details, sample, type } = option;
  const flags = flagsOf(option).map(bold).join(', ');
  const value = option.defaultText ?? (option.default === null ? '' : formatValue(option, option.default));
  const facts = [
    `Value: ${escapeRoff(type.name)}.`,
    ...(value === '' ? [] : [`Default: ${bold(value)}.`]),
    `Example: ${bold(`${key} = ${sample}`)}`,
    ...(flags === '' ? [] : [`Flag: ${flags}`]),
  ];
  return [
    '.TP',
    `${bold(key)} = ${italic(argument ?? type.words?.join('|') ?? 'VALUE')}`,
    inline(`${sentence(help)} ${details}`),
    ...facts.flatMap((fact, index) => [index === 0 ? '.IP' : '.br', fact]),
  ];
}
