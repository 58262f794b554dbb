import type { OutputLine } from '../../protocol/output-lines';

/** Lines that are remembered, to find them among those of another manager. */
const KEPT = 32;

/** The last lines that were passed on. */
export class Recent {
  readonly lines: Buffer[] = [];

  add(bytes: Buffer): void {
    this.lines.push(bytes);
    if (this.lines.length > KEPT) this.lines.shift();
  }
}

/**
 * Another manager has the last lines of the one before, as far as a file shows them.
 *
 * @param lines all that it has
 * @param recent what was passed on before
 * @param isWhole whether it had nothing before `lines`
 * @returns those of the lines that are new, and whether others are missing before them
 */
export function findNew(
  lines: readonly OutputLine[],
  { lines: recent }: Recent,
  isWhole: boolean,
): { lines: readonly OutputLine[]; isGap: boolean } {
  if (recent.length === 0) return { lines, isGap: false };
  const last = recent.at(-1) as Buffer;
  for (let end = lines.length; end > 0; end--) {
    if (!lines[end - 1]?.bytes.equals(last)) continue;
    const depth = Math.min(recent.length, end);
    const isSame = recent.slice(-depth).every((line, at) => lines[end - depth + at]?.bytes.equals(line));
    if (isSame) return { lines: lines.slice(end), isGap: false };
  }
  // Without a file, the next manager begins with what the one before has not read.
  return { lines, isGap: !isWhole };
}
