import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { settingOptions } from '../../settings/options';
import { isStandardStream } from '../../settings/remarks';
import type { Configuration, Origin } from '../../settings/settings';
import { locateSocket } from '../../state/socket-path';
import { UsageError } from '../../system/errors';
import {
  findGroup,
  findOwner,
  findUserToBecome,
  type Owner,
  readGroups,
  type User,
} from '../../system/users';
import { findObstacle, type Use } from './access';
import { listRootNeeds } from './root-needs';

/** A use, and the setting that demands it. */
export interface SettingUse extends Use {
  key: string;
  value: string;
  origin: Origin;
  /** Files that take the place of one that cannot be used. */
  others?: string[];
}

/**
 * Refuses what the manager would not be allowed to use, with the rights it will have. `checkPlaces` comes first.
 *
 * @param configuration the settings; as root with a `user`, the rights are that user's
 * @param others further uses, such as the program's file
 * @param isRoots there is a manager, and it is root's
 * @throws UsageError naming the setting, its origin, the user and the folder or file
 */
export function checkRights(
  configuration: Configuration,
  others: readonly SettingUse[] = [],
  isRoots = false,
): void {
  const user = findUserToBecome(configuration.settings.user, configuration.settings);
  // Such a manager uses what the program uses with the rights of the user, and the rest as root.
  const staysRoot = isRoots || listRootNeeds(configuration).length > 0;
  checkGifts(configuration, user, staysRoot);
  const all = [...listUses(configuration, user), ...others];
  const uses = staysRoot ? all.filter(({ key }) => key !== 'socket-name' && key !== 'lock-file') : all;
  const obstacles = user ? probeAs(user, uses) : uses.map(findObstacle);
  const who = user ? `user ${user.name}` : `uid ${process.geteuid?.()}`;
  for (const [index, { key, value, origin, way, others: substitutes = [] }] of uses.entries()) {
    const obstacle = obstacles[index];
    if (obstacle && user && hasSubstitute(user, substitutes)) continue;
    if (obstacle)
      throw new UsageError(
        `cannot use ${key} '${value}' (${origin}): ${obstacle.replace('WHO', who)}; ${REMEDIES[way]}`,
      );
  }
}

const REMEDIES = {
  enter: 'chmod or chown it, or name another folder',
  create: 'chown that folder, or name another one',
  write: 'chown or chmod it, or name another file',
  read: 'chown or chmod it, or name another file',
  run: 'chmod it, or use another user',
};

/** Only root can give a file to another user, and only a member to a group. */
function checkGifts({ settings, origins }: Configuration, user: User | null, staysRoot: boolean): void {
  if ((user?.uid ?? process.geteuid?.()) === 0) return;
  const who = user ? `user ${user.name}` : `uid ${process.geteuid?.()}`;
  const groups = user
    ? (user.groups ?? readGroups(user.name))
    : [...(process.getgroups?.() ?? []), process.getegid?.()];
  const gifts: ['transcriptOwner' | 'socketGroup', string, Owner][] = [];
  const { transcriptOwner, socketGroup } = settings;
  // An existing file may have that owner already, and the null device is not given to anybody.
  const isNew = !existsSync(resolve(settings.directory ?? '.', settings.transcript));
  if (transcriptOwner !== null && settings.daemon && isNew)
    gifts.push(['transcriptOwner', 'transcript-owner', findOwner(transcriptOwner)]);
  if (socketGroup !== null && !staysRoot)
    gifts.push(['socketGroup', 'socket-group', { gid: findGroup(socketGroup) }]);
  for (const [field, key, { uid, gid }] of gifts) {
    const isForeign = uid !== undefined && uid !== (user?.uid ?? process.geteuid?.());
    if (!isForeign && (gid === undefined || groups.includes(gid))) continue;
    const rule = isForeign ? 'only root can give files away' : 'it is not a member of that group';
    throw new UsageError(
      `cannot use ${key} '${settings[field]}' (${origins[field]}): the manager runs as ${who}, and ${rule}`,
    );
  }
}

function listUses({ settings, origins, eventLog, home }: Configuration, user: User | null): SettingUse[] {
  const uses: SettingUse[] = [];
  const add = (use: Use, key: string, value: string, origin: Origin) =>
    uses.push({ ...use, key, value, origin });
  // The folder of a program of a fleet is made with the rights of the caller.
  const socket = home === null ? dirname(locateSocket(settings)) : null;
  if (socket !== null)
    addFolder(socket, use => add(use, 'socket-name', settings.socketName, origins.socketName), {
      user,
      way: 'create',
    });
  const directory = settings.directory === null || !settings.daemon ? null : resolve(settings.directory);
  if (directory !== null)
    addFolder(directory, use => add(use, 'directory', settings.directory ?? '', origins.directory), {
      user,
      way: 'enter',
    });
  // A directory that will be created belongs to the user.
  const isInNew = (path: string) =>
    directory !== null && dirname(path) === directory && !existsSync(directory);
  for (const { key, field, place } of settingOptions) {
    const value = settings[field];
    if (place?.base !== 'directory' || !settings.daemon || typeof value !== 'string') continue;
    if (value === place.word) continue;
    const path = resolve(directory ?? '.', value);
    if (isStandardStream(value) || isInNew(path)) continue;
    const special = {
      input: { path, way: 'read' },
      replaced: { path: dirname(path), way: 'create' },
    } as const;
    const use = special[place.kind as keyof typeof special] ?? useOfFile(path);
    add(use, key, value, origins[field]);
  }
  const { lockFile, daemon } = settings;
  if (lockFile !== null && daemon) add(useOfLock(resolve(lockFile)), 'lock-file', lockFile, origins.lockFile);
  for (const { path, origin } of eventLog?.files ?? [])
    if (!isStandardStream(path) && !isInNew(resolve(path)))
      add(useOfFile(resolve(path)), 'eventlog path', path, origin);
  return uses;
}

/** Root creates a missing folder and gives it to the user. */
function addFolder(
  folder: string,
  add: (use: Use) => void,
  { user, way }: { user: User | null; way: 'create' | 'enter' },
): void {
  if (existsSync(folder)) add({ path: folder, way });
  else if (!user) add({ path: dirname(folder), way: 'create' });
}

/** To lock a file it is enough to read it. */
function useOfLock(path: string): Use {
  return existsSync(path) ? { path, way: 'read' } : { path: dirname(path), way: 'create' };
}

function useOfFile(path: string): Use {
  return existsSync(path) ? { path, way: 'write' } : { path: dirname(path), way: 'create' };
}

function hasSubstitute(user: User, files: readonly string[]): boolean {
  if (files.length === 0) return false;
  return probeAs(
    user,
    files.map(path => ({ path, way: 'run' })),
  ).includes(null);
}

/** @returns no obstacles if they cannot be determined: the manager reports what it meets */
function probeAs(user: User, uses: readonly Use[]): (string | null)[] {
  const { status, stdout } = spawnSync(process.execPath, [join(__dirname, 'access-probe.js')], {
    input: JSON.stringify({ user, uses }),
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
    cwd: '/',
  });
  return status === 0 ? JSON.parse(stdout) : [];
}
