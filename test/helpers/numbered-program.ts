import { mkdirSync } from 'node:fs';
import type { StatusReport } from '../../src/protocol/messages';
import { fixture, type Place, pidIn } from './cli';
import { tallyLines } from './numbered';
import { isAlive, waitForEnd } from './processes';
import { until } from './within';

/* A numbered program and its manager, in a place whose configuration is `app.conf`. */

export interface Managed {
  place: Place;
  /** The program's, when it was started. */
  pid: number;
}

/**
 * Starts test/fixtures/numbered.py.
 *
 * @param runner settings besides program, transcript and backoff-limit
 * @param rate lines a second
 */
export async function startNumbered(
  place: Place,
  runner: Record<string, string> = {},
  rate = 100,
): Promise<Managed> {
  configureNumbered(place, runner, rate);
  const started = await place.zd('-C app.conf start');
  return { place, pid: pidIn(started) };
}

/** Writes `app.conf` for it; the manager's own log is the file `events`. */
export function configureNumbered(place: Place, runner: Record<string, string> = {}, rate = 100): void {
  mkdirSync(place.path('numbers'), { recursive: true });
  const program = `${fixture('numbered.py')} ${place.path('numbers')} ${rate}`;
  place.configure(
    { program, transcript: place.path('log'), 'start-seconds': '0', ...runner },
    `<eventlog>\n  level info\n  <logfile>\n    path ${place.path('events')}\n  </logfile>\n</eventlog>\n`,
  );
}

/** The whole report of the manager. */
export async function report(place: Place): Promise<StatusReport> {
  return JSON.parse((await place.zd('status --json')).stdout);
}

/** SIGKILL, and not a moment later. @returns its pid, once it is gone */
export async function killManager(place: Place): Promise<number> {
  const { managerPid } = await report(place);
  process.kill(managerPid, 'SIGKILL');
  await waitForEnd(managerPid);
  return managerPid;
}

/** Ends the program and returns what is wrong with the lines in its transcript. */
export async function endAndTally(place: Place): Promise<string[]> {
  await place.zd('-C app.conf stop');
  return tally(place);
}

/** The same of a program that has ended. */
export function tally(place: Place): string[] {
  const { faults, gaps } = tallyLines(place.path('numbers'), place.read('log'));
  return [...faults, ...gaps];
}

/** Waits until the program has said more lines than it has now. */
export async function waitForLines(place: Place, more = 5): Promise<void> {
  const count = () => place.read('log').split('\n').length;
  const before = count();
  await until(30, `${more} lines more`, () => count() >= before + more);
}

/** The pids among those given that are alive. */
export function living(pids: readonly number[]): number[] {
  return pids.filter(isAlive);
}
