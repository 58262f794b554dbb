import { basename } from 'node:path';
import type { ActionContext } from '../../client/context';
import { nameDaemon } from '../../client/preflight/name';
import { queryManager } from '../../client/query';
import { findSituation, type Situation, viewOf } from '../../client/situation';
import { locateSocket } from '../../state/socket-path';
import type { Clock } from '../../system/clock';
import { describeReason } from '../../system/errors';
import { type Footprint, measureFootprint } from '../../system/proc/footprint';
import type { Mark } from '../../system/terminal';

import { findHeadline } from '../inspect/headline';
import { addressOf, type FoundManager, findManagers } from './find-managers';

/** One daemon of the list. */
export interface Entry {
  name: string;
  mark: Mark;
  /** Its state in a word or two. */
  word: string;
  /** Why it is in that state, and what comes next; empty where the word says all. */
  why: string;
  socket: string;
  /** The configuration that it was started by; null if that is unknown or there was none. */
  file: string | null;
  pid: number | null;
  uptime: number | null;
  crashes: number | null;
  /** Per cent of one processor, over the time that it has been up. */
  cpu: number | null;
  memory: number | null;
  /** Of a program of a fleet. */
  tags?: readonly string[];
  /** What the manager reports; null without one. */
  report: object | null;
}

/** Managers that are asked at the same time. */
const MOST_AT_ONCE = 64;

/** The daemon of a configuration. */
export async function findConfigured(context: ActionContext): Promise<Entry> {
  const { configuration, clock } = context;
  const situation = await findSituation(context);
  const view = viewOf(situation);
  const socket = locateSocket(configuration.settings);
  const name = nameDaemon(configuration, view?.args ?? []);
  return describe(situation, { name, socket, file: configuration.file }, clock);
}

/** All managers that this user may use; one that does not answer has an entry that says so. */
export async function findAll(clock: Clock): Promise<Entry[]> {
  const found = findManagers(process.geteuid?.() ?? 0);
  const entries: (Entry | null)[] = [];
  const work = async () => {
    for (let next = found.shift(); next; next = found.shift()) entries.push(await ask(next, clock));
  };
  await Promise.all(Array.from({ length: MOST_AT_ONCE }, work));
  return entries
    .filter(entry => entry !== null)
    .sort((one, other) => (one.name + one.socket < other.name + other.socket ? -1 : 1));
}

/** @returns null for a manager that has left since */
async function ask(manager: FoundManager, clock: Clock): Promise<Entry | null> {
  const { socket } = manager;
  try {
    const view = await queryManager(addressOf(manager), clock);
    if (!view) return null;
    const { name, source, args = [] } = view.report ?? {};
    const shown = name ?? basename(args[0] ?? socket);
    return describe({ kind: 'managed', view }, { name: shown, socket, file: source?.file ?? null }, clock);
  } catch (error) {
    return makeUnknown({ name: basename(socket), socket, file: null }, describeReason(error));
  }
}

/** An entry of which only the reason is known why nothing else is. */
export function makeUnknown(
  place: Pick<Entry, 'name' | 'socket' | 'file'>,
  why: string,
  word = 'unknown',
  mark: Mark = 'bad',
): Entry {
  const nothing = { pid: null, uptime: null, crashes: null, cpu: null, memory: null, report: null };
  return { ...place, mark, word, why, ...nothing };
}

/**
 * The entry of a program.
 *
 * @param used what it uses, if that has been measured already
 */
export function describe(
  situation: Situation,
  place: Pick<Entry, 'name' | 'socket' | 'file'>,
  clock: Clock,
  used: Footprint | null = measure(situation),
): Entry {
  const report = viewOf(situation)?.report ?? null;
  const headline = findHeadline(situation, clock.wall(), true);
  const pid = pidOf(situation);
  const uptime = report?.uptime ?? null;
  return {
    ...place,
    ...describeState(situation, headline, pid),
    pid,
    uptime,
    crashes: report?.crashes ?? null,
    cpu: used === null || !uptime ? null : (100 * used.processor) / uptime,
    memory: used?.memory ?? null,
    report,
  };
}

function pidOf(situation: Situation): number | null {
  return viewOf(situation)?.pid ?? (situation.kind === 'orphaned' ? situation.program.pid : null);
}

function measure(situation: Situation): Footprint | null {
  const pid = pidOf(situation);
  return pid === null ? null : measureFootprint(pid, viewOf(situation)?.report?.keeperPid ?? null);
}

/** A program that is up needs no reason; what holds it up, or down, is one. */
function describeState(
  situation: Situation,
  headline: ReturnType<typeof findHeadline>,
  pid: number | null,
): Pick<Entry, 'mark' | 'word' | 'why'> {
  if (situation.kind === 'orphaned')
    return { mark: 'bad', word: 'no manager', why: 'its manager was killed; zd start adopts it' };
  if (!headline)
    return pid === null ? { mark: 'down', word: 'down', why: '' } : { mark: 'up', word: 'running', why: '' };
  const { mark, word, rest, next } = headline;
  const clause = [rest.replace(/^[\s:,]+/, ''), next].filter(Boolean).join('; ');
  return { mark, word, why: mark === 'up' && word === 'running' ? '' : clause };
}
