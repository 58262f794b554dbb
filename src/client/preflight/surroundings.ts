import { statSync } from 'node:fs';
import { canHaveKeeper, findKeeperPerl } from '../../protocol/keeper/command';
import { type SettingOption, settingOptions } from '../../settings/options';
import type { Configuration, Origin, Settings } from '../../settings/settings';
import { UsageError } from '../../system/errors';
import { checkRootNeeds, listRootNeeds } from './root-needs';

/** The settings that a keeper applies to the program's process before it becomes the program. */
const APPLIED_BY_KEEPER: readonly (keyof Settings)[] = [
  'limits',
  'nice',
  'ionice',
  'cpuAffinity',
  'oomScoreAdjust',
  'noNewPrivileges',
  'lockFile',
  'chroot',
];

const GROUPS: readonly (keyof Settings)[] = ['group', 'supplementaryGroups'];

/**
 * Refuses settings that nothing on this system could apply.
 *
 * @param configuration the settings; errors name their origins
 * @throws UsageError naming the setting, its origin, and the package that is missing
 */
export function checkSurroundings(configuration: Configuration): void {
  const { settings, origins } = configuration;
  const field = settings.group === null ? 'supplementaryGroups' : 'group';
  if (settings[field] !== null && process.geteuid?.() !== 0)
    throw new UsageError(
      `cannot use ${field === 'group' ? field : 'supplementary-groups'} (${origins[field]}): only root can change groups`,
    );
  if (settings.chroot !== null) checkChroot(settings.chroot, origins.chroot);
  checkRootNeeds(configuration);
  const needs = listRootNeeds(configuration);
  const option =
    findApplied(settings) ?? settingOptions.find(({ field }) => needs.some(one => one === field));
  if (option === undefined || findKeeperPerl(process.env.PATH) !== null) return;
  const reason = canHaveKeeper(true)
    ? 'it needs perl, which is not on PATH; install the package perl'
    : 'it needs Linux, on a processor of 64 bits by Intel, AMD or ARM; remove it';
  throw new UsageError(`cannot use ${option.key} (${origins[option.field]}): ${reason}`);
}

function checkChroot(path: string, origin: Origin): void {
  const refuse = (reason: string) => new UsageError(`cannot use chroot '${path}' (${origin}): ${reason}`);
  if (process.geteuid?.() !== 0) throw refuse('only root can give a program another root folder');
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory())
    throw refuse(found ? 'it is not a folder' : 'it does not exist; create it first');
}

/** Whether the program needs what only a keeper can do. */
export function needsKeeper(settings: Settings): boolean {
  return findApplied(settings) !== undefined;
}

function findApplied(settings: Settings): SettingOption | undefined {
  // Beside `user`, the manager has them since it became that user.
  const fields = [...APPLIED_BY_KEEPER, ...(settings.user === null ? GROUPS : [])];
  return settingOptions.find(({ field }) => fields.includes(field) && isOn(settings[field]));
}

function isOn(value: unknown): boolean {
  return value !== null && value !== false;
}
