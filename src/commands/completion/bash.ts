import { LIST_DAEMONS, listPrograms, type ShellFlag, type ShellModel, type Value } from './model';

/**
 * The script for bash. It needs no package of completions: only `compgen` and `compopt`, of bash 4.
 *
 * @param model what to complete
 */
export function renderBash({ name, flags, commands, overrides }: ShellModel): string {
  const own = `_${name}`;
  const withValue = flags.filter(({ argument }) => argument !== null);
  return `# Completion of ${name} for bash, printed by: ${name} completion bash

# Completes one of the words. After --flag= only the value is a word for bash.
${own}_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

${own}_files() {
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}

# Completes SECTION/KEY=VALUE, of which bash makes three words.
${own}_override() {
  mapfile -t COMPREPLY < <(compgen -W ${quote(overrides.join(' '))} -- "$1$cur")
  COMPREPLY=("\${COMPREPLY[@]#"$1"}")
  compopt -o nospace
}

${own}_daemons() {
  ${own}_words "$(${LIST_DAEMONS})"
}

# Completes the value of an option in front of the command.
${own}_value() {
  case $1 in
${indent(valueCases(withValue, own), 4)}
  esac
}

# Completes the words after a command.
${own}_rest() {
  local flags= words= files=
  case $1 in
${indent(
  commands.flatMap(command => [
    `${command.names.join('|')})`,
    `  flags=${quote(namesOf(command.flags).join(' '))}`,
    ...(command.words === 'file' ? ['  files=yes'] : []),
    ...(Array.isArray(command.words) ? [`  words=${quote(command.words.join(' '))}`] : []),
    '  ;;',
  ]),
  4,
)}
  esac
  local programs
  [[ $fleet && $cur != -* ]] && programs=$(${listPrograms('"$fleet"')})
  if [[ $cur == -* ]]; then
    ${own}_words "$flags"
  elif [[ $programs ]]; then
    ${own}_words "$programs $words"
  elif [[ $files ]]; then
    ${own}_files -f
  elif [[ $1 == kill ]]; then
    # In capitals, also if it was begun in small letters.
    cur=\${cur^^}
    ${own}_words "$words"
  else
    ${own}_words "$words"
  fi
}

${own}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} index=1 word fleet=
  COMPREPLY=()
  [[ $cur == = ]] && cur=
  while ((index < COMP_CWORD)); do
    word=\${COMP_WORDS[index]}
    case $word in
      ${alternatives(withValue)})
        ((index += 1))
        [[ \${COMP_WORDS[index]} == = ]] && ((index += 1))
        [[ $word == -C || $word == --configure ]] && fleet=\${COMP_WORDS[index]}
        if [[ $word == -X && \${COMP_WORDS[index + 1]} == = ]] && ((index < COMP_CWORD)); then
          if ((index + 2 >= COMP_CWORD)); then
            ${own}_override "\${COMP_WORDS[index]}="
            return
          fi
          ((index += 2))
        fi
        if ((index >= COMP_CWORD)); then
          ${own}_value "$word"
          return
        fi
        ;;
      -*) ;;
      *)
        ${own}_rest "$word"
        return
        ;;
    esac
    ((index += 1))
  done
  if [[ $cur == -* ]]; then
    ${own}_words ${quote(namesOf(flags).join(' '))}
  else
    ${own}_words ${quote(commands.flatMap(({ names }) => names).join(' '))}
  fi
}

complete -F ${own} ${name}
`;
}

function valueCases(flags: ShellFlag[], own: string): string[] {
  const actions = new Map<string, string[]>();
  for (const flag of flags) {
    const action = actionFor(flag.value, own);
    if (action !== null) actions.set(action, [...(actions.get(action) ?? []), ...flag.names]);
  }
  return [...actions].map(([action, names]) => `${names.join('|')}) ${action} ;;`);
}

function actionFor(value: Value, own: string): string | null {
  switch (value) {
    case 'file':
      return `${own}_files -f`;
    case 'folder':
      return `${own}_files -d`;
    case 'daemon':
      return `${own}_daemons`;
    case 'user':
      return 'mapfile -t COMPREPLY < <(compgen -u -- "$cur")';
    case 'override':
      return `${own}_override ''`;
    case 'anything':
      return null;
    default:
      return `${own}_words ${quote(value.join(' '))}`;
  }
}

function alternatives(flags: ShellFlag[]): string {
  return namesOf(flags).join(' | ');
}

function namesOf(flags: ShellFlag[]): string[] {
  return flags.flatMap(({ names }) => names);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function indent(lines: string[], columns: number): string {
  return lines.map(line => `${' '.repeat(columns)}${line}`).join('\n');
}
