import { manual } from '../manual';
import { setting } from '../option';
import { someTime } from '../times';
import type { EventKind } from '../value-types/event-kinds';
import { eventKinds } from '../value-types/hooks';
import { command } from '../values';

/** Commands that the manager runs beside the program, and when. */
export const hooksTable = {
  beforeStart: setting({
    key: 'before-start',
    flags: '',
    type: command,
    default: null,
    reach: 'live',
    guarded: true,
    sample: '/srv/app/migrate --quiet',
    source: 'zd',
    help: 'a command that must succeed before each start',
    details: manual(
      'It runs like the program, after ``wait-for``; its output goes to the transcript. If it does not exit with 0 ' +
        'within ``hook-timeout``, the start has failed. It is split into words like ``program``.',
    ),
  }),
  afterExit: setting({
    key: 'after-exit',
    flags: '',
    type: command,
    default: null,
    reach: 'live',
    guarded: true,
    sample: './rc.main reset app',
    source: 'zd',
    help: 'a command that runs after each end of the program',
    details: manual(
      'How the program ended is appended: ``exit 3``, ``signal 9 SIGKILL`` or ``unknown``. A stop and the next start ' +
        'wait for it, at most ``hook-timeout``. It runs when nothing of the program is left.',
    ),
  }),
  onEvent: setting({
    key: 'on-event',
    flags: '',
    type: command,
    default: null,
    reach: 'live',
    guarded: true,
    sample: '/usr/local/bin/tell-admin',
    source: 'zd',
    help: 'a command that runs when something happens to the program',
    details: manual(
      'It runs for the events of ``on-event-kinds``, with the kind in ``ZD_EVENT``, one at a time and at most once a ' +
        'second; ``ZD_MISSED`` counts the events in between. Nothing waits for it but a manager that is about to exit.',
    ),
  }),
  onEventKinds: setting({
    key: 'on-event-kinds',
    flags: '',
    type: eventKinds,
    default: ['failed', 'gave-up', 'transcript-fault'] as EventKind[],
    reach: 'live',
    sample: 'failed, gave-up, not-ready',
    source: 'zd',
    help: 'the events for which on-event runs',
    details: manual('Kinds as ``zd events`` shows them, separated by commas.'),
  }),
  hookTimeout: setting({
    key: 'hook-timeout',
    flags: '',
    type: someTime,
    default: 60,
    reach: 'live',
    sample: '5m',
    source: 'zd',
    help: 'how long before-start, after-exit or on-event can take',
    details: manual('A hook that takes longer is ended with its whole process group, and has failed.'),
  }),
};
