import { manual } from '../manual';
import { setting } from '../option';
import { probesWithout } from '../probes/type';
import { choice, someNumber } from '../sizes';
import { someTime, time } from '../times';

const NOT_UP = 'the program is not up yet';
const ONCE = 'it happens once, and says nothing later';

/** What a start waits for, when the program is ready, and whether it still is. */
export const readinessTable = {
  waitFor: setting({
    key: 'wait-for',
    flags: 'PROBES',
    type: probesWithout({ output: NOT_UP, fd: NOT_UP, notify: NOT_UP }),
    default: null,
    reach: 'program',
    guarded: true,
    sample: 'port db.lan:5432',
    source: 'zd',
    help: 'what must be there before each start',
    details: manual(
      'The program is started once these probes hold; until then the state is ``starting``, without a pid. ' +
        'docs/readiness.rst describes the probes. After ``wait-for-timeout`` the start has failed.',
    ),
  }),
  waitForTimeout: setting({
    key: 'wait-for-timeout',
    flags: 'TIME',
    type: time,
    default: 60,
    reach: 'program',
    sample: '5m',
    source: 'zd',
    help: 'wait at most TIME for wait-for',
    details: manual(
      'Then the start has failed, with the probe that does not hold as the reason. It is tried again as after ' +
        'an early exit; but the first start is tried again only with ``forever``.',
    ),
  }),
  ready: setting({
    key: 'ready',
    flags: 'PROBES',
    type: probesWithout({}),
    default: null,
    reach: 'program',
    guarded: true,
    sample: 'http http://127.0.0.1:8080/health',
    source: 'zd',
    help: 'when the program is ready',
    details: manual(
      '``start`` and ``restart`` succeed once these probes hold and ``start-seconds`` have passed. They fail ' +
        'after ``start-timeout``, and name the probe that does not hold and its last answer. ' +
        'docs/readiness.rst describes the probes. ``start-test-program`` X is the same as ``ready`` with ' +
        '``command`` X, and only one of the two is allowed.',
    ),
  }),
  alive: setting({
    key: 'alive',
    flags: 'PROBES',
    type: probesWithout({ output: ONCE, fd: ONCE }),
    default: null,
    reach: 'program',
    guarded: true,
    sample: 'http http://127.0.0.1:8080/health',
    source: 'zd',
    help: 'whether the program still works',
    details: manual(
      'From readiness on, the manager checks these probes every ``alive-every``. After ``alive-failures`` ' +
        'failed checks in a row it restarts the program, with the reason in its record. ' +
        '``notify`` means that the program must send WATCHDOG=1 within each ``alive-every``.',
    ),
  }),
  aliveEvery: setting({
    key: 'alive-every',
    flags: 'TIME',
    type: someTime,
    default: 30,
    reach: 'program',
    sample: '10s',
    source: 'zd',
    help: 'check every TIME whether it is alive',
    details: manual('The time from the end of one check of ``alive`` to the next.'),
  }),
  aliveTimeout: setting({
    key: 'alive-timeout',
    flags: 'TIME',
    type: someTime,
    default: 5,
    reach: 'program',
    sample: '2s',
    source: 'zd',
    help: 'end a check of alive after TIME',
    details: manual('A check of ``alive`` that takes longer is ended, and counts as failed.'),
  }),
  aliveFailures: setting({
    key: 'alive-failures',
    flags: 'NUMBER',
    type: someNumber,
    default: 3,
    reach: 'program',
    sample: '2',
    source: 'zd',
    help: 'restart after NUMBER failed checks',
    details: manual(
      'How many checks of ``alive`` in a row must fail before the program is restarted. A successful one ' +
        'resets the count.',
    ),
  }),
  startFailure: setting({
    key: 'start-failure',
    flags: 'WHAT',
    type: choice('keep', 'stop'),
    default: 'keep' as const,
    reach: 'live',
    rule: true,
    sample: 'stop',
    source: 'zd',
    help: 'keep or stop a program that is not ready in time',
    details: manual(
      'With ``keep``, a program that is not ready after ``start-timeout`` is left running, and may still become ' +
        'ready. With ``stop`` it is stopped, and counts as a failed start.',
    ),
  }),
};
