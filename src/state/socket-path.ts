import { resolve } from 'node:path';
import type { Settings } from '../settings/settings';
import { UserError } from '../system/errors';

/** Bytes of a Unix socket's path, without the closing NUL (unix(7); macOS and BSD have 104 with it). */
export const LONGEST_SOCKET_PATH = process.platform === 'linux' ? 107 : 103;

/** The socket every command talks to, as an absolute path: `directory` does not move it (zdaemon). */
export function locateSocket({ socketName }: Settings): string {
  return resolve(socketName);
}

/**
 * Refuses a path the system would cut off silently.
 *
 * @param path absolute
 * @throws UserError with the byte count
 */
export function checkSocketPath(path: string): void {
  const reason = describeLongPath(path);
  if (reason !== null) throw new UserError(`the path ${reason}; use -s with a shorter one`);
}

/** `PATH has 120 bytes, 107 is the system's limit`, or null when it fits. */
export function describeLongPath(path: string): string | null {
  const length = Buffer.byteLength(path);
  if (length <= LONGEST_SOCKET_PATH) return null;
  return `${path} has ${length} bytes, ${LONGEST_SOCKET_PATH} is the system's limit`;
}
