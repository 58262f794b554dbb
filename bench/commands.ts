import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { summarize } from './figure';

/** The built command line of this tree. */
export const zd = [join(__dirname, '..', 'bin', 'zd')];
export const bareNode = [process.execPath, '-e', '0'];

/** Seconds from the start of a command to its exit; its output is discarded. */
export function time(command: readonly string[], cwd: string): number {
  const [file, ...args] = command;
  const start = process.hrtime.bigint();
  const { error } = spawnSync(file as string, args, { cwd, stdio: 'ignore' });
  if (error) throw error;
  return Number(process.hrtime.bigint() - start) / 1e9;
}

export interface Pair {
  runs: number;
  cwd: string;
  subject: readonly string[];
  /** Subtracted from the subject's time before the ratio is taken; seconds. */
  less?: number;
  before?(): void;
  after?(): void;
}

/**
 * Alternates between bare Node and a command, and calculates the ratio of each pair: the machine's speed drifts, but
 * hardly within a pair.
 */
export function compareWithNode({ runs, cwd, subject, less = 0, before, after }: Pair) {
  const ratios: number[] = [];
  for (let run = -1; run < runs; run++) {
    const floor = time(bareNode, cwd);
    before?.();
    const seconds = time(subject, cwd) - less;
    after?.();
    // The first pair warms the caches.
    if (run >= 0) ratios.push(seconds / floor);
  }
  return summarize(ratios);
}

/** Runs `use` in a temporary folder of its own. */
export async function inFolder<T>(use: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'zd-bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs zd and returns its standard output; throws if it fails. */
export function runZd(folder: string, ...words: string[]): string {
  const [file] = zd;
  const { status, stdout, stderr } = spawnSync(file as string, words, {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`zd ${words.join(' ')}: ${stderr}`);
  return stdout;
}

/** The pid of the manager in this folder. */
export function managerOf(folder: string): number {
  return JSON.parse(runZd(folder, 'status', '--json')).managerPid;
}

export type { ChildProcess };

/** Starts a peer's daemon in the background. */
export function background(command: readonly string[], cwd: string): ChildProcess {
  const [file, ...args] = command;
  return spawn(file as string, args, { cwd, stdio: 'ignore' });
}
