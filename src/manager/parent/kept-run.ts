import { type Kind, TO_MANAGER } from '../../protocol/keeper/wire';

/** A process of an earlier manager that the keeper still has as its child, or whose exit nobody has saved yet. */
export interface KeptRun {
  id: string;
  pid: number;
  kind: Kind;
}

/** @param fields pid, id and kind of each run, as the keeper's welcome has them */
export function readRuns(fields: readonly Buffer[]): KeptRun[] {
  const runs: KeptRun[] = [];
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [pid, id, kind] = fields.slice(at, at + 3).map(String);
    runs.push({ pid: Number(pid), id: id as string, kind: kind as Kind });
  }
  return runs;
}

/** The exit of a process, with a number by which the manager confirms it. */
export interface Exit {
  sequence: number;
  id: string;
  pid: number;
  /** As wait(2) reports it. */
  waitStatus: number;
}

/** @param fields of the keeper's frame: sequence, id, pid and wait status */
export function readExit(fields: readonly Buffer[]): Exit {
  const [sequence, id, pid, waitStatus] = fields.map(String);
  return { sequence: Number(sequence), id: id ?? '', pid: Number(pid), waitStatus: Number(waitStatus) };
}

/** Whether a frame is the keeper's welcome; exits that no manager has saved come before it. */
export function isWelcome([word]: Buffer[]): boolean {
  return word?.toString() === TO_MANAGER.welcome;
}
