import type { EnvironmentParts, EnvironmentSettings, Variables } from './build';
import { nameTerminal } from './terminal';

/**
 * The program's environment. Without settings that change it, nothing is loaded for it.
 *
 * @param parts see `buildEnvironment`
 * @returns the variables
 * @throws UserError for a file that cannot be read
 */
export function assembleEnvironment(parts: EnvironmentParts): Variables {
  if (!isChanged(parts.settings)) return { ...parts.inherited, ...nameTerminal(parts), ...parts.section };
  return Object.fromEntries(
    loadEnvironment()
      .buildEnvironment(parts)
      .map(({ name, value }) => [name, value]),
  );
}

/** Whether anything but the section changes what the program inherits. */
export function isChanged({ envFile, clearEnvironment, unsetEnvironment }: EnvironmentSettings): boolean {
  return envFile !== null || clearEnvironment || unsetEnvironment !== null;
}

/** How a manager reads the files: one that stays root for a user reads them as root. */
export function readAs(runAs: unknown): Pick<EnvironmentParts, 'read'> {
  return runAs === null ? {} : { read: (entry, folder) => loadEnvironment().readTrusted(entry, folder) };
}

export function loadEnvironment(): typeof import('./bundle') {
  return require('./bundle');
}
