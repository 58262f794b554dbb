import { resolve } from 'node:path';
import { type LaunchOrder, ORDER_VERSION, type Refresh } from '../protocol/launch-order';
import { pickLaunchSettings, pickRefreshable } from '../settings/reach';
import type { Configuration, EventLogSettings } from '../settings/settings';
import { type FolderMaker, makeDirectory, makeStateFolder } from '../state/folder';
import { reclaimStateFolder } from '../state/reclaim';
import { locateSocket } from '../state/socket-path';
import { systemClock } from '../system/clock';
import { actsAsRoot } from '../system/trust/root';
import type { User } from '../system/users';
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
}

/**
 * Writes the order for a new manager, and creates the folders that it names.
 *
 * @throws UserError when a folder cannot be created
 */
export function writeOrder({ configuration, args, user, patient }: OrderParts): LaunchOrder {
  const { settings, environment, eventLog } = configuration;
  const socket = locateSocket(settings);
  const hasRootsOrders = carriesRootsOrders(configuration);
  const maker: FolderMaker = { owner: user, lendsRights: hasRootsOrders };
  const directory =
    settings.directory === null || !settings.daemon ? null : makeDirectory(settings.directory, maker);
  if (actsAsRoot() && hasRootsOrders) reclaimStateFolder(socket, user ?? ROOT, systemClock);
  return {
    version: ORDER_VERSION,
    purpose: 'start',
    socket,
    stateFolder: makeStateFolder(socket, maker, findOwners(configuration), settings.insecure),
    startDirectory: process.cwd(),
    args,
    environment,
    eventLog: placeEventLog(eventLog),
    settings: { ...pickLaunchSettings(settings), directory },
    attached: !settings.daemon,
    patient,
    firstStartMustHold: !patient && !settings.forever,
    replacement: false,
  };
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
  return { ...refresh, environment, ...pickRefreshable(settings) };
}

function placeEventLog(eventLog: EventLogSettings | null): EventLogSettings | null {
  if (!eventLog) return null;
  const place = (path: string) => (path === 'STDOUT' || path === 'STDERR' ? path : resolve(path));
  return { ...eventLog, files: eventLog.files.map(file => ({ ...file, path: place(file.path) })) };
}
