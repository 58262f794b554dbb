import type { RunningSettings } from '../../protocol/messages';
import { settingOptions } from '../../settings/options';
import type { Configuration, Settings } from '../../settings/settings';

/**
 * A configuration that leaves some settings of a manager as they are.
 *
 * @param configuration
 * @param running what the manager follows
 * @param keys of the settings, and `eventlog`
 * @returns a copy with the running values; what only clients have stays
 */
export function keepRunning(
  configuration: Configuration,
  running: RunningSettings,
  keys: readonly string[],
): Configuration {
  const settings = { ...configuration.settings } as Record<string, unknown>;
  const known = running.settings as Record<string, unknown>;
  for (const { key, field } of settingOptions)
    if (keys.includes(key) && Object.hasOwn(known, field)) settings[field] = known[field];
  const isLogKept = keys.includes('eventlog');
  const eventLog = isLogKept ? placeOrigins(running) : configuration.eventLog;
  return { ...configuration, settings: settings as unknown as Settings, eventLog };
}

function placeOrigins({ eventLog }: RunningSettings): Configuration['eventLog'] {
  if (!eventLog) return null;
  const { handlers, ...others } = eventLog;
  const place = <T>(one: T) => ({ ...one, origin: 'default' });
  return {
    ...others,
    files: eventLog.files.map(place),
    ...(handlers ? { handlers: handlers.map(place) } : {}),
  };
}
