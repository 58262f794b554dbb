import type { CommandRecord } from './record';

/** The commands about the program's output, in the order of the manual; a part of the table. */
export const ofOutput = {
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
  attach: {
    selects: 'first',
    isOwn: true,
    answers: true,
    group: 'Output',
    worksWithFault: 'goes on',
    synonyms: ['console', 'enter', 'join', 'visit'],
    short: 'visit the console of the program',
    help: `attach [--read-only] -- Show the terminal of the daemon process, and type on it.
                        Ctrl-] leaves; the daemon process goes on.`,
  },
} satisfies Record<string, CommandRecord>;

function loadBundle(): typeof import('./wordless-bundle') {
  return require('./wordless-bundle');
}
