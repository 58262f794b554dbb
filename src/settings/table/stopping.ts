import { manual } from '../manual';
import { setting } from '../option';
import { choice } from '../sizes';
import { signal, stopPlan } from '../value-types/signals';
import { command } from '../values';

/** How the program is stopped, and how it reads its own files again. */
export const stoppingTable = {
  stopSignals: setting({
    key: 'stop-signals',
    flags: 'PLAN',
    type: stopPlan,
    default: [{ signal: 15, seconds: null }],
    reach: 'live',
    rule: true,
    sample: 'TERM 20s, INT 10s, KILL',
    source: 'zd',
    help: 'stop the program with these signals, each with a time',
    details: manual(
      'The program gets each signal in turn and has its time to exit; SIGCONT follows, for a suspended program. ' +
        'Only the last signal before KILL can have no time: it gets what the others leave of ' +
        '``stop-timeout``. KILL ends every plan, named or not, except that with ``stop-timeout = 0`` it must be ' +
        'named. Names are with or without SIG, also ``RTMIN+3``.',
    ),
  }),
  stopProgram: setting({
    key: 'stop-program',
    flags: 'COMMAND',
    type: command,
    default: null,
    reach: 'live',
    guarded: true,
    sample: '/usr/local/bin/app-stop --wait',
    source: 'zd',
    help: 'a command that stops the program',
    details: manual(
      'It runs before the signals, like the program, with the pid of the program in ``ZD_PID``; its output goes ' +
        'to the transcript. If the program is still there when the command ends, or after ``stop-timeout``, ' +
        'the signals follow, and the command is ended. It is split into words like ``program``.',
    ),
  }),
  stopScope: setting({
    key: 'stop-scope',
    flags: 'SCOPE',
    type: choice('program', 'group', 'only-group'),
    default: 'program',
    reach: 'live',
    sample: 'group',
    source: 'zd',
    help: 'who gets the signals of a stop',
    details: manual(
      'With ``program`` the program itself, with ``group`` its process group; KILL is always for the group. ' +
        'Then whatever else the program has started is ended too, daemons included. ``only-group`` is ' +
        '``group`` without that, for a program that starts others to stay, such as tmux or ssh-agent.',
    ),
  }),
  reloadSignal: setting({
    key: 'reload-signal',
    flags: 'SIGNAL',
    type: signal,
    default: 1,
    reach: 'live',
    sample: 'USR1',
    source: 'zd',
    help: 'the signal of reload: the program reads its own files again',
    details: manual('``zd reload`` sends it to the program only.'),
  }),
  reloadProgram: setting({
    key: 'reload-program',
    flags: 'COMMAND',
    type: command,
    default: null,
    reach: 'live',
    guarded: true,
    sample: '/usr/local/bin/app-ctl reload',
    source: 'zd',
    help: 'a command that reload runs instead of sending a signal',
    details: manual(
      'It runs like the program, with the pid of the program in ``ZD_PID``; its output goes to the transcript. ' +
        '``reload`` fails if it does not exit with 0 within a minute, and then ends it.',
    ),
  }),
};
