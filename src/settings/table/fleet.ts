import { manual } from '../manual';
import { setting } from '../option';
import { copyCount, programNames, tagNames } from '../value-types/names';
import { onOff } from '../values';

/** One program among many. */
export const fleetTable = {
  after: setting({
    key: 'after',
    flags: '',
    type: programNames,
    default: null,
    reach: 'client',
    sample: 'db, ?cache',
    source: 'zd',
    help: 'start these programs of the fleet before this one',
    details: manual(
      'A start of this program starts them first, and waits until each is ready, or has ended with success if it is ' +
        'not to be started again. A stop goes the other way. With ``?`` before a name only the order counts: it is not ' +
        'started with this program, and its failure holds nothing up. Only commands for a fleet follow it: the restart of ' +
        'a program by its manager does not touch others.',
    ),
  }),
  tags: setting({
    key: 'tags',
    flags: '',
    type: tagNames,
    default: null,
    reach: 'client',
    sample: 'web, public',
    source: 'zd',
    help: 'let @NAME select this program together with others',
    details: manual(
      '``zd -C apps restart @web`` restarts all programs of the fleet that have the tag ``web``.',
    ),
  }),
  copies: setting({
    key: 'copies',
    flags: '',
    type: copyCount,
    default: null,
    reach: 'client',
    sample: '3',
    source: 'zd',
    help: 'run so many copies of the program',
    details: manual(
      'They are called NAME-1, NAME-2 and so on, and each has a manager of its own; NAME means all of them. Each has its ' +
        `number in the variable \`\`ZD_COPY\`\`, and as \`\`$\{copy}\`\` in paths: a path of a transcript, a pidfile or a socket ` +
        'must contain it. A change of the number touches only the copies that come or go.',
    ),
  }),
  autostart: setting({
    key: 'autostart',
    flags: '',
    type: onOff,
    default: true,
    reach: 'client',
    sample: 'off',
    source: 'zd',
    help: 'start the program with all others of the fleet',
    details: manual(
      'When off, ``start`` without names, ``apply`` and ``up`` leave it down. ``zd start NAME`` starts it all the same.',
    ),
  }),
};
