import { getSystemErrorMap } from 'node:util';

/**
 * Makes an error like those of Node from what the keeper reports.
 *
 * @param errno as the system has it, above 0
 * @param syscall what failed
 */
export function systemError(errno: number, syscall: string): NodeJS.ErrnoException & { code: string } {
  const [code = `E${errno}`, text = `errno ${errno}`] = getSystemErrorMap().get(-errno) ?? [];
  return Object.assign(new Error(`${syscall} ${code}: ${text}`), { code, errno: -errno, syscall });
}
