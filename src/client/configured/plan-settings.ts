import { resolve } from 'node:path';
import { placeStreams } from '../../protocol/launch-order';
import type { EventLogFile, EventLogHandler, LogPlace } from '../../settings/event-log-settings';
import { pickLaunchSettings } from '../../settings/reach';
import { isStandardStream } from '../../settings/remarks';
import { commandOf } from '../../settings/schedule/what-runs';
import type { Configuration, EventLogSettings, LaunchSettings } from '../../settings/settings';
import { findHere } from '../preflight/program';

/** What a new manager would be begun with. */
export interface Plan {
  settings: LaunchSettings;
  startDirectory: string;
  eventLog: EventLogSettings | null;
}

/**
 * Plans the part of a launch order that follows from the configuration; touches nothing.
 *
 * @param configuration
 * @param patient called as zdaemon
 * @throws the system's error if the current folder has been removed and something is relative to it
 */
export function planSettings(configuration: Configuration, patient: boolean): Plan {
  const { settings, origins, eventLog, folder } = configuration;
  // In the foreground, zdaemon ignores both; zd keeps the caller's umask unless one is configured.
  const usesDirectory = settings.daemon || !patient;
  const usesUmask = settings.daemon || (!patient && origins.umask !== 'default');
  const directory = settings.directory && usesDirectory ? resolve(settings.directory) : null;
  // A program without a directory must run somewhere.
  const startDirectory = folder ?? findHere(directory, commandOf(settings, 0)[0] ?? '') ?? '/';
  const places = { directory, umask: usesUmask ? settings.umask : process.umask() };
  return {
    settings: placeStreams({ settings: { ...pickLaunchSettings(settings), ...places }, startDirectory }),
    startDirectory,
    eventLog: placeEventLog(eventLog),
  };
}

function placeEventLog(eventLog: Configuration['eventLog']): EventLogSettings | null {
  if (!eventLog) return null;
  const { level, files, handlers } = eventLog;
  const place = (path: string) => (isStandardStream(path) ? path : resolve(path));
  return {
    level,
    files: files.map(file => ({ ...withoutPlace<EventLogFile>(file), path: place(file.path) })),
    ...(handlers ? { handlers: handlers.map(one => withoutPlace<EventLogHandler>(one)) } : {}),
  };
}

function withoutPlace<T>(one: T & LogPlace): T {
  const { origin: _, isTyped: __, ...others } = one;
  return others as T;
}
