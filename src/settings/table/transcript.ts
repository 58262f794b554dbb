import { manual } from '../manual';
import { setting } from '../option';
import { byteSize, choice, interval, someBytes, wholeNumber } from '../sizes';
import { fileMode, onOff, ownerName, path } from '../values';

/** The program's streams. */
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
      'Standard output and standard error of the program, byte for byte. Not used in the foreground.',
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
      'A second transcript, for standard error alone. All that is said of the transcript is true of it as well, but that ' +
        '``transcript-markers`` adds no lines to it. ' +
        'The order between lines of the two files is not recorded.',
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
    help: 'give the program PATH as its standard output',
    details: manual(
      'A file, which is appended to, a device or a FIFO. The program writes to it directly; what it writes to ' +
        'standard error goes on into the transcript. A FIFO nobody reads lets the program wait, never the manager.',
    ),
  }),
  stdin: setting({
    key: 'stdin',
    flags: 'PATH',
    type: path,
    default: null,
    reach: 'manager',
    place: { base: 'directory', kind: 'input' },
    sample: '/run/app/in',
    source: 'zd',
    help: 'give the program PATH as its standard input',
    details: manual(
      'A file, a device or a FIFO; without it the program reads from ``/dev/null``. A FIFO is opened so that it ' +
        'has no end: who writes to it may come and go.',
    ),
  }),
  transcriptMode: setting({
    key: 'transcript-mode',
    flags: 'MODE',
    type: fileMode,
    default: null,
    reach: 'manager',
    defaultText: 'what umask gives',
    sample: '640',
    source: 'zd',
    help: 'give the transcript these permission bits',
    details: manual('Set whenever the file is opened, also by ``reopen_transcript`` and after a rotation.'),
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
      'Set whenever the file is opened. With a user alone the group stays as it is. Only a manager ' +
        'that runs as root can give a file to another user.',
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
    help: 'keep up to SIZE in memory while the transcript cannot be written',
    details: manual(
      'The disk may be full, the folder gone. The manager tries again twice a second, and what it kept is ' +
        'written first.',
    ),
  }),
  transcriptFull: setting({
    key: 'transcript-full',
    flags: 'WAY',
    type: choice('drop', 'block'),
    default: 'drop',
    reach: 'manager',
    sample: 'block',
    source: 'zd',
    help: 'what to do when the memory for the transcript is used up',
    details: manual(
      'With ``drop`` further output is thrown away and counted; a line in the transcript says later how much was ' +
        'lost and when. With ``block`` the program waits until its output can be written.',
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
    help: 'begin a new transcript before the file grows over SIZE',
    details: manual(
      'The old one gets its time added to its name. The cut is between two lines; a line that is longer than the ' +
        'limit stays whole, up to a megabyte.',
    ),
  }),
  transcriptRotateInterval: setting({
    key: 'transcript-rotate-interval',
    flags: 'TIME',
    type: interval,
    default: null,
    reach: 'manager',
    sample: '1d',
    source: 'zd',
    help: 'begin a new transcript every TIME',
    details: manual(
      'Counted from midnight of local time, so ``1d`` begins a new file each day and ``6h`` four times a day. A ' +
        'file is changed with the first output of the new span, and an empty one stays.',
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
      'The oldest are removed first. Only files that zd has rotated itself are counted and removed.',
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
    help: 'keep rotated transcripts up to SIZE together',
    details: manual('The oldest are removed first; the file that is being written does not count.'),
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
    details: manual('With gzip, inside the manager; no other command is run.'),
  }),
  transcriptTimestamps: setting({
    key: 'transcript-timestamps',
    flags: 'WAY',
    type: choice('off', 'iso', 'epoch'),
    default: 'off',
    reach: 'manager',
    sample: 'iso',
    source: 'zd',
    help: 'begin each line of the transcript with its time',
    details: manual(
      'The time at which the beginning of the line arrived: ``2026-11-20T22:46:54.123+01:00`` with ``iso``, ' +
        'seconds since 1970 with ``epoch``.',
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
    help: 'write a line for each start, exit and reopening',
    details: manual('The lines begin with ``zd:``. A line about lost output is written in any case.'),
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
    help: 'let logtail show the file PATH',
    details: manual('The file ``logtail`` shows when none is named. zd writes nothing to it.'),
  }),
};
