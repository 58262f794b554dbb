import { manual } from '../manual';
import { setting } from '../option';
import { command, decimalSeconds, wholeSeconds } from '../values';

/** When a start counts, and how a stop goes. */
export const startStopTable = {
  startTestProgram: setting({
    key: 'start-test-program',
    flags: 'COMMAND',
    type: command,
    default: null,
    reach: 'program',
    guarded: true,
    sample: 'test -e /run/app/ready',
    source: 'zdaemon 3',
    help: 'a command that exits with 0 once the program is ready',
    details: manual(
      'While the program starts the command is run again and again until it exits with 0; only then have ' +
        '``start`` and ``restart`` succeeded. Split into words like ``program``. Called as ``zd``, ``start`` refuses one ' +
        'that cannot be run.',
    ),
  }),
  startTimeout: setting({
    key: 'start-timeout',
    flags: '-T --start-timeout SECONDS',
    type: wholeSeconds,
    default: 300,
    reach: 'program',
    sample: '60',
    source: 'zdaemon 3',
    help: 'wait at most SECONDS for the start test',
    details: manual(
      'How long ``start`` and ``restart`` wait for the start test. The program is left running after.',
    ),
  }),
  startSeconds: setting({
    key: 'start-seconds',
    flags: '--start-seconds SECONDS',
    type: decimalSeconds,
    default: 0.25,
    reach: 'program',
    rule: true,
    sample: '1.5',
    source: 'zd',
    help: 'count a start once the program lived SECONDS',
    details: manual(
      'A program that dies sooner has not started. With 0 it is enough that it could be executed.',
    ),
  }),
  stopTimeout: setting({
    key: 'stop-timeout',
    flags: '--stop-timeout SECONDS',
    type: wholeSeconds,
    default: 300,
    reach: 'live',
    rule: true,
    sample: '30',
    source: 'zdaemon 3; the flag: zd',
    help: 'send SIGKILL when SIGTERM did not end it in SECONDS',
    details: manual(
      'Counts from SIGTERM. With 0 the manager waits as long as it takes and never sends SIGKILL.',
    ),
  }),
};
