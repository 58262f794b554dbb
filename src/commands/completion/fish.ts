import { LIST_DAEMONS, listPrograms, type ShellFlag, type ShellModel, type Value } from './model';

/**
 * The script for fish, as `completions/zd.fish`.
 *
 * @param model what to complete
 */
export function renderFish({ name, flags, commands, overrides }: ShellModel): string {
  const own = `__${name}`;
  const withValue = flags.filter(({ argument }) => argument !== null).flatMap(({ names }) => names);
  const front = `-n ${own}_is_in_front`;
  const lines = [
    ...flags.map(flag => `complete -c ${name} ${front} ${renderFlag(flag, overrides)}`),
    ...commands.flatMap(({ names, text }) =>
      names.map(word => `complete -c ${name} ${front} -a ${word} -d ${quote(text)}`),
    ),
    ...commands.flatMap(command => {
      const after = `complete -c ${name} -n ${quote(`${own}_is_after ${command.names.join(' ')}`)}`;
      const words =
        command.words === null
          ? []
          : [command.words === 'file' ? `${after} -F` : `${after} -a ${quote(command.words.join(' '))}`];
      return [...command.flags.map(flag => `${after} ${renderFlag(flag, overrides)}`), ...words];
    }),
  ];
  return `# Completion of ${name} for fish, printed by: ${name} completion fish

# Prints the command on the line. Options with a value are followed by a word that is not the command.
function ${own}_command
    set -l words (commandline -opc)
    set -e words[1]
    set -l is_value no
    for word in $words
        if test $is_value = yes
            set is_value no
            continue
        end
        switch $word
            case ${withValue.join(' ')}
                set is_value yes
            case '-*'
            case '*'
                echo $word
                return 0
        end
    end
    return 1
end

function ${own}_is_in_front
    not ${own}_command >/dev/null
end

function ${own}_is_after
    set -l command (${own}_command)
    and contains -- $command $argv
end

# Prints the programs of the fleet that -C names.
function ${own}_programs
    set -l words (commandline -opc)
    for at in (seq 2 (math (count $words) - 1))
        if contains -- $words[$at] -C --configure
            sh -c ${quote(listPrograms('"$1"'))} sh $words[(math $at + 1)]
            return
        end
    end
end

complete -c ${name} -f
complete -c ${name} -n '${own}_command >/dev/null' -a '(${own}_programs)'
${lines.join('\n')}
`;
}

function renderFlag({ names, text, argument, value }: ShellFlag, overrides: string[]): string {
  const written = names.map(flag =>
    flag.startsWith('--') ? `-l ${flag.slice(2)}` : `${flag.length > 2 ? '-o' : '-s'} ${flag.slice(1)}`,
  );
  const rest = argument === null ? '' : ` ${actionFor(value, overrides)}`;
  return `${written.join(' ')}${rest} -d ${quote(text)}`;
}

function actionFor(value: Value, overrides: string[]): string {
  switch (value) {
    case 'file':
      return '-r -F';
    case 'folder':
      return "-x -a '(__fish_complete_directories)'";
    case 'daemon':
      return `-x -a ${quote(`(sh -c ${quote(LIST_DAEMONS)})`)}`;
    case 'user':
      return "-x -a '(__fish_complete_users)'";
    case 'override':
      return `-x -a ${quote(overrides.join(' '))}`;
    case 'anything':
      return '-x';
    default:
      return `-x -a ${quote(value.join(' '))}`;
  }
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
