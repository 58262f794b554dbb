import { mkdtempSync, rmSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  RECORDER_FD,
  type RecorderCommand,
  type RecorderOrder,
  type RecorderReply,
} from '../../protocol/recording';
import { formatLocalTime, systemClock } from '../../system/clock';
import { describeReason, ExitStatus } from '../../system/errors';
import { Input } from './input';
import { RecordedStream } from './stream';

/*
 * Writes the transcript of `fg --transcript`. What the program writes goes to the file, then to what fg has as its standard
 * output and standard error, which may be slow: the program waits for them, as it would without a transcript.
 */

interface Way {
  input: Input;
  stream: RecordedStream;
}

/** The lists of rotated files; each is made anew for each rotation. */
const folder = mkdtempSync(join(tmpdir(), 'zd-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
// They are for the program, which shares the terminal and the process group.
for (const name of ['INT', 'QUIT', 'TERM', 'HUP', 'USR1', 'USR2', 'PIPE', 'XFSZ'] as const)
  process.on(`SIG${name}`, () => {});

const ways: Way[] = [];
const wire = new Socket({ fd: RECORDER_FD });
let order: RecorderOrder | null = null;
let text = '';
wire
  .on('error', () => {})
  .on('data', chunk => {
    text += chunk;
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) obey(line);
  });

function obey(line: string): void {
  try {
    if (order === null) begin(JSON.parse(line) as RecorderOrder);
    else act(JSON.parse(line) as RecorderCommand, order);
  } catch (error) {
    answer({ reason: describeReason(error) });
    process.exit(ExitStatus.failed);
  }
}

function begin(given: RecorderOrder): void {
  order = given;
  const { settings, umask } = given;
  process.umask(umask);
  const open = (name: 'output' | 'errors', path: string) =>
    new RecordedStream({ name, path, settings, folder, clock: systemClock, log, onRoom: resume });
  const output = open('output', settings.transcript);
  const { stderrTranscript } = settings;
  const errors = stderrTranscript === null ? output : open('errors', stderrTranscript);
  ways.push(connect(given.output, output, process.stdout));
  if (given.errors !== null) ways.push(connect(given.errors, errors, process.stderr));
  answer({ done: true });
}

function act({ word, text: mark = '' }: RecorderCommand, { settings }: RecorderOrder): void {
  const streams = new Set(ways.map(({ stream }) => stream));
  const note = () => {
    const line = `zd: ${formatLocalTime(systemClock.wall())} ${mark}`;
    if (settings.transcriptMarkers) ways[0]?.stream.sink.writeLine(line);
  };
  if (word === 'started') {
    note();
    return resume();
  }
  if (word === 'ended') for (const { input } of ways) input.drain();
  if (word === 'ended') note();
  else for (const stream of streams) stream.beginRun();
  answer({ done: true });
}

function connect(fd: number, stream: RecordedStream, shown: NodeJS.WriteStream): Way {
  // Without a reader, the program is to meet that as soon as it writes again.
  shown.on('error', error => 'code' in error && error.code === 'EPIPE' && leave());
  const consume = (bytes: Buffer) => {
    stream.write(bytes);
    if (shown.destroyed) return !stream.sink.isFull;
    const hasRoom = shown.write(Buffer.from(bytes));
    if (!hasRoom) shown.once('drain', resume);
    return hasRoom && !stream.sink.isFull;
  };
  const way = { input: new Input(fd, consume, () => end(way)), stream };
  return way;
}

function resume(): void {
  for (const { input } of ways) input.resume();
}

function end(way: Way): void {
  ways.splice(ways.indexOf(way), 1);
  if (!ways.some(({ stream }) => stream === way.stream)) way.stream.sink.close();
}

function leave(): never {
  for (const { stream } of ways) stream.sink.close();
  process.exit(ExitStatus.failed);
}

function log(_level: string, sentence: string): void {
  // Without the carriage return, the next line would begin in the middle of a terminal in raw mode.
  process.stderr.write(`zd: ${sentence}${process.stderr.isTTY ? '\r' : ''}\n`);
}

function answer(reply: RecorderReply): void {
  try {
    writeSync(RECORDER_FD, `${JSON.stringify(reply)}\n`);
  } catch {
    // The client has been killed; what comes is still written.
  }
}
