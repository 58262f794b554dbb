import { existsSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { ExitStatus, errorCode, UserError } from './errors';
import { readLink, readText } from './files';

/* Facts about processes from the kernel. A process is identified by its pid, its start time and the boot id. */

const NONE: ReadonlySet<string> = new Set();
const HAS_PROC = existsSync('/proc/self/stat');
/** Ticks per second in /proc (USER_HZ): 100 on every Linux that Node runs on. */
export const TICKS = 100;
/** Errors of /proc for a process that does not exist or is not visible to this user. */
const NO_PROCESS = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR'];

export interface ProcessFacts {
  pid: number;
  /** One letter: R, S, D, T, Z…; Z only if all threads have exited. */
  state: string;
  group: number;
  /** The session id; null if the facts come from ps(1). */
  session: number | null;
  /** The start time in the system's own format; together with the pid it is unique within one boot. */
  startTime: string;
}

/**
 * Reads the facts about a process from /proc, or with ps(1) on a system without /proc.
 *
 * @param pid the process id
 * @returns the facts, or null if there is no such process
 * @throws the system's error if the answer is unknown, for example because no descriptor is free; unknown does not
 *   mean dead
 */
export function readProcess(pid: number): ProcessFacts | null {
  return HAS_PROC ? readFromProc(pid) : readFromPs(pid);
}

/** See proc_pid_stat(5). */
export function readFromProc(pid: number): ProcessFacts | null {
  const fields = readStatFields(pid);
  if (!fields) return null;
  // /proc shows the state of the first thread, which may exit before other threads.
  const state = fields[0] === 'Z' && Number(fields[17]) > 1 ? 'S' : (fields[0] ?? '?');
  return {
    pid,
    state,
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTime: fields[19] ?? '',
  };
}

/**
 * See ps(1) in POSIX; `lstart` exists on Linux, BSD and macOS, with a resolution of one second.
 *
 * @param pid the process id
 * @param ps runs ps(1)
 * @throws UserError when ps shows nothing of a process that kill(2) finds: without /proc, ps of Linux fails
 */
export function readFromPs(pid: number, ps = runPs): ProcessFacts | null {
  const line = ps(['-o', 'stat=', '-o', 'pgid=', '-o', 'lstart=', '-p', String(pid)])[0];
  const [, state, group, startTime] = /^\s*(\S)\S*\s+(\d+)\s+(.+?)\s*$/.exec(line ?? '') ?? [];
  if (state && startTime) return { pid, state, group: Number(group), session: null, startTime };
  if (exists(pid)) throw cannotTell(`process ${pid}`);
  return null;
}

/** Alive and not a zombie. */
export function isAlive(facts: ProcessFacts | null): facts is ProcessFacts {
  return facts !== null && facts.state !== 'Z' && facts.state !== 'X';
}

/** Whether a process is suspended by a signal; false if that is unknown. */
export function isSuspended(pid: number): boolean {
  try {
    return readProcess(pid)?.state === 'T';
  } catch {
    return false;
  }
}

/**
 * True if the pid still belongs to the same process.
 *
 * @param pid the process id
 * @param startTime as returned earlier by `readProcess`
 */
export function isSameProcess(pid: number, startTime: string): boolean {
  const facts = readProcess(pid);
  return isAlive(facts) && facts.startTime === startTime;
}

/**
 * Where a pid has a meaning: the boot, the pid namespace, and the start time of its first process, separated by spaces,
 * because the number of a namespace is reused after its end. What the system does not show is missing.
 */
export function readBootId(): string {
  bootId ??= readBootIdOnce();
  return bootId;
}

/** Read only once: later there may be no free descriptor to read it. */
let bootId: string | undefined;

/**
 * The age of a process on the kernel's boot clock, which is never stepped.
 *
 * @param startTime as returned by `readProcess`
 * @returns seconds, or null if the age is unknown
 */
export function readAge(startTime: string): number | null {
  const now = readTicks();
  return now === null || !/^\d+$/.test(startTime) ? null : Math.max(0, (now - Number(startTime)) / TICKS);
}

/** The current time in the unit of `ProcessFacts.startTime`; null on a system without /proc. */
export function readTicks(): number | null {
  try {
    return parseUptime(readFileSync('/proc/uptime', 'latin1'));
  } catch {
    return null;
  }
}

/** Rounded: 29.29 seconds are 2929 hundredths, and floating point makes it a little less. */
export function parseUptime(text: string): number {
  return Math.round(Number.parseFloat(text) * TICKS);
}

/**
 * Finds session leaders whose standard output or standard error is one of the FIFOs. Does not find processes of other
 * users, and finds nothing on a system without /proc.
 *
 * @param fifos absolute paths without symlinks; a removed FIFO is still recognized by its path
 * @param owner the user of the FIFOs; any user can have another one of that path in a mount namespace
 * @param terminals the paths of terminals that count as well
 * @returns the facts, oldest process first
 */
export function findSessionsWritingTo(fifos: readonly string[], owner: number, terminals = NONE) {
  if (!HAS_PROC) return [];
  const writes = recognizeWriters(fifos, owner, terminals);
  const found = listPids().filter(pid => readFromProc(pid)?.session === pid && writes(pid));
  const facts = found.map(pid => readFromProc(pid)).filter(isAlive);
  return facts.sort((a, b) => Number(a.startTime) - Number(b.startTime) || a.pid - b.pid);
}

/**
 * Recognizes processes whose standard output or standard error is one of the FIFOs.
 *
 * @param fifos as `findSessionsWritingTo`
 * @param owner as there
 * @param terminals as there
 * @returns tells of a pid whether its process is one
 */
export function recognizeWriters(fifos: readonly string[], owner: number, terminals = NONE) {
  const known = fifos.map(path => readStats(path));
  const removed = new Set(fifos.map(path => `${path} (deleted)`));
  const isOurs = (end: string) => {
    const found = readStats(end);
    if (terminals.size > 0 && terminals.has(readLink(end))) return true;
    if (!found?.isFIFO() || found.uid !== owner) return false;
    if (found.nlink === 0) return removed.has(readLink(end));
    return known.some(one => one?.ino === found.ino && one.dev === found.dev);
  };
  return (pid: number) => [1, 2].some(fd => isOurs(`/proc/${pid}/fd/${fd}`));
}

/**
 * Reads the owner of a process.
 *
 * @param pid the process id
 * @returns the effective uid, or null if there is no such process
 */
export function readOwner(pid: number): number | null {
  const text = HAS_PROC ? readStatus(pid) : `Uid: - ${runPs(['-o', 'uid=', '-p', String(pid)])[0] ?? ''}`;
  const [, uid] = /^Uid:\s+\S+\s+(\d+)/m.exec(text) ?? [];
  return uid === undefined ? null : Number(uid);
}

/** The fields of /proc/PID/stat after the last ')': the process name before it may contain any character. */
export function readStatFields(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    if (NO_PROCESS.includes(errorCode(error))) return null;
    throw error;
  }
}

/** The processor time of a process and of its children that have exited, in ticks (utime to cstime, proc_pid_stat(5)). */
export function sumProcessorTicks(fields: readonly string[]): number {
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch (error) {
    if (NO_PROCESS.includes(errorCode(error))) return '';
    throw error;
  }
}

/**
 * Finds the members of sessions whose leader has exited. The system gives the pid of a leader to no other process while
 * the session has members, so a session with a living leader is another one of the same number.
 *
 * @param sessions their ids
 */
export function findMembers(sessions: ReadonlySet<number>): ProcessFacts[] {
  if (!HAS_PROC) return findMembersWithPs(sessions);
  const all = listPids().flatMap(pid => readFromProc(pid) ?? []);
  const led = new Set(all.filter(one => isAlive(one) && sessions.has(one.pid)).map(({ pid }) => pid));
  return all.filter(
    one => isAlive(one) && one.session !== null && sessions.has(one.session) && !led.has(one.session),
  );
}

/** ps(1) of BSD shows no number of a session: the members of the leader's group are found. */
function findMembersWithPs(groups: ReadonlySet<number>): ProcessFacts[] {
  const lines = listWithPs(['-o', 'pid=', '-o', 'pgid=']);
  const pairs = lines.map(line => line.trim().split(/\s+/).map(Number) as [number, number]);
  const led = new Set(pairs.map(([pid]) => pid).filter(pid => groups.has(pid)));
  const members = pairs.filter(([, group]) => groups.has(group) && !led.has(group));
  return members.flatMap(([pid, group]) => {
    const facts = readProcess(pid);
    return isAlive(facts) ? [{ ...facts, session: group }] : [];
  });
}

/**
 * Lists the children of a process: from the kernel's own list, or by reading all processes where it keeps none
 * (CONFIG_PROC_CHILDREN).
 *
 * @param pid the parent
 */
export function listChildren(pid: number): number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const lists = threads.map(thread => readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1'));
    return lists.flatMap(list => list.split(' ').filter(Boolean).map(Number));
  } catch {
    return listPids().filter(one => Number(readStatFields(one)?.[1]) === pid);
  }
}

/** Lists all processes that /proc shows. @throws the system's error without /proc */
export function listPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function readBootIdOnce(): string {
  const boot = readText('/proc/sys/kernel/random/boot_id').trim();
  const namespace = readLink('/proc/self/ns/pid');
  if (boot === '' || namespace === '') return boot;
  return [boot, namespace, readFromProc(1)?.startTime ?? ''].join(' ').trim();
}

/** Lists all processes; at least ps(1) itself is one. */
function listWithPs(columns: string[]): string[] {
  const lines = runPs(['-A', ...columns]);
  if (lines.length === 0) throw cannotTell('a process group');
  return lines;
}

/** Whether kill(2) finds a process of that number, alive or not. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

/** Unknown does not mean dead. */
export function cannotTell(what: string): UserError {
  const text = `cannot tell whether ${what} is still running: /proc is missing, or was; mount /proc, or end it`;
  return new UserError(text, ExitStatus.unknown);
}

function readStats(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

function runPs(args: string[]): string[] {
  const { spawnSync } = require('node:child_process') as typeof import('node:child_process');
  const { stdout, error } = spawnSync('ps', args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  // Without ps, kill(2) decides.
  if (error && errorCode(error) !== 'ENOENT') throw error;
  return (stdout ?? '').split('\n').filter(line => line.trim() !== '');
}
