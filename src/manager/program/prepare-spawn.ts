import { accessSync, constants } from 'node:fs';
import type { LaunchOrder } from '../../protocol/launch-order';
import { directoryOf } from '../../protocol/launch-order';
import { assembleEnvironment, loadEnvironment } from '../../settings/environment/assemble';
import { describeReason } from '../../system/errors';
import { findProgram } from '../../system/find-program';
import { actsAsRoot, trustedUsers } from '../../system/trust/root';
import { refuseForeign } from '../../system/trust/trusted-file';
import type { EventLog } from '../log/record';
import type { SpawnRequest } from '../parent/parent';

export interface SpawnSurroundings {
  /** The program's environment, before the configured variables are added. */
  environment: Record<string, string | undefined>;
  /** The folders in which a relative program is looked up. */
  folders: string[];
  eventLog: Pick<EventLog, 'log'>;
}

/** Everything that a spawn needs, except the standard streams. */
export type PreparedSpawn = Pick<SpawnRequest, 'file' | 'args' | 'environment' | 'directory' | 'umask'>;

/**
 * Looks up a command and its working directory, and assembles its arguments and its environment; done anew for each
 * start, because a path can lead elsewhere by then.
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
  what = 'the program',
): PreparedSpawn | { reason: string; isTrusted: boolean } {
  const assembled = assemble(order, surroundings);
  if ('reason' in assembled) return assembled;
  const { environment } = assembled;
  const found = findProgram(args[0] ?? '', surroundings.folders, environment.PATH);
  if ('reason' in found) return { reason: found.plain, isTrusted: true };
  const doubt = order.settings.insecure ? null : findDoubt(what, found.file);
  if (doubt !== null) return { reason: doubt, isTrusted: false };
  const place = findDirectory(order, surroundings);
  if ('reason' in place) return { ...place, isTrusted: true };
  return { file: found.file, args, environment, ...place, umask: order.settings.umask };
}

/** The program's environment, from files that are read now, or why there is none. */
function assemble(
  {
    environment: section,
    settings,
    startDirectory: folder,
  }: Pick<LaunchOrder, 'environment' | 'settings' | 'startDirectory'>,
  { environment: inherited }: SpawnSurroundings,
): { environment: PreparedSpawn['environment'] } | { reason: string; isTrusted: boolean } {
  try {
    const files =
      settings.envFile === null || settings.insecure
        ? []
        : loadEnvironment().listVariableFiles(settings.envFile, folder);
    const doubt = files.map(file => findDoubt('the env-file', file)).find(found => found !== null);
    if (doubt !== undefined) return { reason: doubt, isTrusted: false };
    return { environment: assembleEnvironment({ inherited, settings, section, folder }) };
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
): (PreparedSpawn & Pick<SpawnRequest, 'chain'>) | { reason: string; isTrusted: boolean } {
  const { settings } = order;
  const command = prepareSpawn(args, order, surroundings);
  if ('reason' in command) return command;
  const named = settings.argv0 === null ? command : { ...command, args: [settings.argv0, ...args.slice(1)] };
  return hasChain(settings) ? { ...named, chain: loadChain().buildChain(settings) } : named;
}

/** Whether the program has a chain: only then is the rest loaded. */
function hasChain(settings: LaunchOrder['settings']): boolean {
  const { limits, nice, ionice, cpuAffinity, oomScoreAdjust, noNewPrivileges, group, supplementaryGroups } =
    settings;
  return (
    [limits, nice, ionice, cpuAffinity, oomScoreAdjust, group, supplementaryGroups].some(
      value => value !== null,
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
    // A trailing slash stands for a folder, and nothing else.
    accessSync(`${directory}/`, constants.X_OK);
    return { directory };
  } catch (error) {
    const reason = `cannot change to the directory ${directory}: ${describeReason(error)}`;
    if (order.settings.directory !== null) return { reason };
    eventLog.log('warn', `${reason}; starting in /`);
    return { directory: '/' };
  }
}

function findDoubt(what: string, file: string): string | null {
  if (!actsAsRoot()) return null;
  try {
    refuseForeign(what, file, trustedUsers());
    return null;
  } catch (error) {
    return describeReason(error);
  }
}
