import { manual } from '../manual';
import { setting } from '../option';
import { fileMode, groupName, onOff, path } from '../values';

/** The manager and its socket. */
export const controlTable = {
  socketName: setting({
    key: 'socket-name',
    flags: '-s --socket-name PATH',
    type: path,
    default: 'zdsock',
    reach: 'client',
    sample: '/run/app/zdsock',
    source: 'zdaemon 2',
    help: 'talk to the manager over the socket PATH',
    details: manual(
      'The UNIX socket between ``zd`` and the manager; one manager and one program per socket. A relative ' +
        'path starts in the current directory of ``zd``, whatever ``directory`` says.',
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
      'Whoever may write to the socket commands the manager. Over a socket that others than its owner may use, ' +
        '``restart`` and ``start`` do not change what is run, and ``upgrade`` is refused.',
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
    details: manual('A name or a number. It has an effect only with a ``socket-mode`` such as ``660``.'),
  }),
  insecure: setting({
    key: 'insecure',
    flags: '--insecure',
    type: onOff,
    default: false,
    reach: 'client',
    inFile: false,
    sample: 'on',
    source: 'zd',
    help: 'as root, accept files that others can write',
    details: manual(
      'Root refuses a configuration file or program that others can write, since they would become root with it: ' +
        'each, and the folder it is in, is to belong to root, to ``user`` or to whom Node belongs, and nobody else may ' +
        'write to it, but for a group to the folder. This flag goes on all the same.',
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
    help: 'put the manager into the background (the default)',
    details: manual('When off, ``start`` keeps the manager in the foreground. Only a file can turn it off.'),
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
    help: 'keep the manager when the program is stopped',
    details: manual('When on, the manager stays after ``stop`` and waits for the next ``start``.'),
  }),
};
