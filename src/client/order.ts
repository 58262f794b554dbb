import { lstatSync } from 'node:fs';
import { type LaunchOrder, ORDER_VERSION, type Refresh, type Source } from '../protocol/launch-order';
import { namedFile } from '../settings/place-paths';
import { pickRefreshable } from '../settings/reach';
import type { Configuration } from '../settings/settings';
import { type FolderMaker, makeDirectory, makeStateFolder, nameStateFolder } from '../state/folder';
import { makeHomeFolder } from '../state/home-folder';
import { reclaimStateFolder } from '../state/reclaim';
import { locateSocket } from '../state/socket-path';
import { systemClock } from '../system/clock';
import { actsAsRoot } from '../system/trust/root';
import { findGroup, nameCaller, type User } from '../system/users';
import { planSettings } from './configured/plan-settings';
import { nameDaemon } from './preflight/name';
import { carriesRootsOrders } from './preflight/orders';
import { listRootNeeds } from './preflight/root-needs';
import { findOwners } from './preflight/trust';

const ROOT = { uid: 0, gid: 0 };

export interface OrderParts {
  configuration: Configuration;
  /** Words after `start`. */
  args: string[];
  /** The user that the manager must become, or null. */
  user: User | null;
  /** As in zdaemon: keep waiting through failed attempts, and do not give up after the first one. */
  patient: boolean;
  /** The program is up, so its directory need not be there. */
  isAdoption?: boolean;
}

/**
 * Writes the order for a new manager, and creates the folders that it names.
 *
 * @throws UserError when a folder cannot be created
 */
export function writeOrder({
  configuration,
  args,
  user,
  patient,
  isAdoption = false,
}: OrderParts): LaunchOrder {
  const { settings, environment, home } = configuration;
  const plan = planSettings(configuration, patient);
  const socket = locateSocket(settings);
  const hasRootsOrders = carriesRootsOrders(configuration);
  const maker: FolderMaker = { owner: user, lendsRights: hasRootsOrders };
  if (plan.settings.directory !== null && !isAdoption) makeDirectory(plan.settings.directory, maker);
  const staysRoot = user !== null && mustStayRoot(configuration, isAdoption ? socket : null);
  const owner = staysRoot ? null : user;
  const group = settings.socketGroup === null ? null : findGroup(settings.socketGroup);
  if (home !== null) makeHomeFolder(home, { ...maker, owner }, group);
  if (actsAsRoot() && hasRootsOrders) reclaimStateFolder(socket, owner ?? ROOT, systemClock);
  return {
    version: ORDER_VERSION,
    purpose: 'start',
    socket,
    stateFolder: makeStateFolder(socket, { ...maker, owner }, findOwners(configuration), settings.insecure),
    ...(staysRoot ? { staysRoot } : {}),
    ...plan,
    args,
    environment,
    source: sourceOf(configuration),
    attached: !settings.daemon,
    caller: nameCaller(),
    name: nameDaemon(configuration),
    patient,
    firstStartMustHold: !patient && !settings.forever,
    replacement: false,
  };
}

/** @param socket of a program that is up: what its manager has left decides, for only root can use what is root's */
function mustStayRoot(configuration: Configuration, socket: string | null): boolean {
  if (listRootNeeds(configuration).length > 0) return true;
  const folder = socket === null ? undefined : lstatSync(nameStateFolder(socket), { throwIfNoEntry: false });
  return folder?.uid === 0;
}

/**
 * Collects what a running manager may change to match the current configuration: `restart` reads the file again.
 * Without a file, or with a broken one, the manager keeps its settings.
 *
 * @param args words after the command; if there are none, the manager keeps its own
 */
export function writeRefresh(configuration: Configuration, args: string[]): Refresh {
  const refresh: Refresh = args.length > 0 ? { args } : {};
  if (configuration.file === null || configuration.fault !== null) return refresh;
  const { settings, environment } = configuration;
  // A manager does not take the environment from a socket that others can use too, and has less room for it there.
  const isShared = (settings.socketMode & 0o077) !== 0;
  const whole = isShared ? {} : { environment, source: sourceOf(configuration) };
  return { ...refresh, ...whole, ...pickRefreshable(settings) };
}

function sourceOf(configuration: Configuration): Source {
  const { typed, paths, settings, member } = configuration;
  const includes = settings.watchConfig && paths.length > 1 ? { includes: paths.slice(1) } : {};
  const many = member === null ? {} : { member: member.name, reader: member.reader };
  return { file: namedFile(configuration), flags: typed, ...includes, ...many };
}
