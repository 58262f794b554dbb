import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { describeReason, errorCode } from '../../system/errors';

/** Bytes of a first line that Linux looks at. */
const LONGEST_LINE = 256;

/**
 * Says why a program could not be run. Of a script whose interpreter is missing the system says just "no such file or
 * directory", although the script is there.
 *
 * @param file the program's file
 * @param error what spawn threw or told
 * @returns the reason, as a phrase: `its interpreter /bin/tcsh is missing`
 */
export function explainSpawn(file: string, error: unknown): string {
  const interpreter = errorCode(error) === 'ENOENT' ? readInterpreter(file) : null;
  if (interpreter === null || existsSync(interpreter)) return describeReason(error);
  if (!interpreter.endsWith('\r')) return `its interpreter ${interpreter} is missing`;
  return `its interpreter ${interpreter.slice(0, -1)} is not found, for its lines end with CR LF; make them end with LF`;
}

/** What a first line `#! /bin/sh -e` names; null when there is none, or it cannot be seen. */
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
