import { assembleEnvironment, isChanged, loadEnvironment } from '../../settings/environment/assemble';
import type { SourcedVariable, Variables } from '../../settings/environment/build';
import type { Configuration } from '../../settings/settings';
import { UsageError, UserError } from '../../system/errors';
import { findCurrentFolder } from '../../system/files';
import { findUserToBecome, type User, withRightsOf } from '../../system/users';
import { carriesRootsOrders } from './orders';

/**
 * The environment that the program would get from this caller. Root reads the files with the rights of `user`; what that
 * user cannot read, root reads because of its own orders only.
 *
 * @param inherited what the caller has
 * @throws UsageError for a file that cannot be read, with the place of the setting
 */
export function programVariables(
  configuration: Configuration,
  inherited: Variables = process.env,
): Variables {
  return reading(configuration, runAs => assembleEnvironment(partsOf(configuration, inherited, runAs)));
}

/**
 * The same, with the origin of each variable.
 *
 * @throws as `programVariables`
 */
export function listVariables(configuration: Configuration, inherited: Variables): SourcedVariable[] {
  return reading(configuration, runAs =>
    loadEnvironment().buildEnvironment(partsOf(configuration, inherited, runAs)),
  );
}

/** The files and folders of variables that exist. */
export function listEnvFiles({ settings: { envFile } }: Configuration): string[] {
  return envFile ? loadEnvironment().listVariableFiles(envFile, findCurrentFolder() ?? '/') : [];
}

function partsOf(
  { settings, environment: section }: Configuration,
  inherited: Variables,
  runAs: User | null,
) {
  const read = (entry: string, start: string) =>
    runAs ? loadEnvironment().readFor(runAs, entry, start) : loadEnvironment().readVariables(entry, start);
  return { read, inherited, settings, section, folder: findCurrentFolder() ?? '/' };
}

function reading<T>(configuration: Configuration, read: (runAs: User | null) => T): T {
  const { settings, origins } = configuration;
  if (!isChanged(settings)) return read(null);
  const user = findOther(settings);
  // That user may not be able to read the code.
  loadEnvironment();
  try {
    if (user === null || carriesRootsOrders(configuration)) return read(user);
    return withRightsOf(user, () => read(null));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const whose = user ? ` for user ${user.name}` : '';
    throw new UsageError(`${origins.envFile}: ${error.message}${whose}`);
  }
}

/** An unknown user is reported elsewhere. */
function findOther(settings: Configuration['settings']): User | null {
  try {
    return findUserToBecome(settings.user, settings);
  } catch {
    return null;
  }
}
