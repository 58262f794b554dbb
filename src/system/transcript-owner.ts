import { findGroup, findUser } from './users';

/** Whom a file is given to; what is missing stays as it is. */
export interface Owner {
  uid?: number;
  gid?: number;
}

/**
 * Reads `transcript-owner`.
 *
 * @param text `user`, `user:group` or `:group`, names or numbers; a user alone leaves the group as it is
 * @throws UsageError when there is no such user or group
 */
export function findOwner(text: string): Owner {
  const [user = '', group = ''] = text.split(':', 2);
  return {
    ...(user === '' ? {} : { uid: /^\d+$/.test(user) ? Number(user) : findUser(user).uid }),
    ...(group === '' ? {} : { gid: findGroup(group) }),
  };
}
