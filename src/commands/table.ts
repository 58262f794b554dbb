import type { ActionContext } from '../client/context';
import { status } from './inspect/status';

/** What completes the words after a command. */
export type Completion = 'signals' | 'files' | 'topics' | { zd: string[]; zdaemon: string[] };

export interface CommandRecord {
  /** Other names of it; the empty one is no command at all. */
  aliases?: string[];
  group: 'Starting and stopping' | 'Looking' | 'Output' | 'Help';
  /** Refused without a configured program. */
  needsProgram?: boolean;
  /** Prints what the configuration makes zd ignore; if every command did, scripts would print it all day. */
  printsNotes?: boolean;
  /** Called as `zdaemon`, the words after it are ignored. */
  zdaemonIgnoresWords?: boolean;
  completes?: Completion;
  /** The flags that zdaemon has, where zd has more. */
  zdaemonFlags?: string[];
  /** A few words for lists: `send the program a signal`. */
  short: string;
  /** What `help NAME` prints: zdaemon's own text, which people and scripts know, where it has the command. */
  help: string;
  /** What `help NAME` prints called as `zd`, where zdaemon's text does not fit. */
  ownHelp?: string;
  /** Unknown to zdaemon: its list of commands leaves it out. */
  isOwn?: boolean;
  /**
   * What it does when no word follows it, which is how it is called nearly always: then there is nothing to parse, and
   * the parser is not even loaded. Start-up is what a command of a few milliseconds consists of, so each loads no more
   * than it needs.
   */
  wordless?: (context: ActionContext) => Promise<number>;
}

/** Every command once, in the order of the manual. Dispatch, help, completion and the manual page read it. */
export const commandTable = {
  start: {
    group: 'Starting and stopping',
    needsProgram: true,
    printsNotes: true,
    short: 'start the program',
    help: `start -- Start the daemon process.
         If it is already running, do nothing.`,
    wordless: context => loadBundle().start(context, []),
  },
  stop: {
    group: 'Starting and stopping',
    zdaemonIgnoresWords: true,
    short: 'stop the program',
    help: `stop -- Stop the daemon process.
        If it is not running, do nothing.`,
    wordless: context => loadBundle().stop(context),
  },
  restart: {
    group: 'Starting and stopping',
    needsProgram: true,
    printsNotes: true,
    short: 'stop the program and start it again',
    help: 'restart -- Stop and then start the daemon process.',
    wordless: context => loadBundle().restart(context, []),
  },
  status: {
    aliases: [''],
    group: 'Looking',
    zdaemonFlags: ['-l'],
    short: 'say whether the program is running',
    help: `status [-l] -- Print status for the daemon process.
               With -l, show raw status output as well.`,
    wordless: context => status(context, { long: false, json: false }),
  },
  fg: {
    aliases: ['foreground'],
    group: 'Starting and stopping',
    needsProgram: true,
    printsNotes: true,
    short: 'run the program in the foreground',
    help: `foreground -- Run the program in the forground.
fg -- an alias for foreground.`,
  },
  kill: {
    group: 'Starting and stopping',
    completes: 'signals',
    short: 'send the program a signal',
    help: `kill [sig] -- Send signal sig to the daemon process.
              The default signal is SIGTERM.`,
  },
  wait: {
    group: 'Starting and stopping',
    zdaemonIgnoresWords: true,
    short: 'wait until the program has ended',
    help: 'wait -- Wait for the daemon process to exit.',
    wordless: context => loadBundle().wait(context),
  },
  reopen_transcript: {
    group: 'Output',
    zdaemonIgnoresWords: true,
    short: 'open the transcript again by its name',
    help: `reopen_transcript -- Reopen the transcript log file.
                     Use after log rotation.`,
    wordless: context => loadBundle().reopenTranscript(context),
  },
  logreopen: {
    group: 'Output',
    zdaemonIgnoresWords: true,
    short: 'reopen the transcript and send the program SIGUSR2',
    help: `logreopen -- Send a SIGUSR2 signal to the daemon process.
             This is designed to reopen the log file.
             Also reopens the transcript log file.`,
    wordless: context => loadBundle().logreopen(context),
  },
  logtail: {
    group: 'Output',
    completes: 'files',
    short: 'show the end of a log and follow it',
    help: `logtail [logfile] -- Run tail -f on the given logfile.
                     A default file may exist.
                     Hit ^C to exit this mode.`,
  },
  upgrade: {
    isOwn: true,
    group: 'Starting and stopping',
    short: 'replace the manager, not the program',
    help: `upgrade -- Replace the daemon manager by one of this zd.
           The daemon process goes on undisturbed.`,
  },
  show: {
    group: 'Looking',
    printsNotes: true,
    completes: { zd: ['options', 'node', 'all'], zdaemon: ['options', 'python', 'all'] },
    short: 'show the settings and where they come from',
    help: `show options -- show zdctl options
show python -- show Python version and details
show all -- show all of the above`,
    ownHelp: `show options -- show the settings and where they come from
show node -- show the versions of zd and Node
show all -- show all of the above`,
  },
  check: {
    isOwn: true,
    group: 'Looking',
    printsNotes: true,
    short: 'check the configuration, start nothing',
    help: `check -- Check the configuration and print a summary.
         Nothing is started.`,
  },
  doctor: {
    isOwn: true,
    group: 'Looking',
    short: 'see whether a daemon can be run here',
    help: `doctor -- See whether a daemon can be run here: tools, folder, limits.
          Says what to do about what is missing.`,
  },
  help: {
    aliases: ['?'],
    group: 'Help',
    completes: 'topics',
    short: 'list the commands, or explain one',
    help: `help          -- Print a list of available actions.
help <action> -- Print help for <action>.`,
  },
} satisfies Record<string, CommandRecord> as Record<string, CommandRecord>;

/** The words that commands are called by. */
export const commandNames = Object.entries(commandTable)
  .flatMap(([name, { aliases = [] }]) => [name, ...aliases])
  .filter(name => name !== '');

/**
 * Finds the record of a command.
 *
 * @param word its name or an alias
 * @returns it with its name, or null
 */
export function findCommand(word: string): (CommandRecord & { name: string }) | null {
  for (const [name, record] of Object.entries(commandTable))
    if (name === word || record.aliases?.includes(word)) return { ...record, name };
  return null;
}

function loadBundle(): typeof import('./wordless-bundle') {
  return require('./wordless-bundle');
}
