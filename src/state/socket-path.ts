import { resolve } from 'node:path';
import type { Settings } from '../settings/settings';
import { UserError } from '../system/errors';

/** The maximum bytes of a Unix socket's path, without the final NUL (unix(7); macOS and BSD have 104 with it). */
export const LONGEST_SOCKET_PATH = process.platform === 'linux' ? 107 : 103;

/** The absolute path of the socket that every command uses; `directory` does not affect it (zdaemon). */
export function locateSocket({ socketName }: Settings): string {
  return resolve(socketName);
}

/**
 * Rejects a path that the system would silently truncate.
 *
 * @param path absolute
 * @throws UserError with the byte count
 */
export function checkSocketPath(path: string): void {
  const reason = describeLongPath(path);
  if (reason !== null) throw new UserError(`the path ${reason}; use -s with a shorter one`);
}

/** `PATH has 120 bytes, but the system's limit is 107`, or null if it fits. */
export function describeLongPath(path: string): string | null {
  const length = Buffer.byteLength(path);
  if (length <= LONGEST_SOCKET_PATH) return null;
  return `${path} has ${length} bytes, but the system's limit is ${LONGEST_SOCKET_PATH}`;
}
