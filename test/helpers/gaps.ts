export interface Accounted {
  /** Bytes the marker lines say are missing. */
  lost: number;
  /** How many marker lines there are. */
  gaps: number;
}

const MARKER = /zd: (\d+) bytes of output were lost from \S+ to \S+: [^\n]*\n/y;

/**
 * Goes through a transcript beside the stream its program wrote: each byte must be there once and in order, or be
 * accounted for by a marker line where it is missing.
 *
 * @param written the transcript, its rotated files before it
 * @param said all the program wrote
 * @returns what was lost
 * @throws Error that says where they part
 */
export function accountFor(written: Buffer, said: Buffer): Accounted {
  const text = written.toString('latin1');
  let [lost, gaps, place] = [0, 0, 0];
  for (let at = 0; at < text.length; ) {
    const marker = text.indexOf('zd: ', at);
    const end = marker < 0 ? text.length : marker;
    // A newline that is not the program's puts the marker on its own line.
    const own = marker > at && said[place + end - at - 1] !== written[end - 1] ? 1 : 0;
    const length = end - at - own;
    if (written.compare(said, place, place + length, at, at + length) !== 0) {
      throw new Error(`the transcript differs from the output between bytes ${place} and ${place + length}`);
    }
    place += length;
    at = end;
    if (marker < 0) break;
    MARKER.lastIndex = at;
    const found = MARKER.exec(text);
    if (!found) throw new Error(`no marker: ${text.slice(at, at + 100)}`);
    place += Number(found[1]);
    lost += Number(found[1]);
    gaps += 1;
    at += found[0].length;
  }
  if (place !== said.length)
    throw new Error(`${said.length - place} bytes are missing, and nothing tells of them`);
  return { lost, gaps };
}
