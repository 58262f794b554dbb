import { accessSync, constants, existsSync } from 'node:fs';
import { describeReason, errorCode } from '../errors';
import { findExcess } from './exec-size';
import { describeForeignMachine, findForeignMachine, readFormat } from './executable';

/** What was to be run, for errors that depend on it. */
export interface Attempt {
  /** The path inside, and what tells of others whether they are there, if the process has another root. */
  root?: { path: string; has(path: string): boolean };
  args: readonly string[];
  environment: Record<string, string | undefined>;
}

/** execve(2) with a file of a format that the system does not execute; libuv has no name for it. */
const ENOEXEC = -8;
const NOT_EXECUTABLE =
  'it is neither an executable of this system nor a script whose first line names its interpreter (#!/bin/sh)';

/**
 * Explains why a program could not be run. The system has one error for the file itself and for what the file needs:
 * for a script whose interpreter is missing, it reports only "no such file or directory".
 *
 * @param file the program's file
 * @param error what spawn threw or emitted
 * @param attempt its arguments and variables, if they are known
 * @returns the reason, as a phrase: `its interpreter /bin/tcsh is missing`
 */
export function explainSpawn(file: string, error: unknown, attempt?: Attempt): string {
  const code = errorCode(error);
  if (code === 'ENOENT') return explainMissing(file, attempt?.root) ?? describeReason(error);
  if (code === 'EACCES') return explainRefused(file, error) ?? describeReason(error);
  if (code === 'E2BIG')
    return (attempt && findExcess(attempt.args, attempt.environment)) ?? describeReason(error);
  if (code === 'ETXTBSY') return 'it is open for writing; start it when it is complete';
  const format = readFormat(file);
  if (code === 'ELOOP' && format.kind === 'script')
    return `its interpreter ${format.interpreter} is a script whose interpreter is a script, and so on`;
  if ((error as NodeJS.ErrnoException | null)?.errno !== ENOEXEC) return describeReason(error);
  if (format.kind === 'script')
    return `its interpreter ${format.interpreter} has a format that the system does not execute`;
  const machine = findForeignMachine(file);
  return machine === null ? NOT_EXECUTABLE : describeForeignMachine(machine);
}

function explainMissing(file: string, root: Attempt['root']): string | null {
  const format = readFormat(file);
  const isThere = root?.has ?? existsSync;
  if (format.kind === 'elf' && format.loader !== null && !isThere(format.loader))
    return root
      ? `its loader ${format.loader} is missing inside the chroot ${root.path}; copy there what ldd ${file} lists`
      : `its loader ${format.loader} is missing: it is built for another system`;
  if (format.kind !== 'script' || isThere(format.interpreter)) return null;
  const where = root ? ` inside the chroot ${root.path}` : '';
  if (!format.interpreter.endsWith('\r')) return `its interpreter ${format.interpreter} is missing${where}`;
  const name = format.interpreter.slice(0, -1);
  return `it has CR LF line endings, so its interpreter ${name} was not found; convert them to LF`;
}

/** The file itself was found to be executable, so the interpreter may be what is not. */
function explainRefused(file: string, error: unknown): string | null {
  const format = readFormat(file);
  if (format.kind !== 'script') return null;
  try {
    accessSync(file, constants.X_OK);
  } catch {
    return null;
  }
  try {
    accessSync(format.interpreter, constants.X_OK);
    return null;
  } catch {
    return `its interpreter ${format.interpreter} cannot be run: ${describeReason(error)}`;
  }
}
