import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { inspect } from 'node:util';
import { sleep } from '../../src/system/clock';

const PROBE_S = 0.02;
const LONGEST_PAUSE_S = 0.25;

/**
 * Resolves or rejects like a promise, or rejects if it takes too long.
 *
 * @param seconds the limit
 * @param promise to wait for
 * @param what a noun for the error: `the answer of the manager`
 * @param context called at the limit; its text is added to the error
 */
export async function within<T>(
  seconds: number,
  promise: Promise<T>,
  what: string,
  context: () => string = () => '',
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(describeLateness(seconds, what, context()))), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Polls for a state that sends no event; use `within` if there is an event.
 *
 * @param seconds the limit
 * @param what a noun for the error
 * @param probe an error that it throws counts as "not yet"
 * @returns the first truthy value of `probe`
 */
export async function until<T>(
  seconds: number,
  what: string,
  probe: () => T | Promise<T>,
): Promise<Exclude<T, false | null | undefined | 0 | ''>> {
  const due = performance.now() + seconds * 1000;
  for (;;) {
    const begun = performance.now();
    let seen: unknown;
    try {
      const value = await probe();
      if (value) return value as Exclude<T, false | null | undefined | 0 | ''>;
      seen = value;
    } catch (error) {
      seen = error;
    }
    if (performance.now() >= due)
      throw new Error(
        describeLateness(seconds, what, `last seen: ${seen instanceof Error ? seen.message : inspect(seen)}`),
      );
    // A probe that takes long, as a run of `zd` does, is not to take a whole processor.
    await sleep(Math.min(LONGEST_PAUSE_S, Math.max(PROBE_S, (performance.now() - begun) / 1000)));
  }
}

/** For `waitForFile`: a shell creates a file before it writes to it. */
export const isWritten = (text: string) => text !== '';

/**
 * Waits until a file has the expected text; it need not exist yet.
 *
 * @param predicate of its text
 * @returns the text
 */
export async function waitForFile(
  path: string,
  predicate: (text: string) => boolean = () => true,
  seconds = 30,
): Promise<string> {
  let wake = () => {};
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(dirname(path), () => wake());
    watcher.on('error', () => {});
  } catch {
    // The folder does not exist yet, or inotify is exhausted: polling alone is enough.
  }
  try {
    const found = await until(seconds, `the expected text in ${path}`, async () => {
      const text = readFileSync(path, 'utf8');
      if (predicate(text)) return { text };
      await Promise.race([new Promise<void>(resolve => (wake = resolve)), sleep(PROBE_S)]);
      throw text;
    });
    return found.text;
  } finally {
    watcher?.close();
  }
}

function describeLateness(seconds: number, what: string, context: string): string {
  return `waited ${seconds} s for ${what}${context && `\n${context}`}`;
}
