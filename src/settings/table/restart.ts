import { manual } from '../manual';
import { setting } from '../option';
import { onOff, wholeNumbers, wholeSeconds } from '../values';

/** When the program is started again. */
export const restartTable = {
  backoffLimit: setting({
    key: 'backoff-limit',
    flags: '-b --backoff-limit SECONDS',
    type: wholeSeconds,
    default: 10,
    reach: 'live',
    rule: true,
    sample: '30',
    source: 'zdaemon 2',
    help: 'let the pause between restarts grow to SECONDS',
    details: manual(
      'A program that lived shorter than this died early. The pause before its restart grows by one second ' +
        'each time; when it reaches the limit the manager gives up, unless ``forever`` is on. A program that ' +
        'lived longer is restarted at once.',
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
    details: manual('At the backoff limit the manager goes on restarting, with the limit as the pause.'),
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
    help: 'take the exit statuses in LIST as a wish to end',
    details: manual(
      'A program that exits with one of them is not restarted, and the manager ends. Whole numbers with ' +
        'commas between; -1 is death by a signal; empty means that every exit leads to a restart.',
    ),
  }),
};
