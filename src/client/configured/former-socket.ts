import { join } from 'node:path';
import { namedFile } from '../../settings/place-paths';
import type { Configuration } from '../../settings/settings';
import type { Clock } from '../../system/clock';
import { isSocket } from '../../system/files';
import { findAddress } from '../address';
import { type ActionContext, complain } from '../context';
import { queryManager } from '../query';
import { runsProgram } from './whose';

/**
 * Notes on standard error that a manager of this program still answers where relative paths of a file used to start, in
 * the current folder: the caller is about to get a second one.
 */
export async function noteFormerManager(context: ActionContext): Promise<void> {
  const { configuration, clock } = context;
  const { formerSocket: path, folder, file } = configuration;
  if (path === null || folder === null || !isSocket(path)) return;
  const view = await queryManager({ ...findAddress(configuration), path }, clock).catch(() => null);
  const known = view?.report?.source?.file ?? null;
  const isOwn =
    known === null ? view && runsProgram(view, configuration) : known === namedFile(configuration);
  if (!view || !isOwn) return;
  complain(
    context,
    `note: pid ${view.managerPid} manages this program at ${path}; relative paths of ${file} start in ${folder} now; to end that one, use -s ${path} stop`,
  );
}

/**
 * Keeps the socket of a manager of this file that was started before its folder became a fleet.
 *
 * @param configuration its socket and home are changed
 * @param clock
 */
export async function keepFormerSocket(configuration: Configuration, clock: Clock): Promise<void> {
  const { home, folder, settings } = configuration;
  if (home === null || folder === null || isSocket(settings.socketName)) return;
  const path = join(folder, FORMER);
  if (!isSocket(path)) return;
  const view = await queryManager({ ...findAddress(configuration), path }, clock).catch(() => null);
  if (view?.report?.source?.file !== namedFile(configuration)) return;
  settings.socketName = path;
  configuration.home = null;
}

/** The default name of the socket. */
const FORMER = 'zdsock';
