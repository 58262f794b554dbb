import type { Settings } from '../settings';
import { type ReadVariable, readVariables } from './read-files';
import { nameTerminal } from './terminal';

/* Loaded only with a setting of the environment, or for `show environment`. */

export type EnvironmentSettings = Pick<Settings, 'envFile' | 'clearEnvironment' | 'unsetEnvironment' | 'pty'>;
export type Variables = Record<string, string | undefined>;

export interface EnvironmentParts {
  /** What the program inherits from the caller of `start`. */
  inherited: Variables;
  settings: EnvironmentSettings;
  /** Where relative paths start; called as zd, there are none. */
  folder: string;
  /** The environment section. */
  section: Readonly<Record<string, string>>;
  /** How an entry is read, if not with the rights of this process alone. */
  read?: (entry: string, folder: string) => ReadVariable[];
}

/** A variable and where it comes from: `inherited`, a path, or `environment section`. */
export interface SourcedVariable {
  name: string;
  value: string;
  origin: string;
}

/**
 * Assembles the program's environment: what is inherited, less what is cleared and unset, then the files in their order,
 * then the section. A later one replaces an earlier one.
 *
 * @param parts the settings, with absolute paths
 * @returns each variable once
 * @throws UserError for a file that cannot be read
 */
export function buildEnvironment({
  inherited,
  settings,
  section,
  folder,
  read = readVariables,
}: EnvironmentParts): SourcedVariable[] {
  const found = new Map<string, SourcedVariable>();
  const set = (name: string, value: string, origin: string) => found.set(name, { name, value, origin });
  for (const [name, value] of Object.entries(inherited))
    if (value !== undefined && (!settings.clearEnvironment || STAYING.test(name)))
      set(name, value, 'inherited');
  for (const [name, value] of Object.entries(nameTerminal({ inherited, settings }))) set(name, value, 'pty');
  for (const name of settings.unsetEnvironment ?? []) found.delete(name);
  for (const entry of settings.envFile ?? [])
    for (const [name, value, origin] of read(entry, folder)) {
      if (value === null) found.delete(name);
      else set(name, value, origin);
    }
  for (const [name, value] of Object.entries(section)) set(name, value, 'environment section');
  return [...found.values()];
}

/** What `clear-environment` leaves: without them hardly a program finds its tools, its files and its language. */
const STAYING = /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.*|TZ)$/;
