import { status } from './inspect/status';
import type { CommandRecord } from './record';

/** The commands that report, in the order of the manual; a part of the table. */
export const inspecting = {
  status: {
    synonyms: ['ps'],
    streams: '--watch',
    aliases: [''],
    group: 'Inspecting',
    worksWithFault: 'goes on',
    zdaemonFlags: ['-l'],
    short: 'report whether the program is running',
    help: `status [-l] -- Print status for the daemon process.
               With -l, show raw status output as well.`,
    wordless: context => status(context, { long: false, json: false }),
  },
  list: {
    aliases: ['ls'],
    answers: true,
    isOwn: true,
    words: 'own',
    group: 'Inspecting',
    worksWithFault: 'goes on',
    synonyms: ['daemons', 'jlist'],
    short: 'list the daemons of this user, or the configured one',
    help: `list [-o COLUMNS] [--sort COLUMN] -- Print one line for each daemon.
         Without a configuration, for all managers of this user.
ls -- an alias for list.`,
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
  top: {
    answers: true,
    streams: true,
    isOwn: true,
    group: 'Inspecting',
    worksWithFault: 'goes on',
    synonyms: ['monit', 'htop', 'dashboard'],
    short: 'show the program on the whole screen as it runs',
    help: `top -- Show the program on the whole screen as it runs, with its output.
       q leaves it.`,
  },
} satisfies Record<string, CommandRecord>;
