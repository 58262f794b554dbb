import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { ActionContext } from '../../client/context';
import { nameInMessages } from '../../client/preflight/name';
import {
  RECORDER_FD,
  type RecorderCommand,
  type RecorderOrder,
  type RecorderReply,
} from '../../protocol/recording';
import type { Configuration } from '../../settings/settings';
import { UsageError, UserError } from '../../system/errors';
import { makeFifos } from '../../system/fifo';
import type { ExactProgram } from './exact-program';
import { canRelay, type RelayListener, startOnTerminal } from './relay';

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
/** A transcript without a file. */
const NOWHERE = '/dev/null';
const LOST = 'the process that writes the transcript was killed';

/** @throws UsageError when there is no file that could be the transcript */
export function refuseWithoutTranscript({ settings, origins }: Configuration): void {
  if (settings.transcript !== NOWHERE) return;
  if (settings.transcriptProgram === null)
    throw new UsageError('cannot write a transcript: none is set; set transcript, or use -t FILE before fg');
  throw new UsageError(
    `cannot write a transcript: transcript-program (${origins.transcriptProgram}) is not run in the foreground; set transcript, or use -t FILE before fg`,
  );
}

/** Has the output of programs go to the transcript, on its way to the caller's standard output and standard error. */
export class Recording {
  /** What becomes the program's standard output and standard error. */
  readonly outputs: readonly [number, number];
  /** Whether the program is to have a terminal of its own, which writes to the first of them. */
  readonly onTerminal: boolean;
  readonly #recorder: ChildProcess;
  readonly #wire: Duplex;
  #text = '';
  #settle: (reply: RecorderReply) => void = () => {};

  /**
   * Opens the transcript.
   *
   * @throws UserError when that is not possible
   */
  static async begin(context: ActionContext): Promise<Recording> {
    const { settings } = context.configuration;
    const onTerminal = settings.stderrTranscript === null && canRelay();
    // On one pipe, the order of both is kept.
    const isOne = onTerminal || (settings.stderrTranscript === null && isSameFile(1, 2));
    const recording = new Recording(context.configuration, onTerminal, isOne);
    const reply = await recording.#answer;
    if ('done' in reply) return recording;
    recording.close();
    throw new UserError(
      `cannot run ${nameInMessages(context)} in the foreground: transcript: ${reply.reason}`,
    );
  }

  private constructor({ settings }: Configuration, onTerminal: boolean, isOne: boolean) {
    const [output, errors] = openPipes(isOne ? 1 : 2) as [Ends, Ends | undefined];
    this.onTerminal = onTerminal;
    this.outputs = [output.write, errors?.write ?? output.write];
    const first = RECORDER_FD + 1;
    const order: RecorderOrder = {
      settings,
      umask: settings.umask,
      output: first,
      errors: errors ? first + 1 : null,
    };
    const ends = [output.read, ...(errors ? [errors.read] : [])];
    this.#recorder = spawn(process.execPath, [join(__dirname, 'recorder.js'), settings.transcript], {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe', ...ends],
    });
    for (const fd of ends) closeSync(fd);
    this.#wire = this.#recorder.stdio[RECORDER_FD] as Duplex;
    this.#recorder.once('error', ({ message }) => this.#settle({ reason: message }));
    this.#wire.on('error', () => {}).on('close', () => this.#settle({ reason: LOST }));
    this.#wire.on('data', chunk => this.#read(String(chunk)));
    this.#wire.write(`${JSON.stringify(order)}\n`);
  }

  /** Call it before a program is started. @throws UserError when the transcript is not written any more */
  async beginRun(): Promise<void> {
    const reply = await this.#ask({ word: 'begin' });
    if ('reason' in reply) throw new UserError(`cannot write the transcript: ${reply.reason}`);
  }

  /** See `startOnTerminal`. */
  startOnTerminal(program: ExactProgram, listener: RelayListener): (signal: NodeJS.Signals) => void {
    return startOnTerminal(program, this.outputs[0], listener);
  }

  /** The program has been started. @param text for `transcript-markers` */
  started(text: string): void {
    this.#tell({ word: 'started', text });
  }

  /** The program has exited. @returns resolves when all that it has written is in the transcript */
  async ended(text: string): Promise<void> {
    await this.#ask({ word: 'ended', text });
  }

  /** What the programs have left behind can still write. */
  close(): void {
    for (const fd of new Set(this.outputs)) closeSync(fd);
    this.#wire.end();
    this.#recorder.unref();
    this.#wire.destroy();
  }

  get #answer(): Promise<RecorderReply> {
    return new Promise(resolve => {
      this.#settle = resolve;
    });
  }

  #ask(command: RecorderCommand): Promise<RecorderReply> {
    if (this.#wire.destroyed) return Promise.resolve({ reason: LOST });
    const answer = this.#answer;
    this.#tell(command);
    return answer;
  }

  #tell(command: RecorderCommand): void {
    this.#wire.write(`${JSON.stringify(command)}\n`);
  }

  #read(chunk: string): void {
    const lines = (this.#text + chunk).split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) this.#settle(JSON.parse(line) as RecorderReply);
  }
}

interface Ends {
  read: number;
  write: number;
}

/** What Node calls pipes are sockets, which a program cannot open as /dev/stdout. */
function openPipes(count: number): Ends[] {
  const folder = mkdtempSync(join(tmpdir(), 'zd-'));
  try {
    const paths = ['output', 'errors'].slice(0, count).map(name => join(folder, name));
    makeFifos(paths);
    return paths.map(path => {
      const read = openSync(path, O_RDONLY | O_NONBLOCK);
      return { read, write: openSync(path, O_WRONLY) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isSameFile(one: number, other: number): boolean {
  const [first, second] = [fstatSync(one), fstatSync(other)];
  return first.dev === second.dev && first.ino === second.ino;
}
