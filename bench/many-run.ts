import { readFileSync } from 'node:fs';

/** Seconds. */
const PATIENCE = 120;

/** A supervisor of many programs, which is begun anew for each run. */
export interface Many {
  name: string;
  /**
   * Writes the files for programs that run these commands.
   *
   * @returns what is measured
   */
  setUp(folder: string, programs: readonly string[][]): ManyRun;
}

export interface ManyRun {
  /** Begins everything from nothing; may return before all programs run. */
  begin(): void;
  /** Prints a line for each program. */
  list: readonly string[];
  /** The processes that are there because of the supervisor, while all programs run. */
  pids(): number[];
  /** Ends everything, and waits for it. */
  end(): void;
}

/** Waits without giving up the thread: nothing else happens here. */
export function waitUntil(what: string, holds: () => boolean): void {
  const end = now() + PATIENCE;
  while (!holds()) {
    if (now() > end) throw new Error(`waited ${PATIENCE} s for ${what}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
}

/** A child that has ended while this thread waits. */
export function isZombie(pid: number): boolean {
  return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** Seconds of the monotonic clock. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e9;
}
