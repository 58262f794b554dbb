import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { until } from './within';

/** The index of the number of threads in /proc/<pid>/stat, counted from the state. */
const THREADS = 17;

/** Whether the process is alive; a zombie is not. */
export function isAlive(pid: number): boolean {
  const state = readState(pid);
  return state !== null && !state.dead;
}

/** Whether any process of the group is alive; zombies do not count. */
export function groupIsAlive(pgid: number): boolean {
  return listStates().some(state => state.group === pgid && !state.dead);
}

/** The pids of the children that are alive. A test process itself may have one: the compiler of tsx. */
export function childrenOf(pid: number): number[] {
  return listStates()
    .filter(state => state.parent === pid && !state.dead)
    .map(state => state.pid);
}

/** What a manager has spawned and has not reaped, by way of its keeper if it has one. */
export function spawnedBy(managerPid: number): number[] {
  return childrenOf(keeperOf(managerPid) ?? managerPid).filter(pid => pid !== managerPid);
}

/** Descriptor numbers and their targets (`/tmp/x`, `socket:[123]`), from `/proc/<pid>/fd`. */
export function openDescriptors(pid: number): Map<number, string> {
  const folder = `/proc/${pid}/fd`;
  const found = new Map<number, string>();
  for (const name of readdirSync(folder)) {
    const target = attempt(() => readlinkSync(`${folder}/${name}`));
    if (target !== null) found.set(Number(name), target);
  }
  return found;
}

/**
 * Resolves when the process has exited or is a zombie.
 *
 * @param seconds after which it rejects, naming the command line
 */
export async function waitForEnd(pid: number, seconds = 30): Promise<void> {
  await until(seconds, `process ${pid} to end: ${commandLine(pid)}`, () => !isAlive(pid));
}

/** The command line of the process, joined by spaces, or an empty string. */
export function commandLine(pid: number): string {
  const text = readProc(`${pid}/cmdline`);
  return text.replaceAll('\0', ' ').trim();
}

/**
 * The processes that were started with an environment variable whose value contains a text. Processes of other users,
 * and those that cleared their environment, are not found.
 *
 * @param name of the variable
 * @param part of its value
 * @returns pids, except this process
 */
export function processesCarrying(name: string, part: string): number[] {
  return listPids().filter(pid => {
    if (pid === process.pid) return false;
    // A zombie has none.
    const environment = readProc(`${pid}/environ`);
    if (!environment.includes(part)) return false;
    return environment.split('\0').some(entry => entry.startsWith(`${name}=`) && entry.includes(part));
  });
}

/** The keepers of managers whose socket is below a folder; their environment is nearly empty. */
export function keepersIn(folder: string): number[] {
  return listNamed(`zd: keeps ${folder}/`);
}

/** The processes whose command line begins with a text; a zombie has none. */
export function listNamed(start: string): number[] {
  return listPids().filter(pid => commandLine(pid).startsWith(start));
}

/** The pid of the keeper of a manager, or null. */
export function keeperOf(managerPid: number): number | null {
  const parent = readState(managerPid)?.parent ?? 0;
  return commandLine(parent).startsWith('zd: keeps ') ? parent : null;
}

/** Kills a manager and its keeper, if it has one, so that no other manager follows; resolves after their ends. */
export async function killWithKeeper(managerPid: number): Promise<void> {
  const keeper = keeperOf(managerPid);
  if (keeper !== null) process.kill(keeper, 'SIGKILL');
  process.kill(managerPid, 'SIGKILL');
  await waitForEnd(managerPid);
  if (keeper !== null) await waitForEnd(keeper);
}

interface ProcessState {
  pid: number;
  parent: number;
  group: number;
  dead: boolean;
}

function listStates(): ProcessState[] {
  return listPids()
    .map(readState)
    .filter(state => state !== null);
}

function listPids(): number[] {
  return (attempt(() => readdirSync('/proc')) ?? []).map(Number).filter(pid => pid > 0);
}

function readState(pid: number): ProcessState | null {
  const text = readProc(`${pid}/stat`);
  if (text === '') return null;
  // The name in brackets can itself contain spaces and brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [letter = '', parent, group] = fields;
  // The first thread of a killed process can be a zombie while other threads still hold its sockets and locks.
  const dead = /[ZXx]/.test(letter) && Number(fields[THREADS]) <= 1;
  return { pid, parent: Number(parent), group: Number(group), dead };
}

/** Tests look through all processes often; `readFileSync` takes twice as long. @returns UTF-8, empty without access */
function readProc(name: string): string {
  const fd = attempt(() => openSync(`/proc/${name}`, 'r'));
  if (fd === null) return '';
  try {
    return attempt(() => scratch.toString('utf8', 0, readSync(fd, scratch, 0, scratch.length, null))) ?? '';
  } finally {
    closeSync(fd);
  }
}

const scratch = Buffer.allocUnsafe(1 << 20);

/** A process can exit while it is being read. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** Whether a client has a socket beside its standard streams. */
export function isConnected(pid: number | undefined): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some(
      fd => Number(fd) > 2 && readlinkSync(`${folder}/${fd}`).startsWith('socket:'),
    );
  } catch {
    return false;
  }
}
