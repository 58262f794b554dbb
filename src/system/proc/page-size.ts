import { readFileSync } from 'node:fs';

/** The entry of the auxiliary vector with the size of a page (getauxval(3)). */
const AT_PAGESZ = 6n;
const USUAL = 4096;

/** The bytes of a page, in which /proc counts memory; 4 KiB if the system does not tell. */
export function readPageSize(): number {
  pageSize ??= readFromVector();
  return pageSize;
}

let pageSize: number | undefined;

function readFromVector(): number {
  try {
    const vector = readFileSync('/proc/self/auxv');
    const words = new BigUint64Array(
      vector.buffer.slice(vector.byteOffset, vector.byteOffset + vector.length),
    );
    for (let at = 0; at + 1 < words.length; at += 2)
      if (words[at] === AT_PAGESZ) return Number(words[at + 1]);
  } catch {
    // Without /proc, nothing is counted in pages.
  }
  return USUAL;
}
