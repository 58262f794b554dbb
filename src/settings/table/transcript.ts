import { manual } from '../manual';
import { setting } from '../option';
import { byteSize, choice, someBytes, wholeNumber } from '../sizes';
import { someTime } from '../times';
import { CONTROL, command, fileMode, inputPath, onOff, ownerName, path } from '../values';

/** Input and output of the program. */
export const transcriptTable = {
  transcript: setting({
    key: 'transcript',
    flags: '-t --transcript PATH',
    type: path,
    default: '/dev/null',
    reach: 'manager',
    place: { base: 'directory', kind: 'file' },
    sample: '/var/log/app/transcript.log',
    source: 'zdaemon 2; the flag: zdaemon 4.0.1',
    help: 'append the output of the program to the file PATH',
    details: manual(
      'Standard output and standard error of the program, byte for byte. In the foreground, only ``fg ' +
        '--transcript`` uses it.',
    ),
  }),
  transcriptProgram: setting({
    key: 'transcript-program',
    flags: 'COMMAND',
    type: command,
    default: null,
    reach: 'manager',
    guarded: true,
    sample: 'logger -t app',
    source: 'zd',
    help: 'a command that gets the output on its standard input',
    details: manual(
      'Instead of ``transcript`` or beside it. It runs like the program, is started before it, and gets the end of its ' +
        'input after the last output. If it exits before, it is started again. It is split into words like ``program``.',
    ),
  }),
  stderrTranscript: setting({
    key: 'stderr-transcript',
    flags: 'PATH',
    type: path,
    default: null,
    reach: 'manager',
    place: { base: 'directory', kind: 'file' },
    sample: '/var/log/app/errors.log',
    source: 'zd',
    help: 'append standard error to the file PATH instead',
    details: manual(
      'A second transcript, only for standard error. The settings of the transcript also apply to it, ' +
        'except ``transcript-markers``. The order between lines of the two files is not recorded.',
    ),
  }),
  stdout: setting({
    key: 'stdout',
    flags: 'PATH',
    type: path,
    default: null,
    reach: 'manager',
    place: { base: 'directory', kind: 'file' },
    sample: '/run/app/out',
    source: 'zd',
    help: 'use PATH as standard output of the program',
    details: manual(
      'A file (output is appended), a device or a FIFO. The program writes to it directly; its standard ' +
        'error still goes to the transcript. A FIFO without a reader blocks the program, but never the ' +
        'manager.',
    ),
  }),
  stdin: setting({
    key: 'stdin',
    flags: 'PATH',
    type: inputPath,
    default: null,
    reach: 'manager',
    place: { base: 'directory', kind: 'input', word: CONTROL },
    sample: '/run/app/in',
    source: 'zd',
    help: 'use PATH as standard input of the program, or let zd send write it',
    details: manual(
      'A file, a device or a FIFO; by default the program reads from ``/dev/null``. On a FIFO the program ' +
        'never reads an end of file: writers may open and close it at any time. With the word ``control``, ' +
        'the program reads what ``zd send`` writes; a file of that name is ``./control``.',
    ),
  }),
  pty: setting({
    key: 'pty',
    flags: 'SWITCH',
    type: onOff,
    default: false,
    reach: 'manager',
    sample: 'on',
    source: 'zd',
    help: 'run the program on a pseudo-terminal',
    details: manual(
      'The three streams of the program are a terminal of its own, so that it writes its lines at once and has a ' +
        'console that ``attach`` and ``send`` reach. Its output goes to the transcript as always. It needs a keeper.',
    ),
  }),
  transcriptMode: setting({
    key: 'transcript-mode',
    flags: 'MODE',
    type: fileMode,
    default: null,
    reach: 'manager',
    defaultText: 'set by umask',
    sample: '640',
    source: 'zd',
    help: 'give the transcript the permission bits MODE',
    details: manual(
      'Set whenever the file is opened, including by ``reopen_transcript`` and after a rotation.',
    ),
  }),
  transcriptOwner: setting({
    key: 'transcript-owner',
    flags: 'OWNER',
    type: ownerName,
    default: null,
    reach: 'manager',
    sample: 'app:adm',
    source: 'zd',
    help: 'give the transcript to a user, a group or both',
    details: manual(
      'Set whenever the file is opened. A user alone leaves the group unchanged. Only a manager that runs ' +
        'as root can give a file to another user.',
    ),
  }),
  transcriptBuffer: setting({
    key: 'transcript-buffer',
    flags: 'SIZE',
    type: byteSize,
    default: 8 * 1024 ** 2,
    reach: 'manager',
    sample: '32mb',
    source: 'zd',
    help: 'buffer up to SIZE while the transcript cannot be written',
    details: manual(
      'Used if the disk is full or the folder is missing, for example. The manager retries twice a second, ' +
        'and writes the buffered output first.',
    ),
  }),
  transcriptFull: setting({
    key: 'transcript-full',
    flags: 'POLICY',
    type: choice('drop', 'block'),
    default: 'drop',
    reach: 'manager',
    sample: 'block',
    source: 'zd',
    help: 'what to do when the transcript buffer is full',
    details: manual(
      'With ``drop``, further output is discarded and counted; a later line in the transcript reports how ' +
        'much was lost and when. With ``block``, the program waits until its output can be written.',
    ),
  }),
  transcriptRotateSize: setting({
    key: 'transcript-rotate-size',
    flags: 'SIZE',
    type: someBytes,
    default: null,
    reach: 'manager',
    sample: '10mb',
    source: 'zd',
    help: 'start a new transcript before the file exceeds SIZE',
    details: manual(
      'The time is added to the name of the old file. The split is between two lines; a line that is ' +
        'longer than the limit is not split unless it exceeds a megabyte.',
    ),
  }),
  transcriptRotateInterval: setting({
    key: 'transcript-rotate-interval',
    flags: 'TIME',
    type: someTime,
    default: null,
    reach: 'manager',
    sample: '1d',
    source: 'zd',
    help: 'start a new transcript every TIME',
    details: manual(
      'Counted from midnight in local time, so ``1d`` starts a new file each day and ``6h`` four times a ' +
        'day. The rotation happens at the first output of the new interval; an empty file is not rotated.',
    ),
  }),
  transcriptRotateStart: setting({
    key: 'transcript-rotate-start',
    flags: 'SWITCH',
    type: onOff,
    default: false,
    reach: 'manager',
    sample: 'on',
    source: 'zd',
    help: 'start a new transcript with each start of the program',
    details: manual(
      'The file of the run before is named as with the other rotations, and kept, compressed and removed as they ' +
        'are. An empty file is not rotated.',
    ),
  }),
  transcriptKeep: setting({
    key: 'transcript-keep',
    flags: 'NUMBER',
    type: wholeNumber,
    default: 10,
    reach: 'manager',
    sample: '30',
    source: 'zd',
    help: 'keep NUMBER rotated transcripts, 0 for all',
    details: manual(
      'The oldest are removed first. Only files that zd itself has rotated are counted and removed.',
    ),
  }),
  transcriptMaxTotal: setting({
    key: 'transcript-max-total',
    flags: 'SIZE',
    type: someBytes,
    default: null,
    reach: 'manager',
    sample: '1gb',
    source: 'zd',
    help: 'limit the total size of rotated transcripts to SIZE',
    details: manual('The oldest are removed first; the current transcript does not count.'),
  }),
  transcriptCompress: setting({
    key: 'transcript-compress',
    flags: 'SWITCH',
    type: onOff,
    default: false,
    reach: 'manager',
    sample: 'on',
    source: 'zd',
    help: 'compress rotated transcripts',
    details: manual('The manager compresses with gzip itself; it runs no other command.'),
  }),
  transcriptTimestamps: setting({
    key: 'transcript-timestamps',
    flags: 'FORMAT',
    type: choice('off', 'iso', 'epoch'),
    default: 'off',
    reach: 'manager',
    sample: 'iso',
    source: 'zd',
    help: 'start each line of the transcript with its time',
    details: manual(
      'The time at which the start of the line arrived: ``2026-11-20T22:46:54.123+01:00`` with ``iso``, ' +
        'seconds since 1970 with ``epoch``.',
    ),
  }),
  transcriptPlain: setting({
    key: 'transcript-plain',
    flags: 'SWITCH',
    type: onOff,
    default: false,
    reach: 'manager',
    sample: 'on',
    source: 'zd',
    help: 'leave out of the transcript what is meant for a terminal',
    details: manual(
      'Escape sequences, such as colours and titles, and control characters except tab, newline and carriage ' +
        'return; a line that ends with ``\\r\\n`` ends with ``\\n``. ``transcript-program`` gets the same.',
    ),
  }),
  transcriptMarkers: setting({
    key: 'transcript-markers',
    flags: 'SWITCH',
    type: onOff,
    default: false,
    reach: 'manager',
    sample: 'on',
    source: 'zd',
    help: 'write a line for each start, exit and reopen',
    details: manual('The lines start with ``zd:``. Lines about lost output are always written.'),
  }),
  logfile: setting({
    key: 'logfile',
    flags: '-l --logfile PATH',
    type: path,
    default: null,
    reach: 'client',
    place: { base: 'here', kind: 'file' },
    sample: '/var/log/app.log',
    source: 'zdaemon 2',
    help: 'make logtail show the file PATH',
    details: manual('The file that ``logtail`` shows if none is named. zd does not write to it.'),
  }),
};
