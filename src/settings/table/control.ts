import { manual } from '../manual';
import { setting } from '../option';
import { controlKey } from '../value-types/keys';
import { fileMode, groupName, onOff, path, shortName } from '../values';

/** The manager and its socket. */
export const controlTable = {
  name: setting({
    key: 'name',
    flags: '--name NAME',
    type: shortName,
    default: null,
    reach: 'client',
    defaultText:
      "the configuration file's name without its ending; without a file, and for zd.conf, the program's",
    sample: 'app',
    source: 'zd',
    help: 'call the daemon NAME in messages and status',
    details: manual('Only for people: the socket decides which manager a command reaches.'),
  }),
  socketName: setting({
    key: 'socket-name',
    flags: '-s --socket-name PATH',
    type: path,
    default: 'zdsock',
    reach: 'client',
    place: { base: 'here', kind: 'socket' },
    sample: '/run/app/zdsock',
    source: 'zdaemon 2',
    help: 'connect to the manager over the socket PATH',
    details: manual(
      'The Unix socket between ``zd`` and the manager. Each socket has one manager and one program. A ' +
        'relative path, the default too, starts in the folder of the configuration file, regardless of ' +
        '``directory``. Without a file it starts in the current folder.',
    ),
  }),
  socketMode: setting({
    key: 'socket-mode',
    flags: '',
    type: fileMode,
    default: 0o600,
    reach: 'manager',
    sample: '660',
    source: 'zd',
    help: 'give the socket these permission bits',
    details: manual(
      'Every user who can write to the socket controls the manager. If users other than its owner can use ' +
        'the socket, ``start`` and ``restart`` do not change what is run, and ``upgrade`` is refused.',
    ),
  }),
  socketGroup: setting({
    key: 'socket-group',
    flags: '',
    type: groupName,
    default: null,
    reach: 'manager',
    sample: 'operators',
    source: 'zd',
    help: 'give the socket to this group',
    details: manual('A name or a number. Has an effect only with a ``socket-mode`` such as ``660``.'),
  }),
  pidfile: setting({
    key: 'pidfile',
    flags: '',
    type: path,
    default: null,
    reach: 'manager',
    place: { base: 'directory', kind: 'replaced' },
    sample: '/run/app/app.pid',
    source: 'zd',
    help: 'write the pid of the program to the file PATH',
    details: manual(
      'For tools that look for such a file; zd itself never reads it. It is written when the program counts as ' +
        'started, removed when it has exited, and has the mode 644. It takes the place of a file of that name, so ' +
        'the manager must be allowed to create files in the folder.',
    ),
  }),
  insecure: setting({
    key: 'insecure',
    flags: '--insecure',
    type: onOff,
    default: false,
    reach: 'live',
    guarded: true,
    inFile: false,
    sample: 'on',
    source: 'zd',
    help: 'as root, accept files that others can write to',
    details: manual(
      'Without this flag, root cannot use a configuration file, an included file, a program or a start test ' +
        'that others can write to, because they could become root through it. The file and the folders ' +
        'above it must belong to root, to ``user`` or to the owner of Node. No other user is allowed to ' +
        'write to them, except that a group may write to a folder. Nor does root talk to the socket of ' +
        'another user.',
    ),
  }),
  detachKey: setting({
    key: 'detach-key',
    flags: '--detach-key KEY',
    exact: true,
    type: controlKey,
    default: 'ctrl-]',
    reach: 'client',
    sample: 'ctrl-q',
    source: 'zd',
    help: 'leave the console of attach with KEY',
    details: manual(
      'A letter, or one of ``@ \\ ] ^ _``, with ``ctrl-``. All other keys reach the program. It can be sent to the ' +
        'program with ``zd send --key``.',
    ),
  }),
  force: setting({
    key: 'force',
    flags: '--force',
    exact: true,
    type: onOff,
    default: false,
    reach: 'client',
    inFile: false,
    sample: 'on',
    source: 'zd',
    help: 'stop, restart or signal a program of another configuration',
    details: manual(
      'A manager remembers which configuration it was started by. Without this flag, ``stop``, ``restart``, ``kill`` ' +
        'and ``upgrade`` with another one are refused, because they probably mean another program.',
    ),
  }),
  daemon: setting({
    key: 'daemon',
    flags: '-d --daemon',
    type: onOff,
    default: true,
    reach: 'client',
    sample: 'on',
    source: 'zdaemon 2',
    help: 'run the manager in the background (the default)',
    details: manual(
      'When off, ``start`` runs the manager in the foreground, for a supervisor, a container or a terminal: the ' +
        'program has the standard streams of ``start``. SIGTERM, SIGINT, SIGQUIT, SIGHUP and the death of ' +
        '``start`` stop the program; SIGUSR1 and SIGUSR2 reach it. Only a configuration file can turn it off.',
    ),
  }),
  hangAround: setting({
    key: 'hang-around',
    flags: '',
    type: onOff,
    default: false,
    reach: 'live',
    rule: true,
    sample: 'on',
    source: 'zdaemon 2',
    help: 'keep the manager running when the program is stopped',
    details: manual('When on, the manager does not exit after ``stop``, but waits for the next ``start``.'),
  }),
};
