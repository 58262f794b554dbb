import { readFileSync } from 'node:fs';
import { FRONT_VARIABLE } from '../protocol/manager-environment';
import { bytesToText, textToBytes } from '../system/bytes';
import { type User, userEnvironment } from '../system/users';

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

/** Hides a variable of the caller's from the programs that this process starts. */
export function hideFromPrograms(name: string): void {
  const [limit = ''] = (process.env[FRONT_VARIABLE] ?? '').split(':');
  const kept = readCaller(null).environment.filter(variable => nameOf(variable) !== name);
  const bytes = textToBytes(kept.map(variable => `${variable}\0`).join(''));
  process.env[FRONT_VARIABLE] = `${limit}:${bytes.toString('base64')}`;
  delete process.env[name];
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
