import { renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Fleet } from '../../../settings/fleet/fleet';
import { readPlainFile } from '../../../state/state-file';
import { writePrivateFile } from '../../../system/files';
import type { FleetPlan } from './plan';

/** Bytes of a ledger. */
const LARGEST = 1 << 20;

/** What `apply` and `up` remember from one run to the next. */
export interface Ledger {
  /** The sockets of programs with a configured `socket-name`, absolute: without it, one that is gone is not found. */
  sockets: Record<string, string>;
  /** When `apply` or `up` stopped a program, in seconds since 1970: what somebody else has stopped stays down. */
  stops: Record<string, number>;
}

/**
 * Reads the ledger of a fleet.
 *
 * @returns an empty one if there is none, or one that is not the caller's or root's
 */
export function readLedger(fleet: Fleet): Ledger {
  for (const owner of new Set([process.geteuid?.() ?? 0, 0])) {
    try {
      const read = JSON.parse(readPlainFile(nameLedger(fleet), owner, LARGEST)) as Partial<Ledger>;
      return { sockets: pick(read.sockets, 'string'), stops: pick(read.stops, 'number') };
    } catch {
      // It is not there, or not of this owner.
    }
  }
  return { sockets: {}, stops: {} };
}

/**
 * Saves the ledger of a fleet, whose place exists. Nothing depends on it but how well the next run can tell.
 */
export function writeLedger(fleet: Fleet, ledger: Ledger): void {
  const path = nameLedger(fleet);
  const isEmpty = [ledger.sockets, ledger.stops].every(part => Object.keys(part).length === 0);
  try {
    if (isEmpty) return rmSync(path, { force: true });
    const temporary = `${path}.${process.pid}`;
    writePrivateFile(temporary, `${JSON.stringify(ledger)}\n`);
    renameSync(temporary, path);
  } catch {
    // A folder that cannot be written to; then nothing was started there either.
  }
}

/**
 * Remembers what a plan has stopped and started, and where programs with a `socket-name` listen.
 *
 * @param now seconds since 1970
 */
export function noteOutcomes(
  fleet: Fleet,
  { plan, ledger }: { plan: FleetPlan; ledger: Ledger },
  outcomes: readonly { name: string; status: number }[],
  now: number,
): void {
  const done = new Set(outcomes.filter(({ status }) => status === 0).map(({ name }) => name));
  for (const { name } of plan.steps) delete ledger.stops[name];
  for (const { name } of plan.stops) if (done.has(name)) ledger.stops[name] = now;
  const kept = Object.entries(ledger.sockets).filter(([name]) => !done.has(name));
  ledger.sockets = { ...Object.fromEntries(kept), ...listSockets(fleet) };
  writeLedger(fleet, ledger);
}

/** Remembers that `up` has stopped programs at its end, so that they count as stopped by nobody. */
export function noteStops(fleet: Fleet, ledger: Ledger, names: readonly string[], now: number): void {
  for (const name of names) ledger.stops[name] = now;
  writeLedger(fleet, ledger);
}

/** Those that are not at their usual place. */
function listSockets({ members }: Fleet): Record<string, string> {
  const own = members.filter(({ configuration }) => configuration.home === null);
  return Object.fromEntries(own.map(({ name, configuration }) => [name, configuration.settings.socketName]));
}

/** A file of copies shares its folder with others. */
export function nameBeside({ kind, path, place }: Fleet, what: string): string {
  const stem = kind === 'copies' ? `${basename(path, '.conf')}.` : '';
  return join(place, `.${stem}${what}`);
}

function nameLedger(fleet: Fleet): string {
  return nameBeside(fleet, 'applied.json');
}

function pick<T>(part: unknown, type: 'string' | 'number'): Record<string, T> {
  const entries = typeof part === 'object' && part !== null ? Object.entries(part) : [];
  return Object.fromEntries(entries.filter(([, value]) => typeof value === type)) as Record<string, T>;
}
