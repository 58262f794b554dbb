import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readLink, readText } from '../system/files';
import { type Identity, isRunning } from '../system/identity';
import {
  findMembers,
  isAlive,
  listPids,
  type ProcessFacts,
  readFromProc,
  recognizeWriters,
} from '../system/processes';

/** The FIFOs that a program's output can go through; see manager/transcript/. */
const FIFOS = ['output', 'errors'];

/** The paths of the FIFOs in a state folder. */
export function nameFifos(folder: string): string[] {
  return FIFOS.map(name => join(folder, name));
}

/** The user of the state folder and its FIFOs; this one, if the folder is gone. */
export function readFolderOwner(folder: string): number {
  return lstatSync(folder, { throwIfNoEntry: false })?.uid ?? process.geteuid?.() ?? 0;
}

/**
 * The paths of the terminals that the program of a state folder can have: with `pty`, a process holds them, whose
 * descriptor 3 is a FIFO of that folder.
 *
 * @param folder without symlinks
 */
export function findTerminals(folder: string): Set<string> {
  const control = lstatSync(join(folder, 'console'), { throwIfNoEntry: false });
  const found = new Set<string>();
  if (!control?.isFIFO() || !existsSync('/proc/self')) return found;
  for (const pid of listPids()) {
    const third = attempt(() => statSync(`/proc/${pid}/fd/3`));
    if (third?.ino !== control.ino || third.dev !== control.dev) continue;
    for (const fd of attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? []) {
      if (!readLink(`/proc/${pid}/fd/${fd}`).endsWith('/ptmx')) continue;
      const [, number] = /^tty-index:\s*(\d+)/m.exec(readText(`/proc/${pid}/fdinfo/${fd}`)) ?? [];
      if (number !== undefined) found.add(`/dev/pts/${number}`);
    }
  }
  return found;
}

/**
 * Finds the members of sessions whose leader, a program, has exited. The system gives the number of a session to another
 * one as soon as it has no members. So a session is believed only if a member is at least as old as the knowledge of it,
 * or still writes to the program's output.
 *
 * @param known the ids, each with the result of `readTicks` when the session was last known to be the program's; null
 *   or undefined where there is no such clock
 * @param folder the state folder, without symlinks
 */
export function findSessionMembers(
  known: ReadonlyMap<number, number | null | undefined>,
  folder: string,
): ProcessFacts[] {
  if (known.size === 0) return [];
  const members = findMembers(new Set(known.keys()));
  const writes = recognizeWriters(nameFifos(folder), readFolderOwner(folder), findTerminals(folder));
  const isProof = ({ pid, session, startTime }: ProcessFacts) => {
    const since = known.get(session as number) ?? Number.POSITIVE_INFINITY;
    // The age of a process has no number where the facts come from ps(1).
    return !(Number(startTime) > since) || writes(pid);
  };
  const believed = new Set(members.filter(isProof).map(({ session }) => session));
  return members.filter(({ session }) => believed.has(session));
}

/**
 * Finds the other members of the process group of a process that leads it and is alive.
 *
 * @param leader
 * @returns nothing without /proc
 */
export function findGroupMembers(leader: Identity): Identity[] {
  const pids = existsSync('/proc/self') ? listPids() : [];
  const members = pids.flatMap(pid => (pid === leader.pid ? [] : (readFromProc(pid) ?? [])));
  const found = members.filter(one => isAlive(one) && one.group === leader.pid);
  // Only as long as its leader is there, the group is its own for certain.
  return isRunning(leader) ? found.map(({ pid, startTime }) => ({ ...leader, pid, startTime })) : [];
}

/** A process can exit while it is being read, or be another user's. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
