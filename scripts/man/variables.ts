/* The environment variables of zd: every page that lists them takes them from here. */

export interface Variable {
  name: string;
  /** Who reads it: zd, or the program and its helpers, for which zd sets it. */
  reader: 'zd' | 'program';
  /** With code between backquotes. */
  text: string;
  /** Whether zdaemon knows it by the same meaning, so that it belongs on that page too. */
  isZdaemons?: boolean;
}

export const variables: readonly Variable[] = [
  {
    name: 'ZD_CONFIG',
    reader: 'zd',
    text: 'The configuration file for a command line without `-C`, `-p` and `-s`. Not read by `zdaemon`.',
  },
  {
    name: 'ZD_STATE',
    reader: 'zd',
    text:
      "The folder for the sockets of the programs of other systems' files, and of folders that cannot be written to. The " +
      'default is `/run/zd` for root and `~/.local/state/zd` for others.',
  },
  {
    name: 'PORT',
    reader: 'zd',
    text: 'The port of the first program of a Procfile, as for foreman. The default is 5000.',
  },
  {
    name: 'ZD_HISTORY',
    reader: 'zd',
    isZdaemons: true,
    text: 'The file for the lines typed at the prompt. If it is empty, none are kept.',
  },
  {
    name: 'XDG_STATE_HOME',
    reader: 'zd',
    isZdaemons: true,
    text: 'The folder of `zd/history`, unless `ZD_HISTORY` is set. The default is `~/.local/state`.',
  },
  {
    name: 'HOME',
    reader: 'zd',
    isZdaemons: true,
    text: 'Replaces a leading `~` in a path, and is the base of the default for `XDG_STATE_HOME`.',
  },
  {
    name: 'PATH',
    reader: 'zd',
    isZdaemons: true,
    text: 'The folders in which the program, `flock`, `mkfifo` and `perl` are looked up.',
  },
  {
    name: 'SHELL',
    reader: 'zd',
    isZdaemons: true,
    text: 'Runs the commands after `shell` and `!` at the prompt.',
  },
  {
    name: 'PWD',
    reader: 'zd',
    isZdaemons: true,
    text: 'The current folder as the user has reached it, if that is the same folder: relative paths begin with it.',
  },
  {
    name: 'COLUMNS',
    reader: 'zd',
    text: 'The width of the text where standard output is not a terminal.',
  },
  {
    name: 'NO_COLOR',
    reader: 'zd',
    text: 'If it is not empty, nothing is coloured.',
  },
  {
    name: 'FORCE_COLOR',
    reader: 'zd',
    text: 'Colours text also on a dumb terminal; `0` and `false` turn colours off. `NO_COLOR` wins.',
  },
  {
    name: 'TERM',
    reader: 'zd',
    text: 'If it is `dumb`, there are no colours and no line that is overwritten.',
  },
  {
    name: 'LC_ALL, LC_CTYPE, LANG',
    reader: 'zd',
    text: 'The first one that is set decides: symbols beyond ASCII are written if it names UTF-8.',
  },
  {
    name: 'ZD_COPY',
    reader: 'program',
    text: 'The number of this copy of a program with `copies`.',
  },
  {
    name: 'NODE_OPTIONS',
    reader: 'program',
    isZdaemons: true,
    text: 'Reaches the program as it is and does not steer zd, as is true of all variables of Node.',
  },
  {
    name: 'ZD_NODE_OPTIONS',
    reader: 'zd',
    text: 'What `NODE_OPTIONS` is elsewhere, for zd itself: for debugging.',
  },
  {
    name: 'ZD_PID',
    reader: 'program',
    text: 'For `stop-program`, `reload-program` and hooks: the pid of the program.',
  },
  { name: 'ZD_STEP', reader: 'program', text: 'The name of the step that runs; for hooks too.' },
  { name: 'ZD_NAME', reader: 'program', text: 'For hooks: the name of the daemon.' },
  {
    name: 'ZD_EVENT',
    reader: 'program',
    text: 'For hooks: the kind of the event; `starting` for `before-start`, `exited` for `after-exit`.',
  },
  {
    name: 'ZD_EXIT_CODE, ZD_SIGNAL',
    reader: 'program',
    text: 'For hooks: the exit status of the program, or the signal that ended it.',
  },
  { name: 'ZD_UPTIME', reader: 'program', text: 'For hooks: how long the program ran, in whole seconds.' },
  { name: 'ZD_REASON', reader: 'program', text: 'For hooks: why, as a clause.' },
  {
    name: 'ZD_MISSED',
    reader: 'program',
    text: 'For `on-event`: how many events were left out before this one.',
  },
  {
    name: 'ZD_TRANSCRIPT, ZD_SOCKET',
    reader: 'program',
    text: 'For hooks: the paths of the transcript and of the socket.',
  },
];

/** Between the processes of zd; they mean nothing to a user. */
export const internalVariables = ['ZD_FRONT', 'ZD_KEEPER', 'ZD_MAIL', 'ZD_VERSION'];

/** The names one by one. */
export function namesOf({ name }: Variable): string[] {
  return name.split(', ');
}
