import type { Configuration } from '../../settings/settings';
import { actsAsRoot, trustedUsers } from '../../system/trust/root';
import { isTrustedFile } from '../../system/trust/trusted-file';

/**
 * Whether only root can have written the configuration. Otherwise it carries the orders of its `user`, and whatever
 * root does because of it must stay within the rights of that user.
 */
export function carriesRootsOrders({ settings, paths, identities }: Configuration): boolean {
  if (!actsAsRoot() || settings.insecure) return true;
  const isTrusted = trustedUsers();
  return paths.every(path => isTrustedFile(path, isTrusted, identities[path]));
}
