import type { Arguments } from '../../../settings/argv';
import type { Fleet } from '../../../settings/fleet/fleet';
import { readFleet } from '../../../settings/fleet/read-fleet';
import { resolveConfiguration } from '../../../settings/resolve';
import type { Clock } from '../../../system/clock';
import { UsageError } from '../../../system/errors';
import { keepFormerSockets } from '../former-sockets';
import { type Selection, selectMembers } from '../selectors';
import { makeFleetOfOne } from './fleet-of-one';

/**
 * Reads the files again.
 *
 * @param old what was read before
 * @param selectors the words that selected programs of it
 * @throws UsageError one sentence: nothing of it can be read
 */
export async function reread(
  argv: Arguments,
  old: Fleet,
  selectors: readonly string[],
  clock: Clock,
): Promise<{ fleet: Fleet; selection: Selection }> {
  const fleet = readFleet({ argv }) ?? makeFleetOfOne(resolveConfiguration({ argv, placesPaths: true }));
  if (fleet.kind !== old.kind)
    throw new UsageError(
      `cannot apply ${fleet.file}: it is now of another kind, and its programs would have other places; begin zd up anew`,
    );
  if (fleet.kind !== 'one') await keepFormerSockets(fleet, clock);
  return { fleet, selection: selectMembers(fleet, selectors) };
}
