import { getSystemErrorMap } from 'node:util';
import { type Kind, TO_MANAGER } from '../../protocol/keeper/wire';

/** A process of an earlier manager that the keeper still has as its child, or whose exit nobody has saved yet. */
export interface KeptRun {
  id: string;
  pid: number;
  kind: Kind;
}

/** Exits that no manager has saved come before it. */
export function isWelcome([word]: Buffer[]): boolean {
  return word?.toString() === TO_MANAGER.welcome;
}

export function toRuns(fields: Buffer[]): KeptRun[] {
  const runs: KeptRun[] = [];
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [pid, id, kind] = fields.slice(at, at + 3).map(String);
    runs.push({ pid: Number(pid), id: id as string, kind: kind as Kind });
  }
  return runs;
}

export function systemError(errno: number, syscall: string): NodeJS.ErrnoException & { code: string } {
  const [code = `E${errno}`, text = `errno ${errno}`] = getSystemErrorMap().get(-errno) ?? [];
  return Object.assign(new Error(`${syscall} ${code}: ${text}`), { code, errno: -errno, syscall });
}
