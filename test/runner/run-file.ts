import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { sleep } from '../../src/system/clock';
import { commandLine, keepersIn, processesCarrying } from '../helpers/processes';
import type { ReportLine } from './guard';

/** Stopped processes, and the compiler of tsx, can outlive their test file by this time. */
const LEAK_GRACE_S = 8;
const PROBE_S = 0.05;
/** A variable that marks every process a test file starts, daemons included. */
const COOKIE = 'ZD_TEST_COOKIE';

export interface FileOptions {
  /** The file's temporary folder, which must not exist yet; `.out` and `.report` are beside it. */
  folder: string;
  /** Seconds. */
  limit: number;
  /** The working folder. */
  root: string;
  /** The words for Node that run the file. */
  words: string[];
}

export interface FileResult {
  passed: number;
  skipped: ReportLine[];
  /** One sentence each, about a test or about the entire file. */
  failures: string[];
  output: string;
  seconds: number;
}

/** By cookie: the process group and the folder of each running file. */
const running = new Map<string, { group: number; folder: string }>();

/** Runs one test file, kills the processes it left behind, and reads its report. */
export async function runFile({ folder, limit, root, words }: FileOptions): Promise<FileResult> {
  const started = performance.now();
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  const cookie = randomUUID();
  const outer = process.env[COOKIE];
  // Output goes to a file: a process left behind cannot hold a pipe open, and both streams keep their order.
  const out = openSync(`${folder}.out`, 'a');
  const child = spawn(process.execPath, words, {
    cwd: root,
    detached: true,
    stdio: ['ignore', out, out],
    env: {
      ...process.env,
      // Each Node would read them as it starts, which takes as long as the rest of a start; no test calls other hosts.
      NODE_EXTRA_CA_CERTS: undefined,
      ZD_TEST_FOLDER: folder,
      ZD_TEST_REPORT: `${folder}.report`,
      [COOKIE]: outer ? `${outer}:${cookie}` : cookie,
    },
  });
  closeSync(out);
  const group = child.pid;
  if (group === undefined) throw new Error(`cannot start ${process.execPath}`);
  running.set(cookie, { group, folder });

  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill(-group);
  }, limit * 1000);
  const ending = await new Promise<string | null>(resolve => {
    child.on('exit', (code, signal) =>
      resolve(code === 0 ? null : `exited with ${signal ?? `status ${code}`}`),
    );
  });
  clearTimeout(timer);
  const leaks = await removeLeaks(cookie, folder);
  running.delete(cookie);

  const result = readReport(`${folder}.report`);
  if (late) result.failures.push(`took longer than ${limit} s and was killed`);
  if (result.failures.length === 0 && ending !== null) result.failures.push(ending);
  result.failures.push(...leaks);
  const output = readFileSync(`${folder}.out`, 'utf8');
  return { ...result, output, seconds: (performance.now() - started) / 1000 };
}

/**
 * Kills the processes that are alive after a grace period.
 *
 * @returns a sentence for each
 */
async function removeLeaks(cookie: string, folder: string): Promise<string[]> {
  const due = performance.now() + LEAK_GRACE_S * 1000;
  let left = findLeaks(cookie, folder);
  while (left.length > 0 && performance.now() < due) {
    await sleep(PROBE_S);
    left = findLeaks(cookie, folder);
  }
  const sentences = left.map(pid => `left process ${pid} behind: ${commandLine(pid)}`);
  // Repeats until none is found: a manager may have restarted its program in between.
  while (left.length > 0) {
    for (const pid of left) kill(pid);
    await sleep(PROBE_S);
    left = findLeaks(cookie, folder);
  }
  return sentences;
}

/** Keepers first, for they would replace their managers. */
function findLeaks(cookie: string, folder: string): number[] {
  return [...keepersIn(folder), ...processesCarrying(COOKIE, cookie)];
}

function readReport(path: string): Pick<FileResult, 'passed' | 'skipped' | 'failures'> {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const lines: ReportLine[] = text.split('\n').flatMap(line => (line ? [JSON.parse(line)] : []));
  const ofKind = (kind: ReportLine['kind']) => lines.filter(line => line.kind === kind);

  const failures = [...ofKind('failed'), ...ofKind('fault')].map(
    ({ title, detail }) => `${title}: ${detail.split('\n')[0]}`,
  );
  const last = lines.findLast(
    line => line.kind === 'started' || line.kind === 'passed' || line.kind === 'failed',
  );
  if (last?.kind === 'started') failures.push(`${last.title}: did not finish`);
  const passed = ofKind('passed').length;
  const skipped = ofKind('skipped');
  if (passed + skipped.length + failures.length === 0)
    failures.push('ran no tests in a suite of test/runner/guard.ts');
  return { passed, skipped, failures };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

/** However the run ends, even by Ctrl-C, no process that it started survives. */
process.on('exit', () => {
  for (const [cookie, { group, folder }] of running) {
    kill(-group);
    // Again, for what was begun in between.
    for (let left = findLeaks(cookie, folder); left.length > 0; left = findLeaks(cookie, folder))
      for (const pid of left) kill(pid);
  }
});
