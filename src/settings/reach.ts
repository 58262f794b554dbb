import type { SettingRecord } from './option';
import type { RefreshableSettings, RuleSettings, Settings, ToldSettings } from './settings';
import { settingTable } from './table';

/* What reaches how far, derived from the records. A manager loads this, and nothing of flags and help. */

export interface ToldOption extends SettingRecord<unknown> {
  field: keyof ToldSettings;
}

const records = Object.entries(settingTable) as [keyof Settings, SettingRecord<unknown>][];

/** The settings that a manager is told at launch. */
export const toldOptions: ToldOption[] = records
  .filter(([, { reach }]) => reach !== 'client')
  .map(([field, record]) => ({ ...record, field: field as keyof ToldSettings }));

/** The settings that `start` and `restart` may change in a living manager. */
export const refreshableOptions = toldOptions.filter(({ reach }) => reach !== 'manager');

const ruleOptions = toldOptions.filter(({ rule }) => rule);

export function pickTold(settings: Settings): ToldSettings {
  return pick(settings, toldOptions);
}

export function pickRefreshable(settings: ToldSettings): RefreshableSettings {
  return pick(settings, refreshableOptions);
}

export function pickRules(settings: ToldSettings): RuleSettings {
  return pick(settings, ruleOptions);
}

/** Leaves out the settings that say what is run. */
export function withoutGuarded(settings: Partial<RefreshableSettings>): Partial<RefreshableSettings> {
  return pick(
    settings,
    refreshableOptions.filter(({ guarded, field }) => !guarded && field in settings),
  );
}

function pick<Picked>(settings: object, options: readonly ToldOption[]): Picked {
  const values = settings as Record<string, unknown>;
  return Object.fromEntries(options.map(({ field }) => [field, values[field]])) as Picked;
}
