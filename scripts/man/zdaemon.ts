import { commandTable } from '../../src/commands/table';
import { flagsOf, options } from '../../src/settings/options';
import { zdaemonExamples, zdaemonFiles, zdaemonStatuses } from './facts';
import { bold, head, italic, items, paragraphs, section, seeAlso, sentence } from './roff';
import { variables } from './variables';
import { renderExamples, renderVariables, withArgument } from './zd';

/** Renders zdaemon(1): what differs from zd(1), and the commands and options that zdaemon had. @param version */
export function renderZdaemon(version: string): string {
  const commands = Object.entries(commandTable).filter(([, { isOwn }]) => !isOwn);
  const known = options.filter(
    option => flagsOf(option).length > 0 && option.source.startsWith('zdaemon') && !isOwn(option),
  );
  const lines = [
    ...head('zdaemon', 1, version),
    ...section('Name', 'zdaemon \\- zd with the words and the exit statuses of zdaemon'),
    ...section(
      'Synopsis',
      '.B zdaemon',
      '[options] command [arguments]',
      '.br',
      '.B zdaemon',
      '[options] \\-i',
    ),
    ...section('Description', ...paragraphs(DESCRIPTION)),
    ...section(
      'Commands',
      ...items(
        commands.map(([name, { aliases = [], short }]) => [
          [name, ...aliases].filter(Boolean).map(bold).join(', '),
          sentence(short),
        ]),
      ),
    ),
    ...section(
      'Options',
      ...items(
        known.map(option => [
          withArgument(flagsOf(option).map(bold).join(', '), option),
          sentence(option.help),
        ]),
      ),
      '.PP',
      ...paragraphs('The settings that zd(1) has beyond these work too, as flags and in the file.'),
    ),
    ...section('Exit status', ...items(zdaemonStatuses.map(([status, text]) => [bold(status), text]))),
    ...section('Environment', ...renderVariables(variables.filter(({ isZdaemons }) => isZdaemons))),
    ...section('Files', ...items(zdaemonFiles.map(([file, text]) => [italic(file), text]))),
    ...section('Examples', ...renderExamples(zdaemonExamples)),
    ...seeAlso('zd (1)', 'zd.conf (5)'),
  ];
  return `${lines.join('\n')}\n`;
}

const DESCRIPTION = `\`zdaemon\` is the same program as \`zd\`, under the name of the daemonizer whose scripts and
configuration files it runs. It prints what zdaemon prints and returns what zdaemon returns, also where \`zd\` says more. It
talks to a manager of the Python zdaemon, and the other way round.

Differences from zd(1): a command is required, and the prompt comes only with \`-i\`. No configuration is looked for.
\`logtail\` always follows. The first failed start is not final: the manager goes on by its restart rules, and \`start\`
waits for the outcome. \`fg\` returns 0. \`help\` and \`-h\` list what zdaemon has; the other commands of zd work too.`;

function isOwn(option: (typeof options)[number]): boolean {
  return option.field === null && option.isOwn === true;
}
