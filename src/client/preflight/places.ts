import { statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Configuration } from '../../settings/settings';
import { describeLongPath, locateSocket } from '../../state/socket-path';
import { describeReason, errorCode, UsageError } from '../../system/errors';
import { findGroup, findOwner, findUser } from '../../system/users';

/**
 * Refuses folders, files, users and groups a start could not use, before anything is started.
 *
 * @param configuration the settings, whose origins are named in the complaint
 * @throws UsageError naming the setting, where it came from and what is wrong
 */
export function checkPlaces(configuration: Configuration): void {
  checkSocket(configuration);
  checkOwners(configuration);
  const { settings, origins } = configuration;
  const { directory, transcript, logfile, daemon, stderrTranscript, stdout, stdin } = settings;
  if (logfile !== null) checkFile('logfile', origins.logfile, logfile, '.');
  // In the foreground the program has our folder and our streams.
  if (!daemon) return;
  if (directory !== null) checkDirectory(directory, origins.directory);
  // A directory that is still to be made holds no folders a relative path could name.
  const base = directory ?? '.';
  checkFile('transcript', origins.transcript, transcript, base);
  if (stderrTranscript !== null)
    checkFile('stderr-transcript', origins.stderrTranscript, stderrTranscript, base);
  if (stdout !== null) checkFile('stdout', origins.stdout, stdout, base);
  if (stdin !== null) {
    checkFile('stdin', origins.stdin, stdin, base);
    if (kindOf(resolve(base, stdin)) === 'missing')
      throw fault('stdin', origins.stdin, stdin, 'it does not exist; make it first');
  }

  function checkFile(key: string, origin: string, value: string, from: string): void {
    const path = resolve(from, value);
    const folder = dirname(path);
    if (kindOf(path) === 'folder') throw fault(key, origin, value, 'it is a folder');
    const willBeMade = directory !== null && folder === resolve(directory);
    const kind = kindOf(folder);
    if (kind === 'folder' || willBeMade) return;
    throw fault(key, origin, value, describeFolder(folder, kind));
  }
}

function checkDirectory(directory: string, origin: string): void {
  const kind = kindOf(directory);
  if (kind !== 'folder' && kind !== 'missing') throw fault('directory', origin, directory, kind);
  if (kind === 'missing' && kindOf(dirname(resolve(directory))) !== 'folder')
    throw fault('directory', origin, directory, 'it does not exist, nor does the folder it would be made in');
}

/** A start makes the last folder on the way when just that is missing. */
function checkSocket({ settings, origins }: Configuration): void {
  const path = locateSocket(settings);
  const refuse = (reason: string) => fault('socket-name', origins.socketName, settings.socketName, reason);
  const tooLong = describeLongPath(path);
  if (tooLong !== null) throw refuse(`the path ${tooLong}; use -s with a shorter one`);
  const folder = dirname(path);
  const kind = kindOf(folder);
  if (kind === 'folder') return;
  const above = dirname(folder);
  if (kind !== 'missing') throw refuse(describeFolder(folder, kind));
  if (kindOf(above) !== 'folder') throw refuse(describeFolder(above, kindOf(above)));
}

function checkOwners({ settings, origins }: Configuration): void {
  const { user, socketGroup, transcriptOwner } = settings;
  // In the words people know from zdaemon.
  if (user !== null) findUser(user);
  check('socket-group', origins.socketGroup, socketGroup, findGroup);
  check('transcript-owner', origins.transcriptOwner, transcriptOwner, findOwner);

  function check(key: string, origin: string, value: string | null, find: (value: string) => unknown): void {
    if (value === null) return;
    try {
      find(value);
    } catch (error) {
      throw fault(key, origin, value, describeReason(error));
    }
  }
}

function fault(key: string, origin: string, value: string, reason: string): UsageError {
  return new UsageError(`cannot use ${key} '${value}' (${origin}): ${reason}`);
}

function describeFolder(folder: string, kind: string): string {
  if (kind === 'missing') return `the folder ${folder} does not exist; make it first`;
  return `${folder}: ${kind}`;
}

/** `zd: …` names the program by this. */
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
