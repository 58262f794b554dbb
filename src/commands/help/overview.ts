import { optionHelp } from '../../settings/option-help';
import { layOutRows, wrap } from '../../system/text/text-rows';
import { commandTable } from '../table';
import type { Topics } from './help';

/**
 * The list of `zd help`: one line per command, by groups.
 *
 * @param promptTopics the texts of the commands that exist only at the prompt
 * @param width columns of the screen
 * @returns its lines
 */
export function listCommands(promptTopics: Topics, width: number): string[] {
  const rows = Object.entries(commandTable).map(([name, { aliases = [], group, short }]) => {
    const names = [name, ...aliases.filter(alias => alias !== '')].join(', ');
    return { group: group as string, row: [`  ${names}`, short] as [string, string] };
  });
  for (const [name, text] of Object.entries(promptTopics))
    rows.push({ group: 'Only at the prompt', row: [`  ${name}`, shorten(text)] });
  const column = Math.max(...rows.map(({ row }) => row[0].length)) + 2;
  const groups = [...new Set(rows.map(({ group }) => group))];
  return [
    ...groups.flatMap(group => [
      `${group}:`,
      ...layOutRows(
        rows.filter(one => one.group === group).map(({ row }) => row),
        column,
        width,
      ),
      '',
    ]),
    ...wrap(footer(promptTopics), width),
  ];
}

/** Texts on what is no command. */
export function explainTopic(topic: string, binaryName: string, width: number): string[] | null {
  if (topic === 'options') return optionHelp(binaryName, width).trimEnd().split('\n');
  if (!['config', 'configuration', 'file'].includes(topic)) return null;
  return [
    ...wrap(
      'A configuration file has the settings of one program. Name it with -C, or in the variable ZD_CONFIG; without both, zd.conf in the current folder is used. zd init writes one:',
      width,
    ),
    '',
    ...[
      '[runner]',
      'program = node server.js',
      'transcript = app.log',
      '',
      '[environment]',
      'PORT = 8080',
    ].map(line => (line === '' ? '' : `  ${line}`)),
    '',
    ...wrap('zd check validates it; zd help options lists the keys.', width),
  ];
}

function footer(promptTopics: Topics): string {
  const zd = Object.keys(promptTopics).length > 0 ? '' : 'zd ';
  return `${zd}help COMMAND explains one, ${zd}help options lists the options.`;
}

/** The first sentence, without the name of the command. */
function shorten(text: string): string {
  const sentence = text
    .replace(/\n[!?].*/s, '')
    .replace(/^[^.]*? -- /, '')
    .replace(/\s+/g, ' ')
    .replace(/\.( .*)?$/, '');
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}
