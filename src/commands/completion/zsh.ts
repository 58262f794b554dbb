import {
  LIST_DAEMONS,
  listPrograms,
  type ShellCommand,
  type ShellFlag,
  type ShellModel,
  type Value,
} from './model';

/**
 * The script for zsh: for a file `_zd` in a folder of `fpath`, or to be read after `compinit`.
 *
 * @param model what to complete
 */
export function renderZsh({ name, flags, commands, overrides }: ShellModel): string {
  const own = `_${name}`;
  return `#compdef ${name}
# Completion of ${name} for zsh, printed by: ${name} completion zsh

${own}_commands() {
  local -a commands=(
${commands.flatMap(({ names, text }) => names.map(word => `    ${quote(`${word}:${text}`)}`)).join('\n')}
  )
  _describe -t commands command commands
}

# The values of most settings can be anything, so the cursor stays behind the equals sign.
${own}_overrides() {
  local -a all=(${overrides.map(quote).join(' ')})
  compadd -S '' -- $all
}

${own}_daemons() {
  local -a all=(\${(f)"$(${LIST_DAEMONS})"})
  compadd -a all
}

# The programs of a fleet, if -C names one.
${own}_programs() {
  local fleet=\${opt_args[-C]:-\${opt_args[--configure]}}
  [[ -n $fleet && $PREFIX != -* ]] || return 1
  local -a all=(\${(f)"$(${listPrograms('"$fleet"')})"})
  (( $#all )) && compadd -- $all
}

${own}_rest() {
  ${own}_programs && return
  case $words[1] in
${commands.flatMap(command => renderCase(command, own)).join('\n')}
  esac
}

${own}() {
  local context state state_descr line curcontext="$curcontext"
  typeset -A opt_args
  _arguments -C -S \\
${flags.map(flag => `    ${renderFlag(flag, own)} \\`).join('\n')}
    '(-): :${own}_commands' \\
    '(-)*:: :->rest' && return
  [[ $state == rest ]] && ${own}_rest
}

if [ "$funcstack[1]" = ${own} ]; then
  ${own} "$@"
else
  compdef ${own} ${name}
fi
`;
}

function renderCase({ names, flags, words }: ShellCommand, own: string): string[] {
  const rest =
    words === null ? [] : [quote(words === 'file' ? '*:file:_files' : `1:word:(${words.join(' ')})`)];
  const parts = [...flags.map(flag => renderFlag(flag, own)), ...rest];
  const call = ['_arguments -S', ...parts].map(
    (part, index) => `${index === 0 ? '      ' : '        '}${part}`,
  );
  return [`    ${names.join('|')})`, call.join(' \\\n'), '      ;;'];
}

/** `'(-C --configure)'{-C+,--configure=}'[read settings from FILE]:FILE:_files'` */
function renderFlag({ names, text, argument, value }: ShellFlag, own: string): string {
  const written = names.map(flag => {
    if (argument === null) return flag;
    return flag.startsWith('--') ? `${flag}=` : `${flag}+`;
  });
  const message = `[${text.replace(/[[\]\\]/g, '\\$&').replaceAll(':', '\\:')}]`;
  const isRepeated = value === 'override';
  const rest = quote(
    `${message}${argument === null ? '' : `:${argument.replaceAll(':', '\\:')}:${actionFor(value, own)}`}`,
  );
  if (isRepeated) return `${quote('*')}${written[0]}${rest}`;
  const excluded = quote(`(${names.join(' ')})`);
  return `${excluded}${written.length > 1 ? `{${written.join(',')}}` : written[0]}${rest}`;
}

function actionFor(value: Value, own: string): string {
  switch (value) {
    case 'file':
      return '_files';
    case 'folder':
      return '_files -/';
    case 'daemon':
      return `${own}_daemons`;
    case 'user':
      return '_users';
    case 'override':
      return `${own}_overrides`;
    case 'anything':
      return ' ';
    default:
      return `(${value.join(' ')})`;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
