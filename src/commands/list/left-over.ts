import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { queryManager } from '../../client/query';
import type { Situation } from '../../client/situation';
import type { Fleet } from '../../settings/fleet/fleet';
import { nameStateFolder } from '../../state/folder';
import { findRemains } from '../../state/orphans';
import { locateSocket } from '../../state/socket-path';
import type { Clock } from '../../system/clock';
import { UserError } from '../../system/errors';
import { isSamePlace } from '../../system/files';
import { inParallel } from '../many/jobs';
import { addressOf, type FoundManager, findManagers } from './find-managers';

/** What runs although its fleet does not have it any more. */
export interface LeftOver {
  name: string;
  socket: string;
  file: string | null;
  situation: Situation;
}

/**
 * Finds programs of a fleet that run, and are no longer configured: by the records in its place, and by the file that
 * managers were started by.
 *
 * @returns in the order of their names
 */
export async function findLeftOver(fleet: Fleet, clock: Clock): Promise<LeftOver[]> {
  const recorded = listRecorded(fleet);
  const own = new Set(fleet.members.map(({ configuration }) => locateSocket(configuration.settings)));
  const known = new Set([...own, ...recorded.map(({ socket }) => socket)]);
  const strays = recorded.filter(({ name, socket }) => !own.has(socket) && !isFaulty(fleet, name));
  const [examined, started] = await Promise.all([
    inParallel(strays, MOST_AT_ONCE, ({ name, socket }) => examine(name, socket, clock)),
    findStarted(fleet, known, clock),
  ]);
  return [...examined.filter(one => one !== null), ...started].sort((one, other) =>
    one.name < other.name ? -1 : 1,
  );
}

/** A faulty program is listed as such; how many copies it has is unknown. */
function isFaulty({ faulty }: Fleet, name: string): boolean {
  return faulty.some(one => one.name === name || one.name === name.replace(/-\d+$/, ''));
}

/** The folders of programs in the place of the fleet. */
function listRecorded({ kind, place, path }: Fleet): { name: string; socket: string }[] {
  // The place of one file is that of its whole folder.
  const stem = kind === 'copies' ? basename(path, '.conf') : null;
  return listFolders(place)
    .filter(name => stem === null || name === stem || name.replace(/-\d+$/, '') === stem)
    .map(name => ({ name, socket: join(place, name, 'sock') }));
}

function listFolders(place: string): string[] {
  try {
    const entries = readdirSync(place, { withFileTypes: true });
    return entries.filter(entry => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}

/**
 * Finds what runs at the socket of a program.
 *
 * @returns null if nothing does
 */
export async function examine(name: string, socket: string, clock: Clock): Promise<LeftOver | null> {
  const owner = findOwner(socket);
  if (owner === null) return null;
  try {
    const view = await queryManager(addressOf({ pid: 0, uid: owner, socket }), clock);
    if (view)
      return { name, socket, file: view.report?.source?.file ?? null, situation: { kind: 'managed', view } };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  const remains = findRemains(socket, clock);
  return remains.kind === 'orphaned' ? { name, socket, file: null, situation: remains } : null;
}

/** Who owns what a manager has left; null if it has left nothing, or another user's folder hides it. */
function findOwner(socket: string): number | null {
  try {
    return lstatSync(nameStateFolder(socket)).uid;
  } catch {
    return null;
  }
}

/** The managers that were started by a file of the fleet. */
async function findStarted(fleet: Fleet, known: ReadonlySet<string>, clock: Clock): Promise<LeftOver[]> {
  const others = listManagers().filter(({ socket }) => !known.has(socket));
  const found = await inParallel(others, MOST_AT_ONCE, async manager => {
    const { socket } = manager;
    const view = await queryManager(addressOf(manager), clock).catch(() => null);
    const file = view?.report?.source?.file ?? null;
    if (!view || file === null || !isFileOf(fleet, file)) return null;
    const name = view.report?.name ?? basename(file, '.conf');
    return { name, socket, file, situation: { kind: 'managed' as const, view } };
  });
  return found.filter(one => one !== null);
}

/** Managers that are asked at the same time. */
const MOST_AT_ONCE = 64;

/** Without /proc, only the records tell. */
function listManagers(): FoundManager[] {
  try {
    return findManagers(process.geteuid?.() ?? 0);
  } catch {
    return [];
  }
}

function isFileOf({ kind, path, faulty }: Fleet, file: string): boolean {
  if (kind !== 'folder') return file === path || isSamePlace(file, path);
  // Of a file that cannot be read it is unknown which programs it has.
  const isFaulty = faulty.some(({ name }) => name === basename(file, '.conf'));
  const folder = dirname(file);
  return !isFaulty && file.endsWith('.conf') && (folder === path || isSamePlace(folder, path));
}
