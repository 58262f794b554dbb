import { manual } from '../manual';
import { setting } from '../option';
import { cronExpression, stepList, zoneName } from '../schedule/values';
import { choice } from '../sizes';
import { someTime, time } from '../times';

/** Programs that run again and again, and several commands one after another. */
export const scheduleTable = {
  runEvery: setting({
    key: 'run-every',
    flags: '--run-every TIME',
    type: someTime,
    default: null,
    reach: 'live',
    rule: true,
    sample: '5m',
    source: 'zd',
    help: 'run the program again TIME after it has ended',
    details: manual(
      'The first run begins at once. There are never two runs at once, however long one takes. The time between ' +
        'two runs counts from the end of the first; the time for which the machine sleeps does not count.',
    ),
  }),
  runAt: setting({
    key: 'run-at',
    flags: '--run-at CRON',
    type: cronExpression,
    default: null,
    reach: 'live',
    rule: true,
    sample: '30 3 * * 1-5',
    source: 'zd',
    help: 'run the program at the times of a cron expression',
    details: manual(
      'Minute, hour, day of the month, month and day of the week, with the second in front or without; also ' +
        '``@hourly``, ``@daily``, ``@weekly``, ``@monthly`` and ``@yearly``. A time that passes while the program runs ' +
        'or while the machine sleeps is skipped, and counted in ``status``.',
    ),
  }),
  runZone: setting({
    key: 'run-zone',
    flags: 'ZONE',
    type: zoneName,
    default: null,
    reach: 'live',
    defaultText: 'local time',
    sample: 'Europe/Berlin',
    source: 'zd',
    help: 'read run-at as times of the time zone ZONE',
    details: manual(
      'A name of the zone database, or ``UTC``. A time that a change to summer time leaves out comes at the end of ' +
        'the gap; one that comes twice is used once.',
    ),
  }),
  runTimeout: setting({
    key: 'run-timeout',
    flags: 'TIME',
    type: someTime,
    default: null,
    reach: 'live',
    rule: true,
    sample: '1h',
    source: 'zd',
    help: 'stop a run or a step that lasts longer than TIME',
    details: manual(
      'It is stopped as ``stop`` does it, and counts as a failed run; a program that is not on a schedule is started ' +
        'again after the usual pause.',
    ),
  }),
  steps: setting({
    key: 'steps',
    flags: 'SECTION',
    type: stepList,
    default: null,
    reach: 'program',
    guarded: true,
    inFile: false,
    sample: 'fetch = curl -fsSO https://example.org/list; load = ./load list',
    source: 'zd',
    help: 'run the commands of the section steps in their order',
    details: manual(
      'Instead of ``program``: a section ``[steps]`` or ``<steps>`` with a name and a command on each line. The next ' +
        'one begins when the one before has ended with status 0. ``schedules.rst`` describes it.',
    ),
  }),
  stepPause: setting({
    key: 'step-pause',
    flags: 'TIME',
    type: time,
    default: 0,
    reach: 'live',
    rule: true,
    sample: '5s',
    source: 'zd',
    help: 'wait for TIME between two steps',
    details: manual('The pause after the last step is that of the schedule.'),
  }),
  stepFailure: setting({
    key: 'step-failure',
    flags: 'POLICY',
    type: choice('end', 'go-on'),
    default: 'end',
    reach: 'live',
    rule: true,
    sample: 'go-on',
    source: 'zd',
    help: 'what a step that fails means for those after it',
    details: manual(
      'With ``end``, the round is over; with ``go-on``, the next step is run. Only an exit status of 0 is a success.',
    ),
  }),
};
