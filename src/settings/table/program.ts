import { manual } from '../manual';
import { setting } from '../option';
import { fileMode, path, userName, words } from '../values';

/** The program, and the user that runs it. */
export const programTable = {
  program: setting({
    key: 'program',
    flags: '-p --program COMMAND',
    type: words,
    default: [],
    reach: 'program',
    guarded: true,
    sample: 'sleep 100',
    source: 'zdaemon 2',
    help: 'run COMMAND as the program',
    details: manual(
      'The command line of the program, split into words. Single and double quotes keep white space in a ' +
        'word. A backslash escapes white space, a quote or a backslash, and is literal otherwise. There is ' +
        'no shell and no expansion. A first word without a slash is looked up in ``PATH``.',
    ),
  }),
  directory: setting({
    key: 'directory',
    flags: '-z --directory PATH',
    type: path,
    default: null,
    reach: 'manager',
    place: { base: 'here', kind: 'folder' },
    sample: '/srv/app',
    source: 'zdaemon 2',
    help: 'change to the directory PATH first',
    details: manual(
      'Each start of the program looks it up by its name, so a symlink can be switched between two starts; the ' +
        'paths of the transcript and of other streams start in it, too. If it is missing but its parent exists, ' +
        'it is created.',
    ),
  }),
  user: setting({
    key: 'user',
    flags: '-u --user USER',
    type: userName,
    default: null,
    reach: 'manager',
    sample: 'www-data',
    source: 'zdaemon 2',
    help: 'run as USER, a name or a number',
    details: manual('Only root can switch to another user. Naming the current user has no effect.'),
  }),
  umask: setting({
    key: 'umask',
    flags: '-m --umask MODE',
    type: fileMode,
    default: 0o022,
    reach: 'manager',
    sample: '027',
    source: 'zdaemon 2',
    help: 'set the umask to the octal number MODE',
    details: manual(
      'The umask removes these permission bits from files that the program creates. ``27``, ``027`` and ' +
        '``0o27`` are the same. With ``daemon off`` and no ``umask``, the umask of the caller stays.',
    ),
  }),
};
