import { statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { PathPlace } from '../../settings/option';
import { type SettingOption, settingOptions } from '../../settings/options';
import { isStandardStream } from '../../settings/remarks';
import type { Configuration } from '../../settings/settings';
import { describeLongPath, locateSocket } from '../../state/socket-path';
import { describeReason, errorCode, UsageError, UserError } from '../../system/errors';
import { findUser, findUserToBecome } from '../../system/users';
import type { Flavour } from '../context';

/**
 * Refuses folders, files, users and groups that a start could not use, before anything is started.
 *
 * @param configuration the settings; errors name their origins
 * @param flavour called as zdaemon, a directory is not used in the foreground (zdaemon)
 * @throws UsageError naming the setting, its origin and the reason
 */
export function checkPlaces(configuration: Configuration, flavour: Flavour): void {
  checkSocket(configuration);
  checkNames(configuration, flavour);
  const { directory, daemon } = configuration.settings;
  if (directory !== null && (daemon || flavour === 'zd'))
    checkDirectory(directory, configuration.origins.directory);
  // In the foreground, the program uses the caller's streams.
  for (const option of settingOptions) {
    const { place } = option;
    const isOther = ['socket', 'folder', 'watched', 'variables'].includes(place?.kind ?? '');
    if (place && !isOther && (daemon || place.base === 'here')) checkPath(configuration, option, place);
  }
  const made = directory !== null && daemon ? resolve(directory) : null;
  for (const { path, origin } of configuration.eventLog?.files ?? []) {
    const refuse = (reason: string) => placeError('eventlog path', origin, path, reason);
    if (!isStandardStream(path)) checkFile(resolve(path), refuse, made);
  }
}

function checkPath({ settings, origins }: Configuration, option: SettingOption, place: PathPlace): void {
  const value = settings[option.field] as string | null;
  if (value === null || value === place.word) return;
  const refuse = (reason: string) => placeError(option.key, origins[option.field], value, reason);
  const directory = settings.directory === null ? null : resolve(settings.directory);
  const path = resolve(place.base === 'here' ? '.' : (directory ?? '.'), value);
  const found = checkFile(path, refuse, directory);
  if (place.kind === 'input' && found === 'missing') throw refuse('it does not exist; create it first');
}

/** @param directory may be missing: one that does not exist yet contains no folders that a relative path could name */
function checkFile(
  path: string,
  refuse: (reason: string) => Error,
  directory: string | null = null,
): ReturnType<typeof kindOf> {
  const found = kindOf(path);
  if (found === 'folder') throw refuse('it is a folder');
  const folder = dirname(path);
  const kind = kindOf(folder);
  if (kind !== 'folder' && folder !== directory) throw refuse(describeFolder(folder, kind));
  return found;
}

function checkDirectory(directory: string, origin: string): void {
  const kind = kindOf(directory);
  if (kind !== 'folder' && kind !== 'missing') throw placeError('directory', origin, directory, kind);
  if (kind === 'missing' && kindOf(dirname(resolve(directory))) !== 'folder')
    throw placeError('directory', origin, directory, 'neither it nor its parent folder exists');
}

/** A start creates the socket's folder if only that folder is missing. */
function checkSocket({ settings, origins, home }: Configuration): void {
  const path = locateSocket(settings);
  const refuse = (reason: string) =>
    placeError('socket-name', origins.socketName, settings.socketName, reason);
  const tooLong = describeLongPath(path);
  if (tooLong !== null) {
    const remedy = home === null ? 'use -s with a shorter one' : 'give it a shorter socket-name';
    throw refuse(`the path ${tooLong}; ${remedy}`);
  }
  if (home !== null) return;
  const folder = dirname(path);
  const kind = kindOf(folder);
  if (kind === 'folder') return;
  const above = dirname(folder);
  if (kind !== 'missing') throw refuse(describeFolder(folder, kind));
  if (kindOf(above) !== 'folder') throw refuse(describeFolder(above, kindOf(above)));
}

/** Refuses users and groups that the system does not know. */
function checkNames({ settings, origins }: Configuration, flavour: Flavour): void {
  checkUser(settings.user, origins.user, flavour);
  for (const { key, field, type } of settingOptions) {
    const value = settings[field];
    if (value === null || !type.verify) continue;
    try {
      type.verify(value);
    } catch (error) {
      throw placeError(key, origins[field], String(value), describeReason(error));
    }
  }
}

/**
 * Refuses a user that does not exist, or that this one cannot become. Called as zdaemon, the message is zdaemon's.
 *
 * @throws UsageError with the place of the setting
 */
export function checkUser(user: string | null, origin: string, flavour: Flavour): void {
  try {
    if (user === null) return;
    findUser(user);
    findUserToBecome(user);
  } catch (error) {
    if (flavour === 'zdaemon' || !(error instanceof UserError)) throw error;
    throw new UsageError(`${origin}: ${error.message}`);
  }
}

function placeError(key: string, origin: string, value: string, reason: string): UsageError {
  return new UsageError(`cannot use ${key} '${value}' (${origin}): ${reason}`);
}

function describeFolder(folder: string, kind: string): string {
  if (kind === 'missing') return `the folder ${folder} does not exist; create it first`;
  return `${folder}: ${kind}`;
}

/** The name of the program in messages. */
export function nameProgram(words: readonly string[]): string {
  return basename(words[0] ?? '') || 'the program';
}

function kindOf(path: string): string {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'it is not a folder';
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? 'missing' : describeReason(error);
  }
}
