import { closeSync, constants, existsSync, fstatSync, openSync } from 'node:fs';
import { listOwnCommands } from '../../settings/probes/own-commands';
import { listTestCommands } from '../../settings/probes/test-commands';
import { listCommands } from '../../settings/schedule/what-runs';
import type { Configuration } from '../../settings/settings';
import { locateProgram } from '../../settings/surroundings/locate-program';
import { describeReason, UserError } from '../../system/errors';
import { actsAsRoot, trustedUsers } from '../../system/trust/root';
import { describeOther, identityOf, refuseForeign } from '../../system/trust/trusted-file';
import { findUser, hasGroups, readGroups, type User, withGroups, withRightsOf } from '../../system/users';
import { listEnvFiles, programVariables } from './environment';
import { carriesRootsOrders } from './orders';
import { listFolders } from './program';

/*
 * The doors of the client: before root acts on a configuration, its text must be trusted; before anything is run, so
 * must be the code. The rules are in system/trust/rules.ts.
 */

const INCLUDED = 'the included file';

/**
 * As root, refuses a configuration that others could have written: the file, what it includes, and every folder and
 * symlink on the way to them. They must belong to root, to the configured `user`, or to the owner of Node.
 *
 * @param configuration the settings; with `insecure` everything passes
 * @throws UserError with the chmod or chown that fixes it
 */
export function checkText(configuration: Configuration): void {
  const { settings, paths, identities } = configuration;
  if (!actsAsRoot() || settings.insecure) return;
  const user = findConfigured(settings.user);
  const isTrusted = trustedUsers(user?.uid);
  for (const [index, path] of paths.entries())
    refuseForeign(index === 0 ? 'the configuration' : INCLUDED, path, isTrusted, identities[path]);
  if (user && !carriesRootsOrders(configuration)) refuseUnreadable(configuration, user);
}

/**
 * The same, and for everything that will be run: the files of the program and of the start test.
 *
 * @throws UserError as `checkText`
 */
export function checkTrust(configuration: Configuration): void {
  checkText(configuration);
  const { settings } = configuration;
  if (!actsAsRoot() || settings.insecure) return;
  const user = findConfigured(settings.user);
  if (user && hasGroups(settings) && !carriesRootsOrders(configuration)) refuseGroups(configuration, user);
  const isTrusted = trustedUsers(user?.uid);
  for (const file of listEnvFiles(configuration)) refuseForeign('the env-file', file, isTrusted);
  // A user who could change what is there could become root by files with the set-user-ID bit.
  if (settings.chroot !== null && existsSync(settings.chroot))
    refuseForeign('the chroot', settings.chroot, trustedUsers());
  const outside = { chroot: null, directory: null };
  const programs = listCommands(settings).map(({ what, words }) => [what, words, settings] as const);
  const tests = listTestCommands(settings).map(
    ({ key, words }) =>
      [key === 'start-test-program' ? 'the start test' : `the command of ${key}`, words, outside] as const,
  );
  const others = listOwnCommands(settings).map(({ key, words }) => [key, words, outside] as const);
  for (const [what, words, place] of [...programs, ...tests, ...others]) {
    const word = words[0] ?? '';
    const { PATH: path } = programVariables(configuration);
    const found = locateProgram(word, place, listFolders(configuration, word), path);
    if ('file' in found) refuseForeign(what, found.file, isTrusted);
  }
}

/** The user within whose rights root must stay because of the configuration; null if there is no such user. */
export function findLimits(configuration: Configuration): User | null {
  return carriesRootsOrders(configuration) ? null : findConfigured(configuration.settings.user);
}

/**
 * The users whose sockets and state folders the configuration may lead to.
 *
 * @returns as root: root, the `user`, or only the latter if the orders are that user's own; others: themselves and root
 */
export function findOwners(configuration: Configuration): number[] {
  if (!actsAsRoot()) return [process.geteuid?.() ?? 0, 0];
  const uid = findConfigured(configuration.settings.user)?.uid ?? 0;
  if (uid === 0) return [0];
  return carriesRootsOrders(configuration) ? [0, uid] : [uid];
}

/** Unknown users are reported elsewhere. */
function findConfigured(user: string | null): User | null {
  try {
    return user === null ? null : findUser(user);
  } catch {
    return null;
  }
}

/** Root must not give that user groups on the user's own orders. */
function refuseGroups({ settings, paths }: Configuration, user: User): void {
  const { gid, groups } = withGroups({ gid: user.gid }, settings, []);
  const own = readGroups(user.name);
  const foreign = [gid, ...groups].find(one => !own.includes(one));
  if (foreign === undefined) return;
  throw new UserError(
    `cannot trust ${paths[0]} as root: it belongs to ${user.name}, who is not a member of group ${foreign}; chown root it, or remove the group`,
  );
}

/** A file of that user could include what only root can read, and its variables would reach the user's program. */
function refuseUnreadable({ paths, identities }: Configuration, user: User): void {
  withRightsOf(user, () => {
    for (const path of paths.slice(1)) {
      let found: string;
      try {
        const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
        found = identityOf(fstatSync(fd));
        closeSync(fd);
      } catch (error) {
        throw new UserError(
          `cannot trust the included file ${path} as root: the configuration belongs to ${user.name}, who cannot read it: ${describeReason(error)}; chown root the configuration, or let ${user.name} read the file`,
        );
      }
      if (found !== identities[path]) throw describeOther(INCLUDED, path);
    }
  });
}
