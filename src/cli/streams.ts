import { writeSync } from 'node:fs';

const opened = new Set<'stdout' | 'stderr'>();

/**
 * A standard stream of ours. A reader that leaves early, as in `zd show | head`, is no fault of ours.
 *
 * @param name which
 */
export function openStandardStream(name: 'stdout' | 'stderr'): NodeJS.WriteStream {
  const stream = process[name];
  if (!opened.has(name)) stream.on('error', () => {});
  opened.add(name);
  return stream;
}

/**
 * Writes to standard output. Until somebody needs it as a stream, which takes Node milliseconds to make, the text goes
 * straight to the descriptor.
 *
 * @param text with its newline
 */
export function say(text: string): void {
  let rest = Buffer.from(text);
  while (!opened.has('stdout') && rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch {
      // A full pipe that does not block, or a reader that has left: the stream knows what to do.
      openStandardStream('stdout');
    }
  }
  if (rest.length > 0) openStandardStream('stdout').write(rest);
}

/** Is all that was said out? Then nothing is left to wait for. */
export function isAllSaid(): boolean {
  return opened.size === 0;
}
