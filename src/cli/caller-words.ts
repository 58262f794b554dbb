import { readFileSync, readlinkSync } from 'node:fs';
import { bytesToText } from '../system/bytes';
import { UsageError } from '../system/errors';

/** What Node puts in place of bytes that are not UTF-8. */
const REPLACEMENT = '\ufffd';

/**
 * The words of the command line as the caller wrote them.
 *
 * @returns with bytes that are not UTF-8 as in `system/bytes.ts`
 */
export function readArguments(): string[] {
  const words = process.argv.slice(2);
  if (!words.some(word => word.includes(REPLACEMENT))) return words;
  try {
    const exact = bytesToText(readFileSync('/proc/self/cmdline')).split('\0').slice(0, -1);
    return exact.slice(-words.length);
  } catch {
    return words;
  }
}

/**
 * Refuses a current folder that Node can only name wrongly: zd would keep socket and state in another one.
 *
 * @throws UsageError
 */
export function checkCurrentFolder(): void {
  let folder: string;
  try {
    folder = process.cwd();
  } catch {
    // It was removed; whoever needs it says so.
    return;
  }
  if (!folder.includes(REPLACEMENT) || isExact(folder)) return;
  throw new UsageError(`the name of the current folder is not UTF-8 (${folder}); change to another folder`);
}

function isExact(folder: string): boolean {
  try {
    return readlinkSync('/proc/self/cwd', 'buffer').equals(Buffer.from(folder));
  } catch {
    return false;
  }
}
