import { inspecting } from './inspecting';
import { ofOutput } from './of-output';
import type { CommandRecord } from './record';

export type { CommandRecord, Completion } from './record';

/** Every command once, in the order of the manual. Dispatch, help, completion and the manual page read it. */
export const commandTable = {
  start: {
    words: 'program',
    startsProgram: true,
    changes: true,
    group: 'Starting and stopping',
    needsProgram: 'new',
    printsNotes: true,
    short: 'start the program',
    help: `start -- Start the daemon process.
         If it is already running, do nothing.`,
    wordless: context => loadBundle().start(context, []),
  },
  stop: {
    changes: true,
    synonyms: ['down'],
    group: 'Starting and stopping',
    worksWithFault: 'goes on',
    zdaemonIgnoresWords: true,
    short: 'stop the program',
    help: `stop -- Stop the daemon process.
        If it is not running, do nothing.`,
    wordless: context => loadBundle().stop(context),
  },
  restart: {
    words: 'program',
    startsProgram: true,
    changes: true,
    group: 'Starting and stopping',
    worksWithFault: 'refuses',
    needsProgram: 'new',
    printsNotes: true,
    short: 'stop the program and start it again',
    help: 'restart -- Stop and then start the daemon process.',
    wordless: context => loadBundle().restart(context, []),
  },
  once: {
    isOwn: true,
    words: 'program',
    startsProgram: true,
    changes: true,
    group: 'Starting and stopping',
    needsProgram: 'new',
    printsNotes: true,
    short: 'start the program for one run',
    help: `once -- Start the daemon process, and do not start it again at its end.
        If it is already running, only that.`,
  },
  pause: {
    isOwn: true,
    changes: true,
    synonyms: ['suspend', 'freeze'],
    group: 'Starting and stopping',
    worksWithFault: 'goes on',
    short: 'suspend the program',
    help: `pause -- Suspend the daemon process and its group.
         The clocks of its settings stand still.`,
  },
  continue: {
    isOwn: true,
    changes: true,
    synonyms: ['resume', 'unpause', 'cont'],
    group: 'Starting and stopping',
    worksWithFault: 'goes on',
    short: 'continue a suspended program',
    help: `continue -- Continue a suspended daemon process and its group.`,
  },
  reload: {
    isOwn: true,
    changes: true,
    group: 'Starting and stopping',
    worksWithFault: 'goes on',
    short: 'have the program read its own files again',
    help: `reload -- Have the daemon process read its own files again.
          Sends reload-signal, or runs reload-program.`,
  },
  'run-now': {
    changes: true,
    startsProgram: true,
    isOwn: true,
    worksWithFault: 'goes on',
    synonyms: ['run_now', 'trigger'],
    group: 'Starting and stopping',
    short: 'begin the next run of a schedule at once',
    help: `run-now -- Begin the next run of a schedule at once.
           If a run is under way, do nothing.`,
  },
  send: {
    selects: 'first',
    isOwn: true,
    words: 'text',
    changes: true,
    synonyms: ['stdin', 'input', 'write', 'type', 'tell'],
    group: 'Starting and stopping',
    worksWithFault: 'goes on',
    short: 'write to the standard input of the program',
    help: `send text... -- Write a line to the standard input of the daemon process.
With - instead of text, copy standard input. --eof ends it.`,
  },
  ...inspecting,
  fg: {
    selects: 'first',
    words: 'program',
    answers: true,
    synonyms: ['run'],
    aliases: ['foreground'],
    group: 'Starting and stopping',
    needsProgram: 'always',
    printsNotes: true,
    short: 'run the program in the foreground',
    help: `foreground -- Run the program in the forground.
fg -- an alias for foreground.`,
  },
  kill: {
    selects: 'second',
    words: 'own',
    changes: true,
    group: 'Starting and stopping',
    worksWithFault: 'goes on',
    completes: 'signals',
    short: 'send the program a signal',
    help: `kill [sig] -- Send signal sig to the daemon process.
              The default signal is SIGTERM.`,
  },
  wait: {
    group: 'Starting and stopping',
    worksWithFault: 'goes on',
    zdaemonIgnoresWords: true,
    short: 'wait until the program has exited',
    help: 'wait -- Wait for the daemon process to exit.',
    wordless: context => loadBundle().wait(context),
  },
  ...ofOutput,
  upgrade: {
    changes: true,
    isOwn: true,
    group: 'Starting and stopping',
    short: 'replace the manager, not the program',
    help: `upgrade -- Replace the daemon manager with one of this zd.
           The daemon process keeps running.`,
  },
  apply: {
    changes: true,
    isOwn: true,
    synonyms: ['sync'],
    group: 'Starting and stopping',
    printsNotes: true,
    worksWithFault: 'refuses',
    short: 'make what runs equal to the file',
    help: `apply -- Make what runs equal to the configuration file.
         Says what changes, and does no more than that needs.`,
  },
  up: {
    changes: true,
    isOwn: true,
    takesFleet: true,
    answers: true,
    streams: true,
    synonyms: ['supervise'],
    group: 'Starting and stopping',
    printsNotes: true,
    short: 'apply, show all output, and stop all at the end',
    help: `up -- Make what runs equal to the configuration, show all output, apply what is saved.
      SIGTERM or Ctrl-C stops all.`,
  },
  show: {
    selects: 'second',
    words: 'own',
    answers: true,
    acceptsAnyText: true,
    group: 'Configuration',
    printsNotes: true,
    completes: {
      zd: ['options', 'environment', 'config', 'node', 'changes', 'all'],
      zdaemon: ['options', 'python', 'all'],
      settings: true,
    },
    short: 'show the settings and where they come from',
    help: `show options -- show zdctl options
show python -- show Python version and details
show all -- show all of the above`,
    ownHelp: `show options -- show the settings and where they come from
show environment -- show the variables of the program, and where they come from
show config -- print the configuration as an INI file
show node -- show the versions of zd and Node
show changes -- show what differs between the file and what runs
show SETTING -- show one setting
show all -- show all of the above`,
  },
  check: {
    isOwn: true,
    group: 'Configuration',
    printsNotes: true,
    short: 'check the configuration without starting anything',
    help: `check -- Check the configuration and print a summary.
         Nothing is started.`,
  },
  init: {
    acceptsAnyText: true,
    isOwn: true,
    group: 'Configuration',
    words: 'program',
    changes: true,
    needsNoFile: true,
    writesFile: true,
    completes: 'files',
    short: 'write a configuration file for a program',
    help: `init program [word...] -- Write a configuration for the program, with comments.
                           The file is zd.conf, or the one that -C names; it must not exist.`,
  },
  export: {
    selects: 'second',
    answers: true,
    changes: true,
    isOwn: true,
    group: 'Configuration',
    words: 'own',
    needsProgram: 'always',
    printsNotes: true,
    synonyms: ['convert'],
    completes: {
      zd: ['systemd', 'launchd', 'kubernetes', 'nomad', 'compose', 'procfile', 'logrotate'],
      zdaemon: [],
    },
    short: 'write the files with which another system runs the program',
    help: `export system -- Write the files with which systemd, launchd, kubernetes, nomad, compose,
                 procfile or logrotate run the daemon process, or rotate its transcript.`,
  },
  doctor: {
    acceptsAnyText: true,
    isOwn: true,
    group: 'Configuration',
    short: 'check whether a daemon can run here',
    help: `doctor -- Check whether a daemon can run here: tools, folder, limits.
          Suggests how to fix what is missing.`,
  },
  completion: {
    isOwn: true,
    answers: true,
    words: 'own',
    needsNoFile: true,
    acceptsAnyText: true,
    synonyms: ['completions'],
    group: 'Help',
    completes: { zd: ['bash', 'zsh', 'fish'], zdaemon: ['bash', 'zsh', 'fish'] },
    short: 'print a script for the completion of a shell',
    help: `completion bash|zsh|fish -- Print a script that completes the command line in a shell.`,
  },
  help: {
    words: 'own',
    answers: true,
    needsNoFile: true,
    acceptsAnyText: true,
    aliases: ['?'],
    group: 'Help',
    completes: 'topics',
    short: 'list the commands, or explain one',
    help: `help          -- Print a list of available actions.
help <action> -- Print help for <action>.`,
  },
} satisfies Record<string, CommandRecord> as Record<string, CommandRecord>;

/** The names and aliases of all commands. */
export const commandNames = Object.entries(commandTable)
  .flatMap(([name, { aliases = [] }]) => [name, ...aliases])
  .filter(name => name !== '');

/**
 * Finds the record of a command.
 *
 * @param word its name or an alias
 * @returns the record with its name, or null
 */
export function findCommand(word: string): (CommandRecord & { name: string }) | null {
  for (const [name, record] of Object.entries(commandTable))
    if (name === word || record.aliases?.includes(word)) return { ...record, name };
  return null;
}

function loadBundle(): typeof import('./wordless-bundle') {
  return require('./wordless-bundle');
}
