import { manual } from '../manual';
import { setting } from '../option';
import { memorySize, pathList, period } from '../value-types/renewing';
import { onOff } from '../values';

/** When a running program is restarted, and when its configuration is applied. */
export const renewingTable = {
  restartEvery: setting({
    key: 'restart-every',
    flags: 'TIME',
    type: period,
    default: null,
    reach: 'live',
    sample: '6h',
    source: 'zd',
    help: 'restart the program when it has been up for TIME',
    details: manual(
      'Counted from its start; ``backoff-jitter`` makes it shorter or longer. The time while the program is ' +
        'paused does not count.',
    ),
  }),
  restartOnChange: setting({
    key: 'restart-on-change',
    flags: 'LIST',
    type: pathList,
    default: null,
    reach: 'live',
    place: { base: 'directory', kind: 'watched' },
    sample: 'app.yml, conf',
    source: 'zd',
    help: 'restart the program when a file of LIST changes',
    details: manual(
      'Files, and folders with all that is below them, separated by commas. The program is restarted half a ' +
        'second after the last change of content, at most ten seconds after the first. A file that vanishes, ' +
        'or is written with the content that it had, is no reason. In folders, hidden files, backups and ' +
        'the files of zd do not count, and no more than 10,000 files are watched.',
    ),
  }),
  memoryLimit: setting({
    key: 'memory-limit',
    flags: 'SIZE',
    type: memorySize,
    default: null,
    reach: 'live',
    sample: '512mb',
    source: 'zd',
    help: 'restart the program when it uses more memory than SIZE',
    details: manual(
      'The sum of the resident memory of the program and its descendants, looked at every five seconds in ' +
        '``/proc``; what they share counts for each. Such a restart counts as an early exit, so the pauses ' +
        'before it grow.',
    ),
  }),
  watchConfig: setting({
    key: 'watch-config',
    flags: '',
    type: onOff,
    default: false,
    reach: 'live',
    sample: 'on',
    source: 'zd',
    help: 'apply the configuration file when it is saved',
    details: manual(
      'As ``zd apply`` does, with the rights of the manager. What flags have set stays. A file with a fault ' +
        'changes nothing, and neither does one that other users can write.',
    ),
  }),
};
