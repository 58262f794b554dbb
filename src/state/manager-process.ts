import { basename, isAbsolute } from 'node:path';
import { readText } from '../system/files';

/**
 * The socket of a process that calls itself a manager, as its command line has it. A process can lie about itself.
 *
 * @param pid
 * @returns an absolute path; null for any other process
 */
export function readManagerSocket(pid: number): string | null {
  const [, script = '', socket = ''] = readText(`/proc/${pid}/cmdline`).split('\0');
  return basename(script) === 'manager.js' && isAbsolute(socket) ? socket : null;
}
