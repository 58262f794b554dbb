import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { UsageError } from './errors';

export interface User {
  name: string;
  uid: number;
  gid: number;
  home: string;
  shell: string;
  /** All groups that a process of that user is to have; absent: those of the user. */
  groups?: readonly number[];
}

/** A user with all groups that a process of that user is to have. */
export type WholeUser = User & { groups: readonly number[] };

/** Groups of a process that are not those of its user; names or numbers, null for those of the user. */
export interface GroupNames {
  group: string | null;
  supplementaryGroups: readonly string[] | null;
}

/**
 * Finds a user by name or number: first in /etc/passwd, then through getent(1), which also reads other databases.
 *
 * @param nameOrNumber as in the setting `user`
 * @returns the entry
 * @throws UsageError `username 'x' not found` or `uid '99999' not found` (zdaemon)
 */
export function findUser(nameOrNumber: string): User {
  const numeric = /^\d+$/.test(nameOrNumber);
  const matches = (user: User) => (numeric ? user.uid === Number(nameOrNumber) : user.name === nameOrNumber);
  const user = readPasswd().find(matches) ?? askGetent('passwd', nameOrNumber).flatMap(toUser).find(matches);
  if (user) return user;
  throw new UsageError(`${numeric ? 'uid' : 'username'} '${nameOrNumber}' not found`);
}

/**
 * Finds a group by name or number, in the same way as `findUser`.
 *
 * @returns its number
 * @throws UsageError `group 'x' not found`
 */
export function findGroup(nameOrNumber: string): number {
  if (/^\d+$/.test(nameOrNumber)) return Number(nameOrNumber);
  const entries = [...readDatabase('/etc/group'), ...askGetent('group', nameOrNumber)];
  const gid = entries.find(([name]) => name === nameOrNumber)?.[2];
  if (gid) return Number(gid);
  throw new UsageError(`group '${nameOrNumber}' not found`);
}

/**
 * Finds the user that the manager and the program must run as.
 *
 * @param nameOrNumber as in the setting `user`, or null
 * @param groups other groups than those of the user
 * @returns the user to switch to, or null if no switch is necessary
 * @throws UsageError if the current user is neither root nor that user (zdaemon)
 */
export function findUserToBecome(nameOrNumber: string | null, groups?: GroupNames): User | null {
  if (nameOrNumber === null) return null;
  const user = findUser(nameOrNumber);
  const self = process.getuid?.();
  if (self === user.uid) return null;
  if (self !== 0) throw new UsageError('only root can use -u USER to change users');
  return groups && hasGroups(groups) ? withGroups(user, groups, readGroups(user.name)) : user;
}

/** Whether other groups than those of the user are configured. */
export function hasGroups({ group, supplementaryGroups }: GroupNames): boolean {
  return (group ?? null) !== null || (supplementaryGroups ?? null) !== null;
}

/**
 * Replaces groups.
 *
 * @param user anything with a primary group
 * @param names what is configured
 * @param usual the groups without that
 * @returns the same with the primary group, and with all groups
 * @throws UsageError for a group that does not exist
 */
export function withGroups<U extends { gid: number }>(
  user: U,
  { group, supplementaryGroups }: GroupNames,
  usual: readonly number[],
): U & { groups: number[] } {
  const gid = group === null ? user.gid : findGroup(group);
  const others = supplementaryGroups?.map(findGroup) ?? usual.filter(one => one !== user.gid);
  return { ...user, gid, groups: [...new Set([gid, ...others])] };
}

/**
 * The name of this process's user, for the records of a manager. The manager cannot verify it: a Unix socket of Node does
 * not tell which user is at its other end.
 */
export function nameCaller(): string {
  try {
    return userInfo().username;
  } catch {
    // A uid without an entry in the database has no name.
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}

/** The name of a user; the number without an entry in /etc/passwd. */
export function nameUser(uid: number): string {
  return readPasswd().find(user => user.uid === uid)?.name ?? String(uid);
}

/** Switches to the user permanently: first the group, then the supplementary groups, then the user. */
export function becomeUser(user: User): void {
  process.setgid?.(user.gid);
  takeGroups(user);
  process.setuid?.(user.uid);
}

/**
 * Does something with the rights of another user, as root; everything else is as before.
 *
 * @param user
 * @param act must return before anything else happens in this process
 * @returns what it returns
 * @throws what it throws
 */
export function withRightsOf<T>(user: User, act: () => T): T {
  const groups = process.getgroups?.() ?? [];
  const [uid = 0, gid = 0] = [process.geteuid?.(), process.getegid?.()];
  try {
    takeGroups(user);
    process.setegid?.(user.gid);
    process.seteuid?.(user.uid);
    return act();
  } finally {
    process.seteuid?.(uid);
    process.setegid?.(gid);
    process.setgroups?.(groups);
  }
}

function takeGroups({ name, gid, groups }: User): void {
  if (groups) process.setgroups?.([...groups]);
  else (process as WithInitgroups).initgroups?.(name, gid);
}

/** The numbers of all groups of a user, as id(1) reports them; as root only. */
export function readGroups(name: string): number[] {
  const { spawnSync } = require('node:child_process') as typeof import('node:child_process');
  const { stdout } = spawnSync('id', ['-G', '--', name], { encoding: 'utf8', timeout: 10_000 });
  return (stdout ?? '').trim().split(/\s+/).filter(Boolean).map(Number);
}

/** The environment variables that login(1) would set. A shell that only refuses logins is of no use to a program. */
export function userEnvironment(user: User): Record<string, string> {
  const shell = /\/(nologin|false)$/.test(user.shell) ? '/bin/sh' : user.shell;
  return { HOME: user.home, USER: user.name, LOGNAME: user.name, SHELL: shell };
}

/** Node has `initgroups`, but its type definitions do not. */
type WithInitgroups = NodeJS.Process & { initgroups?(user: string, extraGroup: number): void };

function readPasswd(): User[] {
  return readDatabase('/etc/passwd').flatMap(toUser);
}

function toUser([name, , uid, gid, , home, shell]: string[]): User[] {
  if (!name || !uid || !gid) return [];
  return [{ name, uid: Number(uid), gid: Number(gid), home: home || '/', shell: shell || '/bin/sh' }];
}

/** The lines of passwd(5) or group(5), split into fields. */
function readDatabase(file: string): string[][] {
  try {
    return toFields(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}

function askGetent(database: 'passwd' | 'group', key: string): string[][] {
  const { spawnSync } = require('node:child_process') as typeof import('node:child_process');
  const { stdout } = spawnSync('getent', [database, '--', key], { encoding: 'utf8', timeout: 10_000 });
  return toFields(stdout ?? '');
}

function toFields(text: string): string[][] {
  return text.split('\n').map(line => line.split(':'));
}

/** The new owner of a file; a missing field stays unchanged. */
export interface Owner {
  uid?: number;
  gid?: number;
}

/**
 * Parses the setting `transcript-owner`.
 *
 * @param text `user`, `user:group` or `:group`, names or numbers; a user alone leaves the group unchanged
 * @throws UsageError if there is no such user or group
 */
export function findOwner(text: string): Owner {
  const [user = '', group = ''] = text.split(':', 2);
  return {
    ...(user === '' ? {} : { uid: /^\d+$/.test(user) ? Number(user) : findUser(user).uid }),
    ...(group === '' ? {} : { gid: findGroup(group) }),
  };
}
