import { manual } from '../manual';
import { setting } from '../option';
import { autoTime, time } from '../times';
import { command, onOff } from '../values';

/** When a start has succeeded, and how the program is stopped. */
export const startStopTable = {
  disable: setting({
    key: 'disable',
    flags: '',
    type: onOff,
    default: false,
    reach: 'client',
    sample: 'on',
    source: 'zd',
    help: 'refuse to start the program',
    details: manual(
      '``start``, ``restart``, ``once`` and ``run-now`` end with status 2 and name the line. A program that ' +
        'is running is left alone, and can be stopped.',
    ),
  }),
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
      'While the program starts, the command is run repeatedly until it exits with 0. Only then do ' +
        '``start`` and ``restart`` succeed. It is split into words like ``program``. Called as ``zd``, ' +
        '``start`` refuses a command that cannot be run.',
    ),
  }),
  probeTimeout: setting({
    key: 'probe-timeout',
    flags: 'TIME',
    type: time,
    default: null,
    defaultText: '5; called as zdaemon, start-timeout',
    reach: 'program',
    sample: '10',
    source: 'zd',
    help: 'end a try of a probe after TIME',
    details: manual(
      'A try of ``ready``, ``wait-for`` or the start test that takes longer is ended, a command with its process ' +
        'group, and does not hold. With 0 there is no limit, as in zdaemon. ``alive`` has ``alive-timeout``.',
    ),
  }),
  startTimeout: setting({
    key: 'start-timeout',
    flags: '-T --start-timeout TIME',
    type: time,
    default: 300,
    reach: 'program',
    sample: '60',
    source: 'zdaemon 3',
    help: 'wait at most TIME for readiness',
    details: manual(
      'How long ``start`` and ``restart`` wait for ``ready`` or the start test. The program keeps running after a ' +
        'timeout, unless ``start-failure`` is ``stop``.',
    ),
  }),
  startSeconds: setting({
    key: 'start-seconds',
    flags: '--start-seconds TIME',
    type: autoTime,
    default: 'auto' as const,
    reach: 'program',
    rule: true,
    sample: '1.5',
    source: 'zd',
    help: 'require a new program to run for TIME, or auto',
    details: manual(
      'If the program exits sooner, the start has failed. With ``auto`` it must run for 0.25 seconds, and ' +
        'until it and its descendants have used no processor time for 0.2 seconds, at most for 2 seconds: ' +
        'it has loaded its code, and waits. Without ``/proc``, and called as ``zdaemon``, ``auto`` is 0.25. ' +
        'With 0 the start succeeds as soon as the program is executed.',
    ),
  }),
  stopTimeout: setting({
    key: 'stop-timeout',
    flags: '--stop-timeout TIME',
    type: time,
    default: 300,
    reach: 'live',
    rule: true,
    sample: '30',
    source: 'zdaemon 3; the flag: zd',
    help: 'send SIGKILL if the program still runs TIME after SIGTERM',
    details: manual(
      'Processes that outlive the program have the rest of that time, at least 5 seconds. With 0 the manager ' +
        'waits without a limit and never sends SIGKILL.',
    ),
  }),
};
