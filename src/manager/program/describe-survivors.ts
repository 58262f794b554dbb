import { readText } from '../../system/files';
import type { Program } from './program';

/** What is left after a stop, and why. */
export function describeSurvivors(pids: readonly number[], program: Program): string {
  const refused = pids.filter(pid => program.leftovers.isRefused(pid));
  const stubborn = pids.filter(pid => !program.leftovers.isRefused(pid));
  return [
    ...(refused.length > 0
      ? [`it is not permitted to signal ${refused.map(describeProcess).join(', ')}`]
      : []),
    ...(stubborn.length > 0
      ? [`still alive after SIGKILL: ${stubborn.map(describeProcess).join(', ')}`]
      : []),
  ].join('; ');
}

/** `4711 (python3)`. */
export function describeProcess(pid: number): string {
  const name = readText(`/proc/${pid}/comm`).trim();
  return name === '' ? String(pid) : `${pid} (${name})`;
}
