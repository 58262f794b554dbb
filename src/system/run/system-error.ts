import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

/**
 * Makes an error like those of Node from what the keeper reports.
 *
 * @param errno as the system has it, above 0
 * @param syscall what failed
 */
export function systemError(errno: number, syscall: string): NodeJS.ErrnoException & { code: string } {
  const [code = nameErrno(errno), text = `errno ${errno}`] = getSystemErrorMap().get(-errno) ?? [];
  return Object.assign(new Error(`${syscall} ${code}: ${text}`), { code, errno: -errno, syscall });
}

/** The map of Node has only what its own calls return, without ENOEXEC. */
function nameErrno(errno: number): string {
  return Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `E${errno}`;
}
