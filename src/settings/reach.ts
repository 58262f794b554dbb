import { type SettingOption, settingOptions } from './options';
import type { RefreshableSettings, RuleSettings, Settings, ToldSettings } from './settings';

/* What reaches how far, derived from the records. */

/** The settings that a manager is told at launch. */
export const toldOptions = settingOptions.filter(({ reach }) => reach !== 'client');

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

function pick<Picked>(settings: object, options: readonly SettingOption[]): Picked {
  const values = settings as Record<string, unknown>;
  return Object.fromEntries(options.map(({ field }) => [field, values[field]])) as Picked;
}
