import { join } from 'node:path';
import { quoteWords } from '../../../system/words';
import { errorAt } from '../../faults';
import type { Entry } from '../../file/tree';
import { giveNames } from '../give-names';
import { changed, dropped, entryOf, TAKEN, type Verdict } from '../line-report';
import type { ForeignProgram, ForeignReading } from '../reading';
import type { Module } from './module';
import { type AtomExe, isExe, isNumber, type Value } from './values';

export interface ProgramContext {
  file: string;
  judge(first: number, last: number, verdict: Verdict): void;
}

/** The layout of atomservice's log. */
const FORMAT = '%(asctime)s - %(name)s - %(levelname)s - %(message)s';

/**
 * The program of a configuration: its list of processes as steps, again and again. A failing one holds nothing up.
 *
 * @throws UsageError for values of a wrong type
 */
export function interpretModule(
  module: Module,
  context: ProgramContext,
): Pick<ForeignReading, 'programs' | 'skipped'> {
  const reader = new Reader(module, context);
  const written = reader.text('NAME', 'procdaemon').trim() || 'as.daemon';
  const [name = ''] = giveNames([written]);
  const processes = reader.processes();
  const [pause, poll] = [reader.seconds('PROC_INTERVAL', 5), reader.seconds('POLL_INTERVAL', 60)];
  const eventLog = readLog(reader, written);
  reader.judge('NAME', name === written ? TAKEN : changed(`the name is ${name}`));
  reader.judge(
    'PIDFOLDER',
    dropped('no pid file is needed: nothing is left after a crash that must be removed'),
  );
  reader.judge(
    'PROC_LIST',
    changed("'zd stop --after-step' lets the present one end first, as atomservice does"),
  );
  if (processes.length === 0) return { programs: [], skipped: [{ name, reason: 'its PROC_LIST is empty' }] };
  const program: ForeignProgram = {
    name,
    entries: [
      entryOf('umask', '000', reader.origin('NAME')),
      entryOf('run-every', formatPause(pause + poll), reader.origin('POLL_INTERVAL')),
      ...(pause > 0 ? [entryOf('step-pause', String(pause), reader.origin('PROC_INTERVAL'))] : []),
      entryOf('step-failure', 'go-on', reader.origin('PROC_LIST')),
    ],
    environment: [],
    steps: readSteps(processes, context),
    eventLog,
  };
  return { programs: [program], skipped: [] };
}

/** Without any pause, rounds follow each other at once. */
function formatPause(seconds: number): string {
  return seconds > 0 ? String(seconds) : '1ms';
}

function readLog(reader: Reader, name: string): Entry[] {
  const level = reader.level();
  const folder = reader.text('LOGFOLDER', '/tmp');
  const path = join(folder, `${name.split(/\s+/)[0]}.log`);
  const at = reader.origin('LOGFOLDER');
  return [
    entryOf('path', path, at),
    entryOf('level', level, reader.origin('AUDIT_LEVEL')),
    entryOf('format', FORMAT, at),
  ];
}

function readSteps(processes: readonly AtomExe[], { file, judge }: ProgramContext): Entry[] {
  const names = giveNames(processes.map(({ name }) => name));
  return processes.map((process, index) => {
    const { line = 0 }: Partial<AtomExe> = process;
    const at = line === 0 ? file : `${file}:${line}`;
    const name = names[index]!;
    if (name !== process.name) judge(line, line, changed(`the step is called ${name}`));
    return entryOf(
      name,
      readCommand(process, at, verdict => judge(line, line, verdict)),
      at,
    );
  });
}

/** What a shell leaves as it is, as words. */
const PLAIN = /^[\w@%+=:,./ -]+$/;

/** Later releases join the path and the arguments with blanks for a shell; for plain words that makes no difference. */
function readCommand({ path, args }: AtomExe, at: string, judge: (verdict: Verdict) => void): string {
  if (typeof args === 'string')
    judge(
      changed(
        'args is a text: atomservice takes a list, so these are the words of it',
        args.trim().length > 1,
      ),
    );
  const words = typeof args === 'string' ? [args] : Array.isArray(args) ? args.map(readWord) : null;
  if (!words || words.includes(null))
    throw errorAt(at, 'the args of a process must be a list of texts and numbers');
  const text = [path, ...words].join(' ').trim();
  if (text === '') throw errorAt(at, 'the path of a process must not be empty');
  if (PLAIN.test(text) && !/^\w*=/.test(text)) return quoteWords(text.split(/ +/));
  judge(changed('a shell reads it, as in atomservice 1.0.2'));
  return quoteWords(['sh', '-c', text]);
}

function readWord(value: Value): string | null {
  if (typeof value === 'string') return value;
  return isNumber(value) ? value.number : null;
}

const LEVELS: [number, string][] = [
  [50, 'critical'],
  [40, 'error'],
  [30, 'warn'],
  [20, 'info'],
];

class Reader {
  constructor(
    private readonly module: Module,
    private readonly context: ProgramContext,
  ) {}

  text(key: string, standard: string): string {
    const value = this.module.variables.get(key);
    if (value === undefined) return standard;
    if (typeof value === 'string') return value;
    throw this.fault(key, 'must be a text');
  }

  seconds(key: string, standard: number): number {
    const value = this.module.variables.get(key);
    this.judge(key, TAKEN);
    if (value === undefined) return standard;
    const seconds = isNumber(value) ? Number(value.number) : Number.NaN;
    if (seconds >= 0 && seconds <= MOST_SECONDS) return seconds;
    throw this.fault(key, 'must be a number of seconds');
  }

  /** The levels of Python, as the nearest of zd. */
  level(): string {
    const value = this.module.variables.get('AUDIT_LEVEL') ?? { number: '10' };
    const number = isNumber(value) ? Number(value.number) : Number.NaN;
    if (Number.isNaN(number)) throw this.fault('AUDIT_LEVEL', 'must be a level of logging, such as DEBUG');
    return LEVELS.find(([least]) => number >= least)?.[1] ?? 'debug';
  }

  processes(): AtomExe[] {
    const value = this.module.variables.get('PROC_LIST') ?? [];
    if (Array.isArray(value) && value.every(isProcess)) return value as AtomExe[];
    throw this.fault('PROC_LIST', 'must be a list of AtomExe(name, path, args)');
  }

  origin(key: string): string {
    const line = this.module.statements.get(key)?.at(-1)?.line;
    return line === undefined ? this.context.file : `${this.context.file}:${line}`;
  }

  judge(key: string, verdict: Verdict): void {
    for (const { line, end } of this.module.statements.get(key) ?? []) this.context.judge(line, end, verdict);
  }

  private fault(key: string, sentence: string): Error {
    return errorAt(this.origin(key), `${key} ${sentence}`);
  }
}

const MOST_SECONDS = 1e8;

function isProcess(value: Value): boolean {
  return isExe(value) && typeof value.name === 'string' && typeof value.path === 'string';
}
