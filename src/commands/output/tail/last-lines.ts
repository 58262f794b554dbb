import type { FileHandle } from 'node:fs/promises';

const BLOCK = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * Finds where the last lines of a file begin, reading backwards in blocks: the file may be of any size, and
 * its lines of any length. A last line without a newline counts as one.
 *
 * @param size where the file ends, in bytes
 * @param lines how many lines
 * @returns the offset of the first byte of the first of them; 0 when there are not so many
 */
export async function findLastLines(handle: FileHandle, size: number, lines: number): Promise<number> {
  if (lines <= 0) return size;
  const block = Buffer.allocUnsafe(Math.min(BLOCK, size));
  // The newline that ends the file begins no line.
  let wanted = lines;
  let end = size > 0 ? size - 1 : 0;
  while (end > 0) {
    const start = Math.max(0, end - block.length);
    const { bytesRead } = await handle.read(block, 0, end - start, start);
    // lastIndexOf takes a negative offset from the end, hence the check.
    for (let at = bytesRead; at > 0; ) {
      at = block.lastIndexOf(NEWLINE, at - 1);
      if (at < 0) break;
      wanted -= 1;
      if (wanted === 0) return start + at + 1;
    }
    end = start;
  }
  return 0;
}
