import type { SettingRecord } from '../option';
import type { Settings } from '../settings';
import {
  command,
  decimalSeconds,
  fileMode,
  groupName,
  onOff,
  path,
  plainText,
  userName,
  wholeNumbers,
  wholeSeconds,
  words,
} from '../values';
import { transcriptTable } from './transcript';

/**
 * Every setting once. Flags, the readers of both file formats, `zd show options`, `zd -h`, docs/options.rst and
 * the manual page derive from these records; the type makes the table and `Settings` agree, name by name.
 */
export const settingTable: { [Field in keyof Settings]: SettingRecord<Settings[Field]> } = {
  program: {
    key: 'program',
    flags: '-p --program COMMAND',
    type: words,
    default: [],
    sample: 'sleep 100',
    source: 'zdaemon 2',
    help: 'run COMMAND as the program',
    details:
      'The command line of the program, split into words: quotes of both kinds keep white space in a word, a ' +
      'backslash takes the meaning from a white space, a quote or a backslash and otherwise stays itself. ' +
      'No shell reads it and nothing is expanded. The first word is searched on ``PATH`` when it has no slash.',
  },
  socketName: {
    key: 'socket-name',
    flags: '-s --socket-name PATH',
    type: path,
    default: 'zdsock',
    sample: '/run/app/zdsock',
    source: 'zdaemon 2',
    help: 'talk to the manager over the socket PATH',
    details:
      'The UNIX socket between ``zd`` and the manager; one manager and one program per socket. A relative ' +
      'path starts in the current directory of ``zd``, whatever ``directory`` says.',
  },
  socketMode: {
    key: 'socket-mode',
    flags: '',
    type: fileMode,
    default: 0o600,
    sample: '660',
    source: 'zd',
    help: 'give the socket these permission bits',
    details:
      'Whoever may write to the socket commands the manager. Over a socket that others than its owner may use, ' +
      '``restart`` and ``start`` do not change what is run, and ``upgrade`` is refused.',
  },
  socketGroup: {
    key: 'socket-group',
    flags: '',
    type: groupName,
    default: null,
    sample: 'operators',
    source: 'zd',
    help: 'give the socket to this group',
    details: 'A name or a number. It has an effect only with a ``socket-mode`` such as ``660``.',
  },
  insecure: {
    key: 'insecure',
    flags: '--insecure',
    type: onOff,
    default: false,
    inFile: false,
    sample: 'on',
    source: 'zd',
    help: 'as root, accept files that others can write',
    details:
      'Root refuses a configuration file or program that others can write, since they would become root with it: ' +
      'each, and the folder it is in, is to belong to root, to ``user`` or to whom Node belongs, and nobody else may ' +
      'write to it, but for a group to the folder. This flag goes on all the same.',
  },
  daemon: {
    key: 'daemon',
    flags: '-d --daemon',
    type: onOff,
    default: true,
    sample: 'on',
    source: 'zdaemon 2',
    help: 'put the manager into the background (the default)',
    details: 'When off, ``start`` keeps the manager in the foreground. Only a file can turn it off.',
  },
  directory: {
    key: 'directory',
    flags: '-z --directory PATH',
    type: path,
    default: null,
    sample: '/srv/app',
    source: 'zdaemon 2',
    help: 'change to the directory PATH first',
    details: 'The manager changes into it before it starts the program. It is made if its parent exists.',
  },
  backoffLimit: {
    key: 'backoff-limit',
    flags: '-b --backoff-limit SECONDS',
    type: wholeSeconds,
    default: 10,
    sample: '30',
    source: 'zdaemon 2',
    help: 'let the pause between restarts grow to SECONDS',
    details:
      'A program that lived shorter than this died early. The pause before its restart grows by one second ' +
      'each time; when it reaches the limit the manager gives up, unless ``forever`` is on. A program that ' +
      'lived longer is restarted at once.',
  },
  forever: {
    key: 'forever',
    flags: '-f --forever',
    type: onOff,
    default: false,
    sample: 'on',
    source: 'zdaemon 2',
    help: 'never give up restarting',
    details: 'At the backoff limit the manager goes on restarting, with the limit as the pause.',
  },
  exitCodes: {
    key: 'exit-codes',
    flags: '-x --exit-codes LIST',
    type: wholeNumbers,
    default: [0, 2],
    sample: '0,2',
    source: 'zdaemon 2',
    help: 'take the exit statuses in LIST as a wish to end',
    details:
      'A program that exits with one of them is not restarted, and the manager ends. Whole numbers with ' +
      'commas between; -1 is death by a signal; empty means that every exit leads to a restart.',
  },
  startTestProgram: {
    key: 'start-test-program',
    flags: 'COMMAND',
    type: command,
    default: null,
    sample: 'test -e /run/app/ready',
    source: 'zdaemon 3',
    help: 'a command that exits with 0 once the program is ready',
    details:
      'While the program starts the command is run again and again until it exits with 0; only then have ' +
      '``start`` and ``restart`` succeeded. Split into words like ``program``. Called as ``zd``, ``start`` refuses one ' +
      'that cannot be run.',
  },
  startTimeout: {
    key: 'start-timeout',
    flags: '-T --start-timeout SECONDS',
    type: wholeSeconds,
    default: 300,
    sample: '60',
    source: 'zdaemon 3',
    help: 'wait at most SECONDS for the start test',
    details: 'How long ``start`` and ``restart`` wait for the start test. The program is left running after.',
  },
  startSeconds: {
    key: 'start-seconds',
    flags: '--start-seconds SECONDS',
    type: decimalSeconds,
    default: 0.25,
    sample: '1.5',
    source: 'zd',
    help: 'count a start once the program lived SECONDS',
    details: 'A program that dies sooner has not started. With 0 it is enough that it could be executed.',
  },
  stopTimeout: {
    key: 'stop-timeout',
    flags: '--stop-timeout SECONDS',
    type: wholeSeconds,
    default: 300,
    sample: '30',
    source: 'zdaemon 3; the flag: zd',
    help: 'send SIGKILL when SIGTERM did not end it in SECONDS',
    details: 'Counts from SIGTERM. With 0 the manager waits as long as it takes and never sends SIGKILL.',
  },
  user: {
    key: 'user',
    flags: '-u --user USER',
    type: userName,
    default: null,
    sample: 'www-data',
    source: 'zdaemon 2',
    help: 'run as USER, a name or a number',
    details: 'Only root can become another user. For the user one already is, the option changes nothing.',
  },
  umask: {
    key: 'umask',
    flags: '-m --umask MODE',
    type: fileMode,
    default: 0o022,
    sample: '027',
    source: 'zdaemon 2',
    help: 'set the umask to the octal number MODE',
    details:
      'The permissions that files of the program do not get: ``27``, ``027`` and ``0o27`` are the same.',
  },
  hangAround: {
    key: 'hang-around',
    flags: '',
    type: onOff,
    default: false,
    sample: 'on',
    source: 'zdaemon 2',
    help: 'keep the manager when the program is stopped',
    details: 'When on, the manager stays after ``stop`` and waits for the next ``start``.',
  },
  defaultToInteractive: {
    key: 'default-to-interactive',
    flags: '',
    type: onOff,
    default: true,
    sample: 'off',
    source: 'zdaemon 2',
    help: 'start the prompt when no command is given',
    details: 'When off, ``zd`` without a command does not start the prompt unless ``-i`` is given.',
  },
  interactive: {
    key: 'interactive',
    flags: '-i --interactive',
    type: onOff,
    default: false,
    inFile: false,
    sample: 'on',
    source: 'zdaemon 2',
    help: 'start the prompt, after the command if one is given',
    details: 'Reads commands from standard input with a prompt until ``quit`` or the end of the input.',
  },
  logfile: {
    key: 'logfile',
    flags: '-l --logfile PATH',
    type: path,
    default: null,
    sample: '/var/log/app.log',
    source: 'zdaemon 2',
    help: 'let logtail show the file PATH',
    details: 'The file ``logtail`` shows when none is named. zd writes nothing to it.',
  },
  transcript: {
    key: 'transcript',
    flags: '-t --transcript PATH',
    type: path,
    default: '/dev/null',
    sample: '/var/log/app/transcript.log',
    source: 'zdaemon 2; the flag: zdaemon 4.0.1',
    help: 'append the output of the program to the file PATH',
    details: 'Standard output and standard error of the program, byte for byte. Not used in the foreground.',
  },
  ...transcriptTable,
  prompt: {
    key: 'prompt',
    flags: 'TEXT',
    type: plainText,
    default: null,
    defaultText: 'zd>',
    sample: 'app>',
    source: 'zdaemon 2',
    help: 'what the prompt shows',
    details: 'A space is put after it. Called as ``zdaemon``, the default is ``zdaemon>``.',
  },
};
