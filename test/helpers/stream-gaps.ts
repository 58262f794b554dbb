/** A place where bytes are missing. */
export interface StreamGap {
  /** Its position in what was written. */
  at: number;
  bytes: number;
}

/** Bytes that make a place in the stream known. */
const PROBE = 48;

/**
 * Compares what was read with what was written.
 *
 * @param written a text in which so many bytes occur once
 * @param read
 * @returns the places where bytes are missing, before the end of what was read
 * @throws Error when something was read twice, or was never written
 */
export function findStreamGaps(written: string, read: string): StreamGap[] {
  const gaps: StreamGap[] = [];
  let at = 0;
  for (let done = 0; done < read.length; ) {
    if (written[at] === read[done]) {
      at += 1;
      done += 1;
      continue;
    }
    const probe = read.slice(done, done + PROBE);
    const found = written.indexOf(probe, at);
    if (found < 0)
      throw new Error(`what follows byte ${done} was not written after it: ${JSON.stringify(probe)}`);
    gaps.push({ at, bytes: found - at });
    at = found;
  }
  return gaps;
}
