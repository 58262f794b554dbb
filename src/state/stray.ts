import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { findSessionsWritingTo, readAge } from '../system/processes';
import { identify, type SavedProgram, type SavedState } from './state-file';

/** The FIFOs a program's output can go through; see manager/transcript.ts. */
const FIFOS = ['output', 'errors'];

/**
 * Finds a program of ours that no state tells of: its manager died right after it had started it, or somebody
 * destroyed the state. It still writes to the FIFO of its state folder, and that is how it is known; one that has
 * closed both its outputs since, or runs on a system without /proc, is not found.
 *
 * @param folder the state folder, without symlinks
 * @param state what it holds; the search costs a look at every process, so it is made only after an unclean end
 * @param wall seconds since 1970, now
 */
export function findStray(folder: string, state: SavedState | null, wall: number): SavedProgram | null {
  if (state && state.spawning === undefined) return null;
  const since = state?.spawning ?? 0;
  const found = findSessionsWritingTo(FIFOS.map(name => join(folder, name)));
  // What a program starts in sessions of their own is younger than itself.
  const oldest = found.find(({ startTime }) => Number(startTime) >= since);
  if (!oldest) return null;
  const startedAt = wall - (readAge(oldest.startTime) ?? 0);
  return { ...identify(oldest.pid), file: readExecutable(oldest.pid), startedAt };
}

function readExecutable(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return '';
  }
}
