import type { LaunchOrder } from '../protocol/launch-order';
import type { SavedState } from '../state/saved-state';
import type { EventLog } from './event-log';
import type { Pidfile } from './program/pidfile';

/**
 * Makes what follows the program with a pidfile; most managers have none.
 *
 * @param order that the manager begins with
 * @param saved by the manager before, which may have had another pidfile
 * @param eventLog gets what fails
 */
export function openPidfile(
  { settings }: LaunchOrder,
  saved: SavedState | null,
  { log }: EventLog,
): Pidfile | null {
  const make = (path: string) => new (loadPidfile().Pidfile)(path, log);
  // A manager of an earlier zd saved none.
  const former = saved?.order.settings.pidfile ?? null;
  if (former !== null && former !== settings.pidfile) make(former).remove();
  return settings.pidfile === null ? null : make(settings.pidfile);
}

function loadPidfile(): typeof import('./program/pidfile') {
  return require('./program/pidfile');
}
