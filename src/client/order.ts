import { resolve } from 'node:path';
import { type LaunchOrder, ORDER_VERSION, type Refresh } from '../protocol/launch-order';
import { pickLaunchSettings, pickRefreshable } from '../settings/reach';
import type { Configuration, EventLogSettings } from '../settings/settings';
import { makeDirectory, makeStateFolder } from '../state/folder';
import { locateSocket } from '../state/socket-path';
import type { User } from '../system/users';

export interface OrderParts {
  configuration: Configuration;
  /** Words after `start`. */
  args: string[];
  /** Whom the manager is to become, or null. */
  user: User | null;
  /** zdaemon's way: wait through failed attempts, and never give up at the first one. */
  patient: boolean;
}

/**
 * Writes the order for a new manager, and makes the folders it names.
 *
 * @throws UserError when a folder cannot be made
 */
export function writeOrder({ configuration, args, user, patient }: OrderParts): LaunchOrder {
  const { settings, environment, eventLog } = configuration;
  const socket = locateSocket(settings);
  const directory =
    settings.directory === null || !settings.daemon ? null : makeDirectory(settings.directory, user);
  return {
    version: ORDER_VERSION,
    purpose: 'start',
    socket,
    stateFolder: makeStateFolder(socket, user, settings.insecure),
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
 * What a living manager may take over from the file as it is now: `restart` reads the configuration again. A manager
 * that was started without a file keeps what it has.
 *
 * @param args words after the command; none leaves the manager's as they are
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
