export interface Accounted {
  /** Missing bytes, as reported by the marker lines. */
  lost: number;
  /** The number of marker lines. */
  gaps: number;
}

const MARKER = /zd: (\d+) bytes of output were lost from \S+ to \S+: [^\n]*\n/y;

/**
 * Compares a transcript with the stream that its program wrote: each byte must be there once and in order, or a marker
 * line at its place must account for it.
 *
 * @param transcript preceded by its rotated files
 * @param output everything the program wrote
 * @returns the lost bytes
 * @throws Error that names the first difference
 */
export function accountFor(transcript: Buffer, output: Buffer): Accounted {
  const text = transcript.toString('latin1');
  let [lost, gaps, place] = [0, 0, 0];
  for (let at = 0; at < text.length; ) {
    const marker = text.indexOf('zd: ', at);
    const end = marker < 0 ? text.length : marker;
    // The manager adds a newline if the marker would not start a line.
    const own = marker > at && output[place + end - at - 1] !== transcript[end - 1] ? 1 : 0;
    const length = end - at - own;
    if (transcript.compare(output, place, place + length, at, at + length) !== 0) {
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
  if (place !== output.length)
    throw new Error(`${output.length - place} bytes are missing, and no marker reports them`);
  return { lost, gaps };
}
