import { manual } from '../manual';
import { setting } from '../option';
import { fileMode, path, userName, words } from '../values';

/** What is run, and as whom. */
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
      'The command line of the program, split into words: quotes of both kinds keep white space in a word, a ' +
        'backslash takes the meaning from a white space, a quote or a backslash and otherwise stays itself. ' +
        'No shell reads it and nothing is expanded. The first word is searched on ``PATH`` when it has no slash.',
    ),
  }),
  directory: setting({
    key: 'directory',
    flags: '-z --directory PATH',
    type: path,
    default: null,
    reach: 'manager',
    sample: '/srv/app',
    source: 'zdaemon 2',
    help: 'change to the directory PATH first',
    details: manual(
      'The manager changes into it before it starts the program. It is made if its parent exists.',
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
    details: manual(
      'Only root can become another user. For the user one already is, the option changes nothing.',
    ),
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
      'The permissions that files of the program do not get: ``27``, ``027`` and ``0o27`` are the same.',
    ),
  }),
};
