import { readFileSync } from 'node:fs';
import { bytesToText } from '../system/bytes';
import { type User, userEnvironment } from '../system/users';

/** Set by `bin/zd`, which runs before Node: the soft limit of open files, a colon, and the environment in base64. */
export const FRONT_VARIABLE = 'ZD_FRONT';

/** What Node changes before zd runs: its own view of the caller. */
export interface Caller {
  /** NAME=VALUE for each variable, with bytes as in `system/bytes.ts`. */
  environment: string[];
  /** The soft limit of open files; null if it is unknown. */
  openFiles: number | null;
}

/**
 * Reads what the program is to inherit from the caller.
 *
 * @param user the user that the program will run as, or null for the caller's
 */
export function readCaller(user: User | null): Caller {
  const [limit = '', packed = ''] = (process.env[FRONT_VARIABLE] ?? '').split(':');
  const bytes = packed === '' ? readOwnEnvironment() : Buffer.from(packed, 'base64');
  const others = user ? Object.entries(userEnvironment(user)).map(([name, value]) => `${name}=${value}`) : [];
  const replaced = [FRONT_VARIABLE, ...others.map(nameOf)];
  const environment = splitAtNul(bytes).filter(variable => !replaced.includes(nameOf(variable)));
  return { environment: [...environment, ...others], openFiles: /^\d+$/.test(limit) ? Number(limit) : null };
}

/**
 * The words of the command line as the caller wrote them; Node replaces bytes that are not UTF-8.
 *
 * @returns with such bytes as in `system/bytes.ts`
 */
export function readArguments(): string[] {
  const words = process.argv.slice(2);
  if (!words.some(word => word.includes('\ufffd'))) return words;
  try {
    const exact = splitAtNul(readFileSync('/proc/self/cmdline'));
    return words.length === 0 ? [] : exact.slice(-words.length);
  } catch {
    return words;
  }
}

/** The system has the environment as it was at exec(2). */
function readOwnEnvironment(): Buffer {
  try {
    return readFileSync('/proc/self/environ');
  } catch {
    const variables = Object.entries(process.env).map(([name, value]) => `${name}=${value}\0`);
    return Buffer.from(variables.join(''));
  }
}

function splitAtNul(bytes: Buffer): string[] {
  return bytesToText(bytes).split('\0').slice(0, -1);
}

function nameOf(variable: string): string {
  return variable.slice(0, variable.indexOf('='));
}
