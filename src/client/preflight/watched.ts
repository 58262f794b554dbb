import type { Configuration } from '../../settings/settings';
import { describeReason, UserError } from '../../system/errors';
import { actsAsRoot, trustedUsers } from '../../system/trust/root';
import { doubtFolder, explainDoubt } from '../../system/trust/rules';
import { tracePath } from '../../system/trust/traced-path';

/**
 * Refuses a file that users other than its reader and root can write, before `watch-config` applies it: nobody looks at
 * what it says, and it decides what is run. As root, `checkText` is stricter and comes first.
 *
 * @param configuration with `insecure` everything passes
 * @throws UserError with what to change
 */
export function checkWatched({ settings, paths }: Configuration): void {
  if (settings.insecure || actsAsRoot()) return;
  const isTrusted = trustedUsers(process.geteuid?.());
  for (const path of paths) {
    for (const { path: place, stats } of traceFile(path)) {
      const doubt = stats.isSymbolicLink() && isTrusted(stats.uid) ? null : doubtFolder(stats, isTrusted);
      if (doubt === null) continue;
      const reason = explainDoubt(doubt, stats, place === path ? 'it' : place);
      throw new UserError(
        `cannot apply ${path} without being asked (watch-config): ${reason}; use zd apply, or change owner or mode`,
      );
    }
  }
}

function traceFile(path: string): ReturnType<typeof tracePath>['steps'] {
  try {
    return tracePath(path).steps.toReversed();
  } catch (error) {
    throw new UserError(`cannot apply ${path} (watch-config): ${describeReason(error)}`);
  }
}
