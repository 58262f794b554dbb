import { accessSync, constants } from 'node:fs';
import type { LaunchOrder } from '../../protocol/launch-order';
import { directoryOf } from '../../protocol/launch-order';
import { assembleEnvironment, loadEnvironment, readAs } from '../../settings/environment/assemble';
import { folderInside, locateProgram } from '../../settings/surroundings/locate-program';
import { describeReason } from '../../system/errors';
import { actsAsRoot, trustedUsers } from '../../system/trust/root';
import { refuseForeign } from '../../system/trust/trusted-file';
import type { WholeUser } from '../../system/users';
import type { EventLog } from '../log/record';
import type { SpawnRequest } from '../parent/parent';

export interface SpawnSurroundings {
  /** The program's environment, before the configured variables are added. */
  environment: Record<string, string | undefined>;
  /** The folders in which a relative program is looked up. */
  folders: string[];
  /** Whom the processes are to become, if the manager stays root; null if it has become that user itself. */
  runAs: WholeUser | null;
  eventLog: Pick<EventLog, 'log'>;
}

/** Everything that a spawn needs, except the standard streams. */
export type PreparedSpawn = Pick<
  SpawnRequest,
  'file' | 'inside' | 'args' | 'environment' | 'directory' | 'umask' | 'chain'
>;

/**
 * Looks up a command and its working directory, and assembles its arguments and its environment; done anew for each
 * start, because a path can lead elsewhere by then. What runs beside the program is outside of its chroot.
 *
 * @param args the command and its arguments
 * @param order with the configured variables
 * @param surroundings
 * @param what it is, for messages
 * @returns the command, or the reason why it cannot be run: it was not found or, as root, is not trusted, for its file
 *   may have changed since the last start
 */
export function prepareSpawn(
  args: string[],
  order: Pick<LaunchOrder, 'environment' | 'settings' | 'startDirectory'>,
  surroundings: SpawnSurroundings,
  what: string,
): PreparedSpawn | { reason: string; isTrusted: boolean } {
  const { runAs } = surroundings;
  const command = prepare(args, order, surroundings, { what, chroot: null });
  if ('reason' in command || runAs === null) return command;
  return {
    ...command,
    directory: '/',
    chain: loadChain().buildUserChain(runAs, command.directory, order.settings.directory === null),
  };
}

/** @param kind what it is, for messages, and its root */
function prepare(
  args: string[],
  order: Pick<LaunchOrder, 'environment' | 'settings' | 'startDirectory'>,
  surroundings: SpawnSurroundings,
  { what, chroot }: { what: string; chroot: string | null },
): (PreparedSpawn & { directory: string }) | { reason: string; isTrusted: boolean } {
  const { runAs, folders } = surroundings;
  const assembled = assemble(order, surroundings);
  if ('reason' in assembled) return assembled;
  const { environment } = assembled;
  const { directory, insecure, umask } = order.settings;
  const find = () => locateProgram(args[0] ?? '', { chroot, directory }, folders, environment.PATH);
  const found = find();
  if ('reason' in found) return { reason: found.plain, isTrusted: true };
  const doubt = insecure ? null : findDoubt(what, found.file, runAs);
  if (doubt !== null) return { reason: doubt, isTrusted: false };
  const place = findDirectory(order, surroundings);
  if ('reason' in place) return { ...place, isTrusted: true };
  const inside = found.inside === undefined ? {} : { inside: found.inside };
  return { file: found.file, ...inside, args, environment, ...place, umask };
}

/** The program's environment, from files that are read now, or why there is none. */
function assemble(
  {
    environment: section,
    settings,
    startDirectory: folder,
  }: Pick<LaunchOrder, 'environment' | 'settings' | 'startDirectory'>,
  { environment: inherited, runAs }: SpawnSurroundings,
): { environment: PreparedSpawn['environment'] } | { reason: string; isTrusted: boolean } {
  try {
    const files =
      settings.envFile === null || settings.insecure
        ? []
        : loadEnvironment().listVariableFiles(settings.envFile, folder);
    const doubt = files.map(file => findDoubt('the env-file', file, runAs)).find(found => found !== null);
    if (doubt !== undefined) return { reason: doubt, isTrusted: false };
    return { environment: assembleEnvironment({ inherited, settings, section, folder, ...readAs(runAs) }) };
  } catch (error) {
    return { reason: describeReason(error), isTrusted: true };
  }
}

/**
 * The same for the program itself, with its name and with what its process changes of itself first.
 *
 * @param args the command and its arguments
 * @param order with the settings of the program
 * @param surroundings
 * @returns as `prepareSpawn`
 */
export function prepareProgram(
  args: string[],
  order: Pick<LaunchOrder, 'environment' | 'settings' | 'startDirectory'>,
  surroundings: SpawnSurroundings,
): PreparedSpawn | { reason: string; isTrusted: boolean } {
  const { settings } = order;
  const { runAs } = surroundings;
  const { chroot } = settings;
  // Others can have changed the folder, or one above it, since the last start.
  const doubt = chroot === null || settings.insecure ? null : findDoubt('the chroot', chroot, null);
  if (doubt !== null) return { reason: doubt, isTrusted: false };
  const command = prepare(args, order, surroundings, { what: 'the program', chroot });
  if ('reason' in command) return command;
  const named = settings.argv0 === null ? command : { ...command, args: [settings.argv0, ...args.slice(1)] };
  if (runAs === null && !hasChain(settings)) return named;
  const chain = loadChain().buildChain(settings, { runAs, directory: command.directory });
  // The chain enters the folder, with the rights and under the root that the program has.
  if (runAs !== null || chroot !== null) named.directory = '/';
  if (chroot !== null && named.environment.PWD !== undefined)
    named.environment = { ...named.environment, PWD: folderInside(settings) };
  return { ...named, chain };
}

/** Whether the program has a chain: only then is the rest loaded. */
function hasChain(settings: LaunchOrder['settings']): boolean {
  const { limits, nice, ionice, cpuAffinity, oomScoreAdjust, noNewPrivileges } = settings;
  const { group, supplementaryGroups, chroot } = settings;
  // A setting that is younger than the manager's order is not in it.
  return (
    [limits, nice, ionice, cpuAffinity, oomScoreAdjust, group, supplementaryGroups, chroot].some(
      value => (value ?? null) !== null,
    ) || noNewPrivileges
  );
}

function loadChain(): typeof import('./exec-chain') {
  return require('./exec-chain');
}

/** The folder where zd was called is only a habit: without it, the program starts at the root. */
function findDirectory(
  order: Pick<LaunchOrder, 'settings' | 'startDirectory'>,
  { eventLog }: SpawnSurroundings,
): { directory: string } | { reason: string } {
  const directory = directoryOf(order);
  try {
    // A trailing slash stands for a folder, and nothing else. As root, only the process itself can tell; see `enter`.
    accessSync(`${directory}/`, constants.X_OK);
    return { directory };
  } catch (error) {
    const reason = `cannot change to the directory ${directory}: ${describeReason(error)}`;
    if (order.settings.directory !== null) return { reason };
    eventLog.log('warn', `${reason}; starting in /`);
    return { directory: '/' };
  }
}

/** @param user who runs it, and can have written it */
function findDoubt(what: string, file: string, user: WholeUser | null): string | null {
  if (!actsAsRoot()) return null;
  try {
    refuseForeign(what, file, trustedUsers(user?.uid));
    return null;
  } catch (error) {
    return describeReason(error);
  }
}
