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
  return readOn({ text: transcript.toString('latin1'), said: output.toString('latin1') }, 0, 0, {
    lost: 0,
    gaps: 0,
  });
}

/** @param place in the output; `at` is one in the transcript */
function readOn(
  { text, said }: { text: string; said: string },
  at: number,
  place: number,
  { lost, gaps }: Accounted,
): Accounted {
  const marker = text.indexOf('zd: ', at);
  const end = marker < 0 ? text.length : marker;
  const part = text.slice(at, end);
  if (marker < 0) {
    if (!said.startsWith(part, place)) throw differs(place, part);
    const missing = said.length - place - part.length;
    if (missing !== 0) throw new Error(`${missing} bytes are missing, and no marker reports them`);
    return { lost, gaps };
  }
  MARKER.lastIndex = marker;
  const found = MARKER.exec(text);
  if (!found) throw new Error(`no marker: ${text.slice(marker, marker + 100)}`);
  const bytes = Number(found[1]);
  // The newline before a marker is the output's, or the manager's if the first lost byte would continue a line.
  // Where it can be either, what follows decides.
  const readings = [part, ...(part.endsWith('\n') ? [part.slice(0, -1)] : [])];
  const faults: unknown[] = [];
  for (const reading of readings.filter(some => said.startsWith(some, place))) {
    const sum = { lost: lost + bytes, gaps: gaps + 1 };
    try {
      return readOn({ text, said }, marker + found[0].length, place + reading.length + bytes, sum);
    } catch (error) {
      faults.push(error);
    }
  }
  throw faults[0] ?? differs(place, part);
}

function differs(place: number, { length }: string): Error {
  return new Error(`the transcript differs from the output between bytes ${place} and ${place + length}`);
}
