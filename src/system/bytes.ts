/*
 * Names, arguments and variables of Unix are bytes; texts of JavaScript are not. A byte that is not part of UTF-8 becomes
 * a lone surrogate, U+DC80 to U+DCFF, and that byte again on its way back (Python calls it surrogateescape, PEP 383).
 */

/** Bytes as a text, of which `textToBytes` makes the same bytes. */
export function bytesToText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  // Nearly always it is UTF-8: without a replacement character nothing was replaced.
  if (!text.includes('\ufffd')) return text;
  let out = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    out +=
      length === 0
        ? String.fromCharCode(0xdc00 + (bytes[at] as number))
        : bytes.toString('utf8', at, at + length);
    at += length || 1;
  }
  return out;
}

/** The bytes of a text: UTF-8, with bytes where `bytesToText` has put lone surrogates. */
export function textToBytes(text: string): Buffer {
  if (!/[\udc80-\udcff]/.test(text)) return Buffer.from(text);
  const parts = text.split(/(?<![\ud800-\udbff])([\udc80-\udcff])/);
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 1 ? Buffer.from([part.charCodeAt(0) - 0xdc00]) : Buffer.from(part),
    ),
  );
}

/** Whether every character of it can be written as UTF-8. */
export function isWellFormed(text: string): boolean {
  return !/[\ud800-\udfff]/.test(text) || Buffer.from(text).toString() === text;
}

/** How many bytes the character at a place has; 0 when what is there is not UTF-8. */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at] as number;
  const length =
    first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  const text = bytes.toString('utf8', at, at + length);
  return Buffer.from(text).equals(bytes.subarray(at, at + length)) ? length : 0;
}
