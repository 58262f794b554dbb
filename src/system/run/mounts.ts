import { realpathSync } from 'node:fs';
import { readText } from '../files';

/** Fields of a line of /proc/self/mountinfo, see proc(5). */
const MOUNT_POINT = 4;
const MOUNT_OPTIONS = 5;

/**
 * Whether the file system of a file refuses to execute anything.
 *
 * @param file an existing file
 * @returns false also when it cannot be told
 */
export function isOnNoexecMount(file: string): boolean {
  let options = '';
  let longest = 0;
  const path = realpathSync(file);
  for (const line of readText('/proc/self/mountinfo').split('\n')) {
    const fields = line.split(' ');
    const point = decodeOctal(fields[MOUNT_POINT] ?? '');
    // A later line covers an earlier one.
    if (point.length < longest || !isWithin(path, point)) continue;
    longest = point.length;
    options = fields[MOUNT_OPTIONS] ?? '';
  }
  return options.split(',').includes('noexec');
}

function isWithin(path: string, folder: string): boolean {
  return folder === '/' || path === folder || (folder !== '' && path.startsWith(`${folder}/`));
}

/** A blank in the name of a mount point is written as `\040`. */
function decodeOctal(text: string): string {
  const plain = text.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)));
  return Buffer.from(plain, 'latin1').toString();
}
