import type { FileHandle } from 'node:fs/promises';

const BLOCK = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * Finds where the last lines of a file begin. Reads backwards in blocks, because the file may have any size and its
 * lines any length. A last line without a newline counts as a line.
 *
 * @param size of the file, in bytes
 * @param lines number of lines
 * @returns the offset of the first of these lines; 0 when the file has fewer
 */
export async function findLastLines(handle: FileHandle, size: number, lines: number): Promise<number> {
  if (lines <= 0) return size;
  const block = Buffer.allocUnsafe(Math.min(BLOCK, size));
  // The newline at the end of the file does not begin a line.
  let wanted = lines;
  let end = size > 0 ? size - 1 : 0;
  while (end > 0) {
    const start = Math.max(0, end - block.length);
    const { bytesRead } = await handle.read(block, 0, end - start, start);
    // lastIndexOf counts a negative offset from the end, hence the check.
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
