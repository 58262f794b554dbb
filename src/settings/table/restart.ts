import { manual } from '../manual';
import { setting } from '../option';
import { someTime, time } from '../times';
import { endings, possibleEndings } from '../value-types/endings';
import { count, factor, percent } from '../value-types/numbers';
import { onOff } from '../values';

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
    help: 'limit the pause before a restart to TIME',
    details: manual(
      'A run shorter than this, or than ``backoff-reset``, is an early end. Each early end in a row makes the pause ' +
        'before the next start longer; see ``backoff-first``. When the pause reaches the limit, the manager gives ' +
        'up, unless ``forever`` is on or ``attempts`` is set. After a longer run the program is started again ' +
        'at once.',
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
    details: manual('The pause stays at the backoff limit.'),
  }),
  exitCodes: setting({
    key: 'exit-codes',
    flags: '-x --exit-codes LIST',
    type: endings,
    default: [0, 2] as (number | string)[],
    reach: 'live',
    rule: true,
    sample: '0, 2, TERM',
    source: 'zdaemon 2',
    help: 'do not restart the program after an end in LIST',
    details: manual(
      'After one of these ends the manager exits, with the same status. A number is an exit status, -1 any signal, ' +
        'and a name such as ``TERM`` or ``RTMIN+3`` that signal. With an empty list every end leads to a restart.',
    ),
  }),
  failureCodes: setting({
    key: 'failure-codes',
    flags: 'LIST',
    type: possibleEndings,
    default: [] as (number | string)[],
    reach: 'live',
    rule: true,
    sample: '78, ABRT',
    source: 'zd',
    help: 'ends that no restart can mend',
    details: manual(
      'As ``exit-codes``, but a failure: the state is ``failed``, ``status`` says why, and the manager exits with ' +
        '1. An end cannot be in both lists.',
    ),
  }),
  once: setting({
    key: 'once',
    flags: '',
    type: onOff,
    default: false,
    reach: 'live',
    rule: true,
    sample: 'on',
    source: 'zd',
    help: 'run the program once, whatever its end',
    details: manual('No end is followed by a start; ``zd once`` does the same for one run.'),
  }),
  backoffFirst: setting({
    key: 'backoff-first',
    flags: 'TIME',
    type: someTime,
    default: 1,
    reach: 'live',
    rule: true,
    sample: '500ms',
    source: 'zd',
    help: 'the pause after the first early end',
    details: manual('Each further one in a row makes the pause a second longer, or see ``backoff-factor``.'),
  }),
  backoffFactor: setting({
    key: 'backoff-factor',
    flags: 'FACTOR',
    type: factor,
    default: null,
    defaultText: 'none: one second is added',
    reach: 'live',
    rule: true,
    sample: '2',
    source: 'zd',
    help: 'multiply the pause by FACTOR after each early end',
    details: manual(
      'With 2 the pauses are 1, 2, 4, 8 seconds, up to ``backoff-limit``; with 1 all are equal.',
    ),
  }),
  backoffJitter: setting({
    key: 'backoff-jitter',
    flags: 'PERCENT',
    type: percent,
    default: 0,
    reach: 'live',
    rule: true,
    sample: '20',
    source: 'zd',
    help: 'shorten each pause by up to PERCENT, at random',
    details: manual('Many programs that lost the same server do not come back at the same moment.'),
  }),
  backoffReset: setting({
    key: 'backoff-reset',
    flags: 'TIME',
    type: time,
    default: null,
    defaultText: 'backoff-limit',
    reach: 'live',
    rule: true,
    sample: '1m',
    source: 'zd',
    help: 'a run of TIME is no early end',
    details: manual('It also forgets the early ends before it, so that the pauses begin anew.'),
  }),
  attempts: setting({
    key: 'attempts',
    flags: 'NUMBER',
    type: count,
    default: null,
    reach: 'live',
    rule: true,
    sample: '5',
    source: 'zd',
    help: 'give up after NUMBER early ends in a row',
    details: manual(
      'The first start is one of them: a manager tries again even if its first start fails. ``backoff-limit`` is ' +
        'then only the longest pause. Cannot be used with ``forever``.',
    ),
  }),
  attemptsPause: setting({
    key: 'attempts-pause',
    flags: 'TIME',
    type: someTime,
    default: null,
    reach: 'live',
    rule: true,
    sample: '10m',
    source: 'zd',
    help: 'having given up, begin anew after TIME',
    details: manual('Until then ``status`` shows a pause. Without it the manager exits.'),
  }),
};
