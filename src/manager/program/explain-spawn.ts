import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { describeReason, errorCode } from '../../system/errors';

/** Bytes of the first line that Linux examines. */
const LONGEST_LINE = 256;

/**
 * Explains why a program could not be run. For a script whose interpreter is missing, the system reports only "no such
 * file or directory", although the script exists.
 *
 * @param file the program's file
 * @param error what spawn threw or emitted
 * @returns the reason, as a phrase: `its interpreter /bin/tcsh is missing`
 */
export function explainSpawn(file: string, error: unknown): string {
  const interpreter = errorCode(error) === 'ENOENT' ? readInterpreter(file) : null;
  if (interpreter === null || existsSync(interpreter)) return describeReason(error);
  if (!interpreter.endsWith('\r')) return `its interpreter ${interpreter} is missing`;
  const name = interpreter.slice(0, -1);
  return `it has CR LF line endings, so its interpreter ${name} was not found; convert them to LF`;
}

/** The interpreter that a first line such as `#! /bin/sh -e` names; null if there is none, or it cannot be read. */
function readInterpreter(file: string): string | null {
  try {
    const fd = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(LONGEST_LINE);
      const start = bytes.toString('utf8', 0, readSync(fd, bytes, 0, LONGEST_LINE, 0));
      return /^#![ \t]*([^ \t\n]+)/.exec(start)?.[1] ?? null;
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}
