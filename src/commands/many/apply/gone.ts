import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type ActionContext, withConfiguration } from '../../../client/context';
import { observe, type Situation } from '../../../client/situation';
import { parseArguments } from '../../../settings/argv';
import type { Fleet } from '../../../settings/fleet/fleet';
import { isName } from '../../../settings/fleet/names';
import { resolveConfiguration } from '../../../settings/resolve';
import { nameStateFolder } from '../../../state/folder';
import { UserError } from '../../../system/errors';
import { isSamePlace } from '../../../system/files';
import type { World } from '../run-member';
import type { Ledger } from './ledger';

/** A program that has a manager, or is left without one, and that the files do not have, or not readably. */
export interface LeftOver {
  name: string;
  /** It asks its manager only what needs no configuration. */
  context: ActionContext;
  /** Whether the files have it, with a fault. */
  isFaulty: boolean;
}

/**
 * Finds what runs at the place of a fleet, or ran at the sockets of its ledger, and is no member of it.
 *
 * @param insecure trust what others can write to
 */
export async function findLeftOvers(
  world: World,
  fleet: Fleet,
  { sockets }: Ledger,
  insecure: boolean,
): Promise<LeftOver[]> {
  const known = new Set(fleet.members.map(({ configuration }) => configuration.settings.socketName));
  const places = new Map(listPlaces(fleet).map(name => [name, join(fleet.place, name, 'sock')]));
  for (const [name, socket] of Object.entries(sockets)) if (!places.has(name)) places.set(name, socket);
  const found: LeftOver[] = [];
  for (const [name, socket] of places) {
    if (known.has(socket)) continue;
    const context = contextAt(world, name, socket, insecure);
    if (await isOurs(context, fleet)) found.push({ name, context, isFaulty: isFaulty(fleet, name) });
  }
  return found;
}

/** The names below the place at which there has been a manager. */
function listPlaces({ kind, path, place }: Fleet): string[] {
  let names: string[];
  try {
    names = readdirSync(place);
  } catch {
    return [];
  }
  const base = kind === 'copies' ? basename(path, '.conf') : null;
  const isMeant = (name: string) => base === null || name === base || isCopyOf(name, base);
  return names.filter(
    name => isName(name) && isMeant(name) && exists(nameStateFolder(join(place, name, 'sock'))),
  );
}

/** A faulty program may have had copies. */
function isFaulty({ faulty }: Fleet, name: string): boolean {
  return faulty.some(one => one.name === name || isCopyOf(name, one.name));
}

function isCopyOf(name: string, base: string): boolean {
  return name.startsWith(`${base}-`) && /^\d+$/.test(name.slice(base.length + 1));
}

function contextAt(world: World, name: string, socket: string, insecure: boolean): ActionContext {
  const argv = parseArguments(['-s', socket, ...(insecure ? ['--insecure'] : [])]);
  const configuration = resolveConfiguration({ argv, placesPaths: true });
  configuration.settings.name = name;
  return withConfiguration(world, configuration);
}

/** Whether something runs there that was started by the files of this fleet. */
async function isOurs(context: ActionContext, fleet: Fleet): Promise<boolean> {
  let situation: Situation;
  try {
    situation = await observe(context);
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
  const source = sourceOf(situation);
  if (source === undefined) return false;
  if (source === null) return true;
  const [one, other] = fleet.kind === 'folder' ? [dirname(source), fleet.path] : [source, fleet.path];
  return one === other || isSamePlace(one, other);
}

/** @returns the file it was started by; null if that is unknown; undefined if nothing runs */
function sourceOf(situation: Situation): string | null | undefined {
  if (situation.kind === 'managed') return situation.view.report?.source?.file ?? null;
  if (situation.kind === 'nothing') return undefined;
  return situation.order?.source?.file ?? null;
}

/** Not for what the folder of another user hides. */
function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
