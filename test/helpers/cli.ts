import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { sleep } from '../../src/system/clock';
import { askStatus } from './ask';
import { keepersIn, processesCarrying } from './processes';
import { makeTemporaryFolder } from './temp';
import { until } from './within';

const root = resolve(import.meta.dirname, '../..');
const RUN_LIMIT_S = 30;
const ANSWER_LIMIT_S = 5;
/** A variable that marks processes started for a place; its value is the folder. */
const MARK = 'ZD_TEST_PLACE';

export type Flavour = 'zd' | 'zdaemon';
export const flavours: Flavour[] = ['zd', 'zdaemon'];

export interface Outcome {
  /** 128 + n if signal n killed it. */
  status: number;
  /** Without the dots and the empty line of a wait: their number depends on the machine's load. */
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  /** Added to this process's environment; `undefined` removes a variable. */
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
  /** Rejects if it takes too long. */
  done: Promise<Outcome>;
}

/** A temporary folder and the processes started in it: a configuration, a socket, a manager. */
export interface Place {
  folder: string;
  /** An absolute path in the folder. */
  path(name: string): string;
  read(name: string): string;
  /** Writes a file, and creates its parent folders. @returns its absolute path */
  write(name: string, text: string, mode?: number): string;
  /** Writes `app.conf`: the lines of `<runner>`, and further sections. */
  configure(runner: Record<string, string>, sections?: string): void;
  /** Runs `bin/zd.js` in the folder and waits for its exit. A string is split at spaces. */
  zd(args: string | string[], options?: RunOptions): Promise<Outcome>;
  zdaemon(args: string | string[], options?: RunOptions): Promise<Outcome>;
  run(flavour: Flavour, args: string | string[], options?: RunOptions): Promise<Outcome>;
  /** Runs any other command in the same way. */
  exec(words: string[], options?: RunOptions): Promise<Outcome>;
  /** The same, without waiting for the exit. */
  launch(words: string[], options?: RunOptions): Running;
  /**
   * The `status --json` of the manager at `zdsock`, or at another socket. The manager is asked itself, for a run of
   * `zd` takes much longer; without an answer, `zd` says what there is.
   */
  report(socket?: string): Promise<Report>;
}

/** The fields of the report that the tests read. */
export interface Report {
  state: string;
  pid: number | null;
  managerPid: number;
  restarts: number;
  backoff: number;
  wanted: string;
  testing: boolean;
  args: string[];
  waitingFor: string | null;
  programStatus: string | null;
  keeperPid: number | null;
  uptime: number | null;
  killAt: number | null;
  stopStep: string | null;
  now: number;
  lastExit: { code: number | null; signal: number | null; by?: string } | null;
}

/** The path of a fixture program: `fixture('printargs.sh')`. */
export function fixture(name: string): string {
  fixtures ??= findFixtures();
  return join(fixtures, name);
}

let fixtures: string | undefined;

/** As root, zd refuses programs of other users, as those of a checkout may be: root runs copies of them. */
function findFixtures(): string {
  const shipped = join(root, 'test/fixtures');
  if (process.getuid?.() !== 0) return shipped;
  const folder = makeTemporaryFolder();
  cpSync(shipped, folder, { recursive: true });
  chmodSync(folder, 0o755);
  return folder;
}

/** An environment that extends a manager's pauses between attempts to a minute or more. */
export const longPauses = { ZD_NODE_OPTIONS: `--require=${fixture('long-pauses.cjs')}` };

/** The words that run `zd` or `zdaemon`. */
export function commandOf(flavour: Flavour): string[] {
  return [process.execPath, join(root, 'bin', `${flavour}.js`)];
}

/**
 * Makes an empty place.
 *
 * @param options for every run in it; the options of a run override them
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
      const answer = await askStatus(path(socket), ANSWER_LIMIT_S).catch(() => null);
      if (answer) return answer as unknown as Report;
      return JSON.parse((await run('zd', ['-s', socket, 'status', '--json'])).stdout);
    },
  };
}

/** The pid that a command printed. */
export function pidIn({ stdout, stderr }: Pick<Outcome, 'stdout' | 'stderr'>): number {
  const found = /pid=(\d+)/.exec(stdout)?.[1];
  if (found === undefined) throw new Error(`no pid in:\n${stdout}${stderr}`);
  return Number(found);
}

/** The value of a line of `/proc/<pid>/status`, for example `Umask`, `SigIgn`, `NSsid`. */
export function statusOf(pid: number, name: string): string {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'm').exec(text)?.[1] ?? '';
}

/**
 * Kills the processes that were started in the places made so far; for `test.after.each`. It repeats until none is
 * found, because a manager can restart its program.
 */
export async function clearPlaces(): Promise<void> {
  for (const folder of folders.splice(0)) {
    await until(30, `the end of what runs in ${folder}`, async () => {
      // A keeper would replace its manager.
      const left = [...keepersIn(folder), ...processesCarrying(MARK, folder)];
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
    env: { ...process.env, ZD_CONFIG: undefined, ...env },
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
    // Waits for the streams, not for the process: a manager that kept one open would hang its caller's shell.
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const status = signal ? 128 + constants.signals[signal] : (code ?? -1);
      resolve({ status, stdout: withoutDots(texts.stdout), stderr: texts.stderr });
    });
  });
  done.catch(() => {});
  return { child, output: () => texts.stdout, done };
}

/** zdaemon prints an empty line, or ends the line of dots, after a wait; zd does neither. `start.ts` tests both. */
function withoutDots(text: string): string {
  return text
    .replace(/^(\. )+\n(?=daemon process already running)/gm, '')
    .replace(/(\. )+(?=\n)/g, '')
    .replace(/^\n(?=daemon |Program took|program running)/gm, '');
}

function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}
