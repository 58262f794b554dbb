import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { sleep } from '../../src/system/clock';
import { processesCarrying } from './processes';
import { makeTemporaryFolder } from './temp';
import { until } from './within';

const root = resolve(import.meta.dirname, '../..');
const RUN_LIMIT_S = 30;
/** Marks what was started for a place; its value is the folder. */
const MARK = 'ZD_TEST_PLACE';

export type Flavour = 'zd' | 'zdaemon';
export const flavours: Flavour[] = ['zd', 'zdaemon'];

export interface Outcome {
  /** 128 + n when signal n ended it. */
  status: number;
  /** Without the dots of a wait: how many there are depends on the machine's load. */
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  /** Added to this process's environment; `undefined` takes a variable away. */
  env?: Record<string, string | undefined>;
  /** Standard input; none unless given. */
  input?: string;
  /** Seconds. */
  limit?: number;
}

export interface Running {
  child: ChildProcess;
  /** Standard output so far, dots included. */
  output(): string;
  /** Rejects when it takes too long. */
  done: Promise<Outcome>;
}

/** A temporary folder with what is started in it: a configuration, a socket, a manager. */
export interface Place {
  folder: string;
  /** An absolute path in the folder. */
  path(name: string): string;
  read(name: string): string;
  /** Writes a file; folders on the way are made. @returns its absolute path */
  write(name: string, text: string, mode?: number): string;
  /** Writes `app.conf`: lines of `<runner>`, and whole sections after them. */
  configure(runner: Record<string, string>, sections?: string): void;
  /** Runs `bin/zd.js` to its end in the folder. A text is split at spaces. */
  zd(args: string | string[], options?: RunOptions): Promise<Outcome>;
  zdaemon(args: string | string[], options?: RunOptions): Promise<Outcome>;
  run(flavour: Flavour, args: string | string[], options?: RunOptions): Promise<Outcome>;
  /** Runs any command in the same way. */
  exec(words: string[], options?: RunOptions): Promise<Outcome>;
  /** The same without waiting for the end. */
  launch(words: string[], options?: RunOptions): Running;
  /** What `status --json` says of the manager at `zdsock`, or of another socket. */
  report(socket?: string): Promise<Report>;
}

/** The fields of the report the tests look at. */
export interface Report {
  state: string;
  pid: number | null;
  managerPid: number;
  restarts: number;
  backoff: number;
  wanted: string;
  testing: boolean;
  args: string[];
  lastExit: { code: number | null; signal: number | null } | null;
}

/** The words that run a fixture program: `fixture('printargs.sh')`. */
export function fixture(name: string): string {
  fixtures ??= findFixtures();
  return join(fixtures, name);
}

let fixtures: string | undefined;

/** As root, zd refuses programs that are somebody else's, as those of a checkout may be: root gets copies of them. */
function findFixtures(): string {
  const shipped = join(root, 'test/fixtures');
  if (process.getuid?.() !== 0) return shipped;
  const folder = makeTemporaryFolder();
  cpSync(shipped, folder, { recursive: true });
  chmodSync(folder, 0o755);
  return folder;
}

/** For the environment of a manager whose pauses between attempts last a minute and more. */
export const longPauses = { NODE_OPTIONS: `--require=${fixture('long-pauses.cjs')}` };

/** The words that start one of the two programs. */
export function commandOf(flavour: Flavour): string[] {
  return [process.execPath, join(root, 'bin', `${flavour}.js`)];
}

/**
 * Makes an empty place.
 *
 * @param options for every run in it, unless a run has its own
 */
export function makePlace(options: RunOptions = {}): Place {
  const folder = makeTemporaryFolder();
  folders.push(folder);
  const path = (name: string) => resolve(folder, name);
  const launch = (words: string[], own: RunOptions = {}) =>
    launchProcess(words, {
      cwd: folder,
      ...options,
      ...own,
      env: { ...options.env, ...own.env, [MARK]: folder },
    });
  const exec = (words: string[], own?: RunOptions) => launch(words, own).done;
  const run = (flavour: Flavour, args: string | string[], own?: RunOptions) =>
    exec([...commandOf(flavour), ...splitWords(args)], own);
  const write = (name: string, text: string, mode = 0o644) => {
    mkdirSync(resolve(path(name), '..'), { recursive: true });
    writeFileSync(path(name), text, { mode });
    return path(name);
  };
  return {
    folder,
    path,
    read: name => readFileSync(path(name), 'utf8'),
    write,
    configure(runner, sections = '') {
      const lines = Object.entries(runner).map(([key, value]) => `  ${key} ${value}\n`);
      write('app.conf', `<runner>\n${lines.join('')}</runner>\n${sections}`);
    },
    zd: (args, own) => run('zd', args, own),
    zdaemon: (args, own) => run('zdaemon', args, own),
    run,
    exec,
    launch,
    async report(socket = 'zdsock') {
      return JSON.parse((await run('zd', ['-s', socket, 'status', '--json'])).stdout);
    },
  };
}

/** The pid a command told of. */
export function pidIn({ stdout, stderr }: Pick<Outcome, 'stdout' | 'stderr'>): number {
  const found = /pid=(\d+)/.exec(stdout)?.[1];
  if (found === undefined) throw new Error(`no pid in:\n${stdout}${stderr}`);
  return Number(found);
}

/** A line of `/proc/<pid>/status` without its name, for example `Umask`, `SigIgn`, `NSsid`. */
export function statusOf(pid: number, name: string): string {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'm').exec(text)?.[1] ?? '';
}

/**
 * Kills what was started in the places made so far, managers first of all; for `test.after.each`. What leaves by
 * itself in time is not disturbed.
 */
export async function clearPlaces(): Promise<void> {
  for (const folder of folders.splice(0)) {
    await until(30, `the end of what runs in ${folder}`, async () => {
      const left = processesCarrying(MARK, folder);
      for (const pid of left) killHard(pid);
      if (left.length > 0) await sleep(0.01);
      return left.length === 0;
    });
  }
}

const folders: string[] = [];

function splitWords(args: string | string[]): string[] {
  return typeof args === 'string' ? args.split(' ').filter(Boolean) : args;
}

function launchProcess(words: string[], options: RunOptions): Running {
  const { cwd, env, input, limit = RUN_LIMIT_S } = options;
  const [file = '', ...args] = words;
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', chunk => {
      texts[name] += chunk;
    });
  }
  child.stdin?.end(input);
  const done = new Promise<Outcome>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${words.join(' ')} took longer than ${limit} s\n${texts.stdout}${texts.stderr}`));
    }, limit * 1000);
    child.once('error', reject);
    // The end of the streams, not of the process: a manager that kept one open would hang its caller's shell.
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const status = signal ? 128 + constants.signals[signal] : (code ?? -1);
      resolve({ status, stdout: withoutDots(texts.stdout), stderr: texts.stderr });
    });
  });
  done.catch(() => {});
  return { child, output: () => texts.stdout, done };
}

/** "Already running" begins no line of its own unless there are dots before it. */
function withoutDots(text: string): string {
  return text.replace(/^(\. )+\n(?=daemon process already running)/gm, '').replace(/(\. )+(?=\n)/g, '');
}

function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}
