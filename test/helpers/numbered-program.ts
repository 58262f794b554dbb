import { mkdirSync } from 'node:fs';
import type { StatusReport } from '../../src/protocol/messages';
import { fixture, type Place, pidIn } from './cli';
import { tallyLines } from './numbered';
import { isAlive, killWithKeeper } from './processes';
import { until } from './within';

/* A program that writes numbered lines, and its manager, in a place whose configuration is `app.conf`. */

export interface Managed {
  place: Place;
  /** The program's pid at its start. */
  pid: number;
}

/**
 * Starts test/fixtures/numbered.pl.
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

/** Writes its `app.conf`; the event log is the file `events`. */
export function configureNumbered(place: Place, runner: Record<string, string> = {}, rate = 100): void {
  mkdirSync(place.path('numbers'), { recursive: true });
  const program = `${fixture('numbered.pl')} ${place.path('numbers')} ${rate}`;
  place.configure(
    { program, transcript: place.path('log'), 'start-seconds': '0', ...runner },
    `<eventlog>\n  level info\n  <logfile>\n    path ${place.path('events')}\n  </logfile>\n</eventlog>\n`,
  );
}

/** The manager's full status report. */
export async function report(place: Place): Promise<StatusReport> {
  return (await place.report()) as unknown as StatusReport;
}

/** Kills the manager and its keeper with SIGKILL. @returns the pid of the manager, after its exit */
export async function killManager(place: Place): Promise<number> {
  const { managerPid } = await report(place);
  await killWithKeeper(managerPid);
  return managerPid;
}

/** Stops the program and returns the errors in the lines of its transcript. */
export async function endAndTally(place: Place): Promise<string[]> {
  await place.zd('-C app.conf stop');
  return tally(place);
}

/** The same for a program that has exited. */
export function tally(place: Place): string[] {
  const { errors, gaps } = tallyLines(place.path('numbers'), place.read('log'));
  return [...errors, ...gaps];
}

/** Waits until the program has written more lines. */
export async function waitForLines(place: Place, more = 5): Promise<void> {
  const count = () => place.read('log').split('\n').length;
  const before = count();
  await until(30, `${more} lines more`, () => count() >= before + more);
}

/** The given pids that are alive. */
export function living(pids: readonly number[]): number[] {
  return pids.filter(isAlive);
}
