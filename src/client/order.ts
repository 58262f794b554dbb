import { resolve } from 'node:path';
import {
  type LaunchOrder,
  ORDER_VERSION,
  placeStreams,
  type Refresh,
  type Source,
} from '../protocol/launch-order';
import { namedFile } from '../settings/place-paths';
import { pickLaunchSettings, pickRefreshable } from '../settings/reach';
import type { Configuration, EventLogSettings } from '../settings/settings';
import { type FolderMaker, makeDirectory, makeStateFolder } from '../state/folder';
import { reclaimStateFolder } from '../state/reclaim';
import { locateSocket } from '../state/socket-path';
import { systemClock } from '../system/clock';
import { actsAsRoot } from '../system/trust/root';
import type { User } from '../system/users';
import { nameCaller } from '../system/users';
import { findHere } from './preflight/program';
import { carriesRootsOrders, findOwners } from './preflight/trust';

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
  const { settings, origins, environment, eventLog, folder } = configuration;
  const socket = locateSocket(settings);
  // In the foreground, zdaemon ignores both; zd keeps the caller's umask unless one is configured.
  const usesDirectory = settings.daemon || !patient;
  const usesUmask = settings.daemon || (!patient && origins.umask !== 'default');
  const hasRootsOrders = carriesRootsOrders(configuration);
  const maker: FolderMaker = { owner: user, lendsRights: hasRootsOrders };
  const provide = (path: string) => (isAdoption ? resolve(path) : makeDirectory(path, maker));
  const places = {
    directory: settings.directory && usesDirectory ? provide(settings.directory) : null,
    umask: usesUmask ? settings.umask : process.umask(),
  };
  if (actsAsRoot() && hasRootsOrders) reclaimStateFolder(socket, user ?? ROOT, systemClock);
  const order: LaunchOrder = {
    version: ORDER_VERSION,
    purpose: 'start',
    socket,
    stateFolder: makeStateFolder(socket, maker, findOwners(configuration), settings.insecure),
    // A program without a directory must run somewhere.
    startDirectory: folder ?? findHere(places.directory, settings.program[0] ?? '') ?? '/',
    args,
    environment,
    eventLog: placeEventLog(eventLog),
    settings: { ...pickLaunchSettings(settings), ...places },
    source: sourceOf(configuration),
    attached: !settings.daemon,
    caller: nameCaller(),
    patient,
    firstStartMustHold: !patient && !settings.forever,
    replacement: false,
  };
  return { ...order, settings: placeStreams(order) };
}

/**
 * Collects what a running manager may change to match the current configuration: `restart` reads the file again.
 * Without a file the manager keeps its settings.
 *
 * @param args words after the command; if there are none, the manager keeps its own
 */
export function writeRefresh(configuration: Configuration, args: string[]): Refresh {
  const refresh: Refresh = args.length > 0 ? { args } : {};
  if (configuration.file === null) return refresh;
  const { settings, environment } = configuration;
  // A manager does not take the environment from a socket that others can use too, and has less room for it there.
  const isShared = (settings.socketMode & 0o077) !== 0;
  const whole = isShared ? {} : { environment, source: sourceOf(configuration) };
  return { ...refresh, ...whole, ...pickRefreshable(settings) };
}

function sourceOf(configuration: Configuration): Source {
  return { file: namedFile(configuration), flags: configuration.typed };
}

function placeEventLog(eventLog: EventLogSettings | null): EventLogSettings | null {
  if (!eventLog) return null;
  const place = (path: string) => (path === 'STDOUT' || path === 'STDERR' ? path : resolve(path));
  return { ...eventLog, files: eventLog.files.map(({ path, level }) => ({ path: place(path), level })) };
}
