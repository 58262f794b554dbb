import type { ActionContext } from '../client/context';
import { status } from './inspect/status';

/** How the prompt completes the words after a command. */
export type Completion = 'signals' | 'files' | 'topics' | { zd: string[]; zdaemon: string[] };

export interface CommandRecord {
  /** Other names; the empty name is an empty line or an empty word. */
  aliases?: string[];
  group: 'Starting and stopping' | 'Inspecting' | 'Output' | 'Configuration' | 'Help';
  /** Refused without a configured program. `new`: a running manager has a program already, called as `zd`. */
  needsProgram?: 'always' | 'new';
  /** Refused with `disable`. */
  startsProgram?: boolean;
  /** Prints notes on ignored settings; if every command did, scripts would print them constantly. */
  printsNotes?: boolean;
  /** Whose words follow it: the program's, whatever they are, or its own. Absent for a command without words. */
  words?: 'program' | 'own';
  /** With `--json`, `changed` says whether it changed something. */
  changes?: boolean;
  /** Its output is what the user asked for, so `-q` keeps it. */
  answers?: boolean;
  /** It prints objects of its own with `--json`, as they come. */
  streams?: boolean;
  /** Needs no configuration, so none is looked for. */
  needsNoFile?: boolean;
  /** The file that -C names is written, not read. */
  writesFile?: boolean;
  /** What users of other tools call it. */
  synonyms?: string[];
  /** Called as `zdaemon`, the words after it are ignored. */
  zdaemonIgnoresWords?: boolean;
  /** Does nothing because of the configuration, or checks itself whether root may. */
  acceptsAnyText?: boolean;
  /** With a broken file, it does what it can with the socket, or `refuses` and says what runs. */
  worksWithFault?: 'goes on' | 'refuses';
  completes?: Completion;
  /** The flags in zdaemon, where zd has more. */
  zdaemonFlags?: string[];
  /** A short text for lists: `send the program a signal`. */
  short: string;
  /** What `help NAME` prints: for zdaemon's commands its own text, which users and scripts know. */
  help: string;
  /** What `help NAME` prints when called as `zd`, where zdaemon's text does not fit. */
  ownHelp?: string;
  /** Unknown to zdaemon, so its list of commands omits it. */
  isOwn?: boolean;
  /**
   * What the command does without words, the usual case: there is nothing to parse, so the parser is not loaded. A
   * command of a few milliseconds is mostly start-up, so each loads no more than it needs.
   */
  wordless?: (context: ActionContext) => Promise<number>;
}

/** Every command once, in the order of the manual. Dispatch, help, completion and the manual page read it. */
export const commandTable = {
  start: {
    words: 'program',
    startsProgram: true,
    changes: true,
    synonyms: ['up'],
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
  status: {
    synonyms: ['ps', 'ls'],
    aliases: [''],
    group: 'Inspecting',
    worksWithFault: 'goes on',
    zdaemonFlags: ['-l'],
    short: 'report whether the program is running',
    help: `status [-l] -- Print status for the daemon process.
               With -l, show raw status output as well.`,
    wordless: context => status(context, { long: false, json: false }),
  },
  history: {
    answers: true,
    isOwn: true,
    group: 'Inspecting',
    worksWithFault: 'goes on',
    synonyms: ['last', 'exits', 'crashes'],
    short: 'list the last ends of the program, with their causes',
    help: `history [-n N] -- List the last ends of the program, with their causes.`,
  },
  events: {
    answers: true,
    streams: true,
    isOwn: true,
    group: 'Inspecting',
    worksWithFault: 'goes on',
    synonyms: ['watch', 'monitor', 'follow'],
    short: 'print what happens to the program',
    help: `events [--json] -- Print what happens to the program, until the manager leaves.`,
  },
  fg: {
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
  reopen_transcript: {
    changes: true,
    synonyms: ['reopen'],
    group: 'Output',
    worksWithFault: 'goes on',
    zdaemonIgnoresWords: true,
    short: 'reopen the transcript by its name',
    help: `reopen_transcript -- Reopen the transcript log file.
                     Use after log rotation.`,
    wordless: context => loadBundle().reopenTranscript(context),
  },
  logreopen: {
    changes: true,
    group: 'Output',
    worksWithFault: 'goes on',
    zdaemonIgnoresWords: true,
    short: 'reopen the transcript and send the program SIGUSR2',
    help: `logreopen -- Send a SIGUSR2 signal to the daemon process.
             This is designed to reopen the log file.
             Also reopens the transcript log file.`,
    wordless: context => loadBundle().logreopen(context),
  },
  logtail: {
    words: 'own',
    answers: true,
    synonyms: ['logs', 'log', 'tail'],
    group: 'Output',
    worksWithFault: 'goes on',
    completes: 'files',
    short: 'show the end of a log and follow it',
    help: `logtail [logfile] -- Run tail -f on the given logfile.
                     A default file may exist.
                     Hit ^C to exit this mode.`,
  },
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
  show: {
    words: 'own',
    answers: true,
    acceptsAnyText: true,
    group: 'Configuration',
    printsNotes: true,
    completes: { zd: ['options', 'node', 'changes', 'all'], zdaemon: ['options', 'python', 'all'] },
    short: 'show the settings and where they come from',
    help: `show options -- show zdctl options
show python -- show Python version and details
show all -- show all of the above`,
    ownHelp: `show options -- show the settings and where they come from
show node -- show the versions of zd and Node
show changes -- show what differs between the file and what runs
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
  doctor: {
    acceptsAnyText: true,
    isOwn: true,
    group: 'Configuration',
    short: 'check whether a daemon can run here',
    help: `doctor -- Check whether a daemon can run here: tools, folder, limits.
          Suggests how to fix what is missing.`,
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
