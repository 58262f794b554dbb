import { closeSync, constants, openSync, type Stats, statSync } from 'node:fs';
import { getPriority } from 'node:os';
import { dirname, resolve } from 'node:path';
import { loadEnvironment } from '../../settings/environment/assemble';
import { settingOptions } from '../../settings/options';
import type { Configuration } from '../../settings/settings';
import { findRootNeeds, type NeedySettings, type RootFacts } from '../../settings/surroundings/needs-root';
import type { Limit } from '../../settings/value-types/limits';
import { UsageError, UserError } from '../../system/errors';
import { findCurrentFolder, readText } from '../../system/files';
import { findUserToBecome, readGroups, type User, withRightsOf } from '../../system/users';
import { carriesRootsOrders } from './orders';

const { O_NONBLOCK, O_RDONLY } = constants;

/**
 * Why the manager must stay root beside a `user`, who runs the program all the same.
 *
 * @returns the fields of settings; none if the manager becomes that user, or if there is none to become
 * @throws UsageError for a user that does not exist or cannot be become
 */
export function listRootNeeds({ settings }: Pick<Configuration, 'settings'>): (keyof NeedySettings)[] {
  const user = findUserToBecome(settings.user, settings);
  return user ? findRootNeeds(settings, factsOf(user)) : [];
}

/** The same as keys. */
export function nameRootNeeds(configuration: Pick<Configuration, 'settings'>): string[] {
  return listRootNeeds(configuration).map(keyOf);
}

/**
 * Refuses settings that need root on the word of another user: of a user's own configuration, root does nothing that
 * this user could not do.
 *
 * @throws UserError naming the setting and its origin
 */
export function checkRootNeeds(configuration: Configuration): void {
  const [field] = listRootNeeds(configuration);
  if (field === undefined || carriesRootsOrders(configuration)) return;
  const { settings, origins, paths } = configuration;
  // The file is read with the rights of that user, which refuses it more clearly.
  if (field === 'envFile') return;
  throw new UserError(
    `cannot trust ${paths[0]} as root: ${settings.user} can have written it, and ${keyOf(field)} (${origins[field]}) needs root; chown root it and its folder, or remove ${keyOf(field)}`,
  );
}

/**
 * Refuses an edited file whose settings a manager that has become the user cannot apply.
 *
 * @param uid of the manager
 * @throws UsageError naming the setting and its origin
 */
export function refuseLateNeeds(configuration: Configuration, uid: number | null): void {
  const [field] = uid === null || uid === 0 ? [] : listRootNeeds(configuration);
  if (field === undefined) return;
  const { settings, origins } = configuration;
  throw new UsageError(
    `cannot apply ${keyOf(field)} (${origins[field]}): it needs root, and the manager runs as ${settings.user} by now: stop and start`,
  );
}

function keyOf(field: keyof NeedySettings): string {
  return settingOptions.find(option => option.field === field)?.key ?? field;
}

function factsOf(user: User): RootFacts {
  const asUser = (act: () => void) => {
    try {
      withRightsOf(user, act);
      return true;
    } catch {
      return false;
    }
  };
  return {
    hardLimit,
    niceness: getPriority(),
    oomScore: Number(readText('/proc/self/oom_score_adj')),
    canRead(entry) {
      // That user may not be able to read the code.
      const { readVariables } = loadEnvironment();
      return asUser(() => readVariables(entry, findCurrentFolder() ?? '/'));
    },
    canOpen: path =>
      asUser(() => {
        const place = resolve(path);
        if (statSync(place, { throwIfNoEntry: false }))
          return closeSync(openSync(place, O_RDONLY | O_NONBLOCK));
        if (!mayCreate(statSync(`${dirname(place)}/.`), user)) throw new Error('not writable');
      }),
  };
}

/** access(2) would ask for the user of this process. Without access control lists, the mode tells. */
function mayCreate({ uid, gid, mode }: Stats, user: User): boolean {
  const groups = user.groups ?? readGroups(user.name);
  const bit = uid === user.uid ? 0o200 : groups.includes(gid) ? 0o020 : 0o002;
  return user.uid === 0 || (mode & bit) !== 0;
}

/** The names of limits in /proc/PID/limits; see proc_pid_limits(5). */
const NAMES: Record<Limit['name'], string> = {
  as: 'Max address space',
  core: 'Max core file size',
  cpu: 'Max cpu time',
  data: 'Max data size',
  fsize: 'Max file size',
  locks: 'Max file locks',
  memlock: 'Max locked memory',
  msgqueue: 'Max msgqueue size',
  nice: 'Max nice priority',
  nofile: 'Max open files',
  nproc: 'Max processes',
  rss: 'Max resident set',
  rtprio: 'Max realtime priority',
  rttime: 'Max realtime timeout',
  sigpending: 'Max pending signals',
  stack: 'Max stack size',
};

function hardLimit(name: Limit['name']): number | null {
  const line = readText('/proc/self/limits')
    .split('\n')
    .find(one => one.startsWith(NAMES[name]));
  const hard = line?.slice(NAMES[name].length).trim().split(/ +/)[1];
  if (hard === undefined) return null;
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}
