import { realpathSync } from 'node:fs';
import type { Clock } from './clock';
import type { LaunchOrder } from './launch-order';
import { isRunning, readState, type SavedProgram } from './state';
import { nameStateFolder } from './state-folder';
import { findStray } from './stray';

export interface Orphan {
  program: SavedProgram;
  /** What its manager worked by; null when that was lost. */
  order: LaunchOrder | null;
}

/** What is left when no manager answers. */
export interface Remains {
  /** A program that runs on without its manager. */
  orphan: Orphan | null;
  /** A manager that lives although its socket does not answer. */
  managerPid: number | null;
}

/**
 * Looks what runs when nobody answers at the socket.
 *
 * @param socket absolute path
 * @param clock for the time a program has been up
 */
export function findRemains(socket: string, clock: Clock): Remains {
  let folder: string;
  try {
    folder = realpathSync(nameStateFolder(socket));
  } catch {
    return { orphan: null, managerPid: null };
  }
  const { state } = readState(folder);
  // One that wants nothing up any more is about to leave, and has given its socket up on purpose.
  if (isRunning(state?.manager))
    return { orphan: null, managerPid: state?.wanted === 'up' ? state.manager.pid : null };
  const recorded = state?.program;
  const program = isRunning(recorded) ? recorded : findStray(folder, state, clock.wall());
  return { orphan: program && { program, order: state?.order ?? null }, managerPid: null };
}
