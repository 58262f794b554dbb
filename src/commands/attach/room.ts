import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Waits until a stream has room again, or has ended. It leaves no listener behind: one visit can wait thousands of times. */
export async function waitForRoom(stream: Writable): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const events = ['drain', 'close'].map(event => once(stream, event, { signal }));
  // An error of the terminal ends the visit elsewhere.
  await Promise.race(events).catch(() => {});
  over.abort();
}
