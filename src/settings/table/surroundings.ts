import { manual } from '../manual';
import { setting } from '../option';
import { groupNames, variableFiles, variableNames } from '../value-types/environment';
import { limits } from '../value-types/limits';
import { ioPriority, niceness, oomScore, processors } from '../value-types/priorities';
import { groupName, onOff, path, plainText } from '../values';

/** What the program's process is given before it becomes the program. */
export const surroundingsTable = {
  envFile: setting({
    key: 'env-file',
    flags: '',
    type: variableFiles,
    default: null,
    reach: 'program',
    guarded: true,
    place: { base: 'here', kind: 'variables' },
    sample: '/etc/default/app, ?/srv/app/local.env',
    source: 'zd',
    help: 'read variables from these files at each start',
    details: manual(
      'Files of ``NAME=value``, quoted as in a shell, without expansion; or folders with a file for each variable, as ' +
        'envdir(8) has them. A ``?`` before a path means that it can be missing. A later file replaces the values of ' +
        'an earlier one, and the environment section those of all files.',
    ),
  }),
  clearEnvironment: setting({
    key: 'clear-environment',
    flags: '',
    type: onOff,
    default: false,
    reach: 'program',
    guarded: true,
    sample: 'on',
    source: 'zd',
    help: 'leave only a few of the inherited variables',
    details: manual(
      '``PATH``, ``HOME``, ``USER``, ``LOGNAME``, ``SHELL``, ``LANG``, ``LC_*`` and ``TZ`` stay. Files and the ' +
        'environment section add others.',
    ),
  }),
  unsetEnvironment: setting({
    key: 'unset-environment',
    flags: '',
    type: variableNames,
    default: null,
    reach: 'program',
    guarded: true,
    sample: 'LD_PRELOAD, http_proxy',
    source: 'zd',
    help: 'take these inherited variables away',
    details: manual('Names, separated by commas. Files and the environment section can set them again.'),
  }),
  limits: setting({
    key: 'limits',
    flags: '',
    type: limits,
    default: null,
    reach: 'program',
    guarded: true,
    sample: 'nofile 1024:4096, core unlimited, as 2gb, cpu 5m',
    source: 'zd',
    help: 'set the resource limits of the program',
    details: manual(
      'The names are those of prlimit(1). One value is both the soft and the hard limit, ``SOFT:HARD`` are both, and ' +
        '``SOFT:`` leaves the hard one. Sizes have the units kb, mb and gb, ``cpu`` and ``rttime`` are times. A limit ' +
        'that the system refuses is a failed start. Only root can raise a hard limit.',
    ),
  }),
  nice: setting({
    key: 'nice',
    flags: '',
    type: niceness,
    default: null,
    reach: 'program',
    guarded: true,
    sample: '10',
    source: 'zd',
    help: 'run the program with this niceness',
    details: manual('Absolute, whatever the niceness of the caller is. Only root can lower it.'),
  }),
  ionice: setting({
    key: 'ionice',
    flags: '',
    type: ioPriority,
    default: null,
    reach: 'program',
    guarded: true,
    sample: 'best-effort 7',
    source: 'zd',
    help: 'give the program this class of disk access',
    details: manual('As ionice(1) does. Only root can use ``realtime``.'),
  }),
  cpuAffinity: setting({
    key: 'cpu-affinity',
    flags: '',
    type: processors,
    default: null,
    reach: 'program',
    guarded: true,
    sample: '0,2-4',
    source: 'zd',
    help: 'run the program on these processors only',
    details: manual(
      'Numbers from 0, and ranges. Processors that do not exist are left out; if none of them exists, the start fails.',
    ),
  }),
  oomScoreAdjust: setting({
    key: 'oom-score-adjust',
    flags: '',
    type: oomScore,
    default: null,
    reach: 'program',
    guarded: true,
    sample: '500',
    source: 'zd',
    help: 'let the kernel kill the program sooner or later when memory is short',
    details: manual(
      'From -1000, never, to 1000, first. Only root can go below the value of the caller, which is 0 as a rule.',
    ),
  }),
  group: setting({
    key: 'group',
    flags: '',
    type: groupName,
    default: null,
    reach: 'manager',
    defaultText: 'that of the user',
    sample: 'www-data',
    source: 'zd',
    help: 'run with this primary group',
    details: manual('A name or a number, beside ``user`` or without it. Only root can use it.'),
  }),
  supplementaryGroups: setting({
    key: 'supplementary-groups',
    flags: '',
    type: groupNames,
    default: null,
    reach: 'manager',
    defaultText: 'those of the user',
    sample: 'adm, ssl-cert',
    source: 'zd',
    help: 'run with these further groups',
    details: manual('Names or numbers separated by commas, or ``none``. Only root can use it.'),
  }),
  noNewPrivileges: setting({
    key: 'no-new-privileges',
    flags: '',
    type: onOff,
    default: false,
    reach: 'program',
    guarded: true,
    sample: 'on',
    source: 'zd',
    help: 'let nothing that the program runs gain privileges',
    details: manual('Files with the set-user-ID bit, sudo(8) among them, have no effect for the program.'),
  }),
  chroot: setting({
    key: 'chroot',
    flags: '',
    type: path,
    default: null,
    reach: 'manager',
    place: { base: 'here', kind: 'folder' },
    sample: '/srv/jail',
    source: 'zd',
    help: 'give the program this folder as its root',
    details: manual(
      '``program`` and ``directory`` are paths inside; all other paths and commands are outside. The folder and those above ' +
        'it must belong to root, and no other user is allowed to write to them. Only root can use it.',
    ),
  }),
  argv0: setting({
    key: 'argv0',
    flags: '',
    type: plainText,
    default: null,
    reach: 'program',
    guarded: true,
    sample: '-sh',
    source: 'zd',
    help: 'what the program sees as its own name',
    details: manual(
      'The word that a program finds before its arguments, instead of the first word of ``program``. It has no effect ' +
        'for a script, whose interpreter gets the path of the file.',
    ),
  }),
  lockFile: setting({
    key: 'lock-file',
    flags: '',
    type: path,
    default: null,
    reach: 'program',
    guarded: true,
    place: { base: 'here', kind: 'file' },
    sample: '/run/lock/app.lock',
    source: 'zd',
    help: 'run the program only while no other process holds this lock',
    details: manual(
      'A lock of flock(2), as flock(1) takes it. It is held from before each start until nothing of the program is left. ' +
        'If another process holds it, the start fails. The file is created if it is missing, and never removed.',
    ),
  }),
};
