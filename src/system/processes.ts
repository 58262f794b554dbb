import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { errorCode } from './errors';
import { readLink } from './files';

/* What the kernel says of processes. A pid alone is no identity: with its start time and the boot it is. */

const HAS_PROC = existsSync('/proc/self/stat');
/** Ticks a second in what /proc tells programs (USER_HZ): 100 on every Linux that Node runs on. */
const TICKS = 100;
/** What /proc answers for a process that is not there, or not for us to see. */
const NO_PROCESS = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR'];

export interface ProcessFacts {
  pid: number;
  /** One letter: R, S, D, T, Z…; Z only when all of its threads have ended. */
  state: string;
  group: number;
  /** The session's number; null where only ps(1) could tell. */
  session: number | null;
  /** When it started, in the system's own way of saying it: with the pid, never used twice in one boot. */
  startTime: string;
}

/**
 * Reads what the kernel says of a process: from /proc, or through ps(1) where there is none.
 *
 * @param pid its number
 * @returns the facts, or null when there is no such process
 * @throws the system's error when it cannot be told, as for want of a descriptor: that is no "no"
 */
export function readProcess(pid: number): ProcessFacts | null {
  return HAS_PROC ? readFromProc(pid) : readFromPs(pid);
}

/** See proc_pid_stat(5). */
export function readFromProc(pid: number): ProcessFacts | null {
  const fields = readStatFields(pid);
  if (!fields) return null;
  // The letter is that of the first thread, which may end before others do.
  const state = fields[0] === 'Z' && Number(fields[17]) > 1 ? 'S' : (fields[0] ?? '?');
  return {
    pid,
    state,
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTime: fields[19] ?? '',
  };
}

/** See POSIX ps; `lstart` is common to Linux, BSD and macOS, to the second. */
export function readFromPs(pid: number): ProcessFacts | null {
  const line = runPs(['-o', 'stat=', '-o', 'pgid=', '-o', 'lstart=', '-p', String(pid)])[0];
  const [, state, group, startTime] = /^\s*(\S)\S*\s+(\d+)\s+(.+?)\s*$/.exec(line ?? '') ?? [];
  return state && startTime ? { pid, state, group: Number(group), session: null, startTime } : null;
}

/** Alive and not a zombie. */
export function isAlive(facts: ProcessFacts | null): facts is ProcessFacts {
  return facts !== null && facts.state !== 'Z' && facts.state !== 'X';
}

/**
 * Is this still the same process?
 *
 * @param pid its number
 * @param startTime what `readProcess` once said
 */
export function isSameProcess(pid: number, startTime: string): boolean {
  const facts = readProcess(pid);
  return isAlive(facts) && facts.startTime === startTime;
}

/** A text that differs after each boot; empty where the system has none. */
export function readBootId(): string {
  bootId ??= readBootIdOnce();
  return bootId;
}

/** Read once: later there may be no descriptor left to read it with. */
let bootId: string | undefined;

/**
 * How long ago a process started, on the kernel's clock, which nobody steps.
 *
 * @param startTime what `readProcess` says of it
 * @returns seconds, or null where it cannot be told
 */
export function readAge(startTime: string): number | null {
  const now = readTicks();
  return now === null || !/^\d+$/.test(startTime) ? null : Math.max(0, (now - Number(startTime)) / TICKS);
}

/** Now, in the unit of `ProcessFacts.startTime`; null where the kernel does not count like that. */
export function readTicks(): number | null {
  try {
    return Math.floor(Number.parseFloat(readFileSync('/proc/uptime', 'latin1')) * TICKS);
  } catch {
    return null;
  }
}

/**
 * Finds the processes that lead a session of their own and have one of some files as standard output or error. Those
 * of other users, and all of them without /proc, stay unseen.
 *
 * @param files absolute paths without symlinks; a file that was removed is still known by its path
 * @returns the facts, the oldest process first
 */
export function findSessionsWritingTo(files: readonly string[]): ProcessFacts[] {
  if (!HAS_PROC) return [];
  const targets = new Set(files.flatMap(file => [file, `${file} (deleted)`]));
  const found = listPids().filter(pid => {
    const leads = readFromProc(pid)?.session === pid;
    return leads && [1, 2].some(fd => targets.has(readLink(`/proc/${pid}/fd/${fd}`)));
  });
  const facts = found.map(pid => readFromProc(pid)).filter(isAlive);
  return facts.sort((a, b) => Number(a.startTime) - Number(b.startTime) || a.pid - b.pid);
}

/**
 * Whose process is it?
 *
 * @param pid its number
 * @returns the effective user's number, or null when there is no such process
 */
export function readOwner(pid: number): number | null {
  const text = HAS_PROC ? readStatus(pid) : `Uid: - ${runPs(['-o', 'uid=', '-p', String(pid)])[0] ?? ''}`;
  const [, uid] = /^Uid:\s+\S+\s+(\d+)/m.exec(text) ?? [];
  return uid === undefined ? null : Number(uid);
}

/**
 * Is anything of a program's process group alive? Zombies do not count: where pid 1 does not reap, they stay for ever.
 * A group of this number in a session of another one is a stranger's, whose leader was given a number that is free again.
 *
 * @param group its number, which is that of its session too
 */
export function isGroupAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  if (!HAS_PROC) {
    const lines = runPs(['-A', '-o', 'pgid=', '-o', 'stat=']);
    return lines.some(line => new RegExp(`^\\s*${group}\\s+[^ZX]`).test(line));
  }
  try {
    return listPids().some(pid => {
      const facts = readFromProc(pid);
      return isAlive(facts) && facts.group === group && facts.session === group;
    });
  } catch {
    // For want of a descriptor nobody can be looked at, so kill(2) has the last word.
    return true;
  }
}

/** The fields of /proc/PID/stat from the third on: a name in parentheses may hold anything, so it ends the rest. */
function readStatFields(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    if (NO_PROCESS.includes(errorCode(error))) return null;
    throw error;
  }
}

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch (error) {
    if (NO_PROCESS.includes(errorCode(error))) return '';
    throw error;
  }
}

function listPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function readBootIdOnce(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}

function runPs(args: string[]): string[] {
  const { spawnSync } = require('node:child_process') as typeof import('node:child_process');
  const { stdout, error } = spawnSync('ps', args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  if (error) throw error;
  return (stdout ?? '').split('\n').filter(line => line.trim() !== '');
}
