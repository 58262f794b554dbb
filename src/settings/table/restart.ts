import { manual } from '../manual';
import { setting } from '../option';
import { time } from '../times';
import { onOff, wholeNumbers } from '../values';

/** When the program is restarted. */
export const restartTable = {
  backoffLimit: setting({
    key: 'backoff-limit',
    flags: '-b --backoff-limit TIME',
    type: time,
    default: 10,
    reach: 'live',
    rule: true,
    sample: '30',
    source: 'zdaemon 2',
    help: 'limit the delay between restarts to TIME',
    details: manual(
      'A program that ran for less than this time exited early. Each early exit increases the delay before ' +
        'the restart by one second. When the delay reaches the limit, the manager gives up, unless ' +
        '``forever`` is on. A program that ran longer is restarted immediately.',
    ),
  }),
  forever: setting({
    key: 'forever',
    flags: '-f --forever',
    type: onOff,
    default: false,
    reach: 'live',
    rule: true,
    sample: 'on',
    source: 'zdaemon 2',
    help: 'never give up restarting',
    details: manual(
      'At the backoff limit the manager keeps restarting the program, with the limit as the delay.',
    ),
  }),
  exitCodes: setting({
    key: 'exit-codes',
    flags: '-x --exit-codes LIST',
    type: wholeNumbers,
    default: [0, 2],
    reach: 'live',
    rule: true,
    sample: '0,2',
    source: 'zdaemon 2',
    help: 'do not restart after an exit status in LIST',
    details: manual(
      'If the program exits with one of these statuses, it is not restarted and the manager exits. Whole ' +
        'numbers separated by commas; -1 means killed by a signal. With an empty list every exit leads to ' +
        'a restart.',
    ),
  }),
};
