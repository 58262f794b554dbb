import type { SettingRecord } from './option';
import type { LaunchSettings, RefreshableSettings, RuleSettings, Settings } from './settings';
import { settingTable } from './table';

/* The settings that a manager gets, derived from the records. A manager loads this module, but not flags and help. */

export interface LaunchOption extends SettingRecord<unknown> {
  field: keyof LaunchSettings;
}

const records = Object.entries(settingTable) as [keyof Settings, SettingRecord<unknown>][];

/** The settings that a manager gets at launch. */
export const launchOptions: LaunchOption[] = records
  .filter(([, { reach }]) => reach !== 'client')
  .map(([field, record]) => ({ ...record, field: field as keyof LaunchSettings }));

/** The settings that `start` and `restart` may change in a running manager. */
export const refreshableOptions = launchOptions.filter(({ reach }) => reach !== 'manager');

const ruleOptions = launchOptions.filter(({ rule }) => rule);

export function pickLaunchSettings(settings: Settings): LaunchSettings {
  return pick(settings, launchOptions);
}

export function pickRefreshable(settings: LaunchSettings): RefreshableSettings {
  return pick(settings, refreshableOptions);
}

export function pickRules(settings: LaunchSettings): RuleSettings {
  return pick(settings, ruleOptions);
}

/** Removes the settings that decide what is run. */
export function withoutGuarded(settings: Partial<RefreshableSettings>): Partial<RefreshableSettings> {
  return pick(
    settings,
    refreshableOptions.filter(({ guarded, field }) => !guarded && field in settings),
  );
}

function pick<Picked>(settings: object, options: readonly LaunchOption[]): Picked {
  const values = settings as Record<string, unknown>;
  return Object.fromEntries(options.map(({ field }) => [field, values[field]])) as Picked;
}
