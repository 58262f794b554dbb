import { join } from 'node:path';
import { PROBE_SETTINGS } from '../../settings/probes/test-commands';
import { showProbes } from '../../settings/probes/type';
import type { Configuration } from '../../settings/settings';
import { nameStateFolder } from '../../state/folder';
import { describeLongPath, locateSocket } from '../../state/socket-path';
import { UsageError } from '../../system/errors';
import { findPerl } from '../../system/find-program';

/**
 * Refuses probes that cannot hold on this machine, because something is missing that the manager needs for them.
 *
 * @throws UsageError naming the setting, its origin and the reason
 */
export function checkProbes({ settings, origins }: Configuration): void {
  for (const [field, key] of PROBE_SETTINGS) {
    for (const probe of settings[field] ?? []) {
      const refuse = (reason: string) =>
        new UsageError(`cannot use ${key} '${showProbes([probe])}' (${origins[field]}): ${reason}`);
      if (probe.kind !== 'notify') continue;
      if (!('file' in findPerl(process.env.PATH)))
        throw refuse('Node cannot receive what a program sends; this needs perl, which is not on PATH');
      const tooLong = describeLongPath(join(nameStateFolder(locateSocket(settings)), 'notify'));
      if (tooLong !== null) throw refuse(`the path ${tooLong}; use -s with a shorter one`);
    }
  }
}
