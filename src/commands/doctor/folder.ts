import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdtempSync,
  rmdirSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname } from 'node:path';
import { checkStateFolder, nameStateFolder } from '../../state/folder';
import { describeLongPath, LONGEST_SOCKET_PATH } from '../../state/socket-path';
import { describeReason, UserError } from '../../system/errors';
import { type PinnedFolder, pinFolder } from '../../system/trust/pinned-path';
import { mayMislead } from '../../system/trust/root';
import type { Finding } from './finding';
import { findTool, remedyFor, tryLock } from './tools';

/**
 * Checks whether a manager can have its socket there.
 *
 * @param socket absolute path
 * @param owners the users that its state folder may belong to
 * @param makesAll a start creates all folders of the socket that are missing, and not only the last
 * @returns findings on the path and, if that is good, on the file system
 */
export async function examineSocketFolder(
  socket: string,
  owners: readonly number[],
  makesAll: boolean,
): Promise<Finding[]> {
  const folder = existingFolder(socket, makesAll);
  const path = examinePath(socket, folder, owners);
  if (path.verdict !== 'ok') return [path];
  const complaint = (await tryFolder(folder)) ?? tryLockIn(folder);
  if (complaint === null)
    return [path, { subject: 'files', verdict: 'ok', text: `${folder} supports sockets, FIFOs and locks` }];
  const remedy = remedyFor(complaint, 'use -s with a path on a local file system');
  const text = `${folder}: ${describeReason(complaint)}`;
  return [path, { subject: 'files', verdict: 'missing', text, remedy }];
}

function examinePath(socket: string, folder: string, owners: readonly number[]): Finding {
  const bad = (text: string, remedy: string): Finding => ({
    subject: 'socket',
    verdict: 'missing',
    text,
    remedy,
  });
  const tooLong = describeLongPath(socket);
  if (tooLong !== null) return bad(tooLong, 'use -s with a shorter path');
  try {
    if (existsSync(folder) && !statSync(folder).isDirectory()) {
      const text = `${socket} cannot be created: ${folder} is not a directory`;
      return bad(text, 'use -s with a path in an existing folder you can write to');
    }
    accessSync(folder, constants.W_OK | constants.X_OK);
    if (lstatSync(socket, { throwIfNoEntry: false })?.isSocket() === false)
      return bad(`${socket} exists and is not a socket`, 'use -s with another path');
    const state = nameStateFolder(socket);
    if (existsSync(state)) checkStateFolder(state, owners);
  } catch (error) {
    if (error instanceof UserError) return { subject: 'socket', verdict: 'missing', text: error.message };
    const text = `${socket} cannot be created: ${describeReason(error)}`;
    return bad(text, 'use -s with a path in an existing folder you can write to');
  }
  return { subject: 'socket', verdict: 'ok', text: socket };
}

/** The folder of the socket, or its parent, or whichever there is. */
function existingFolder(socket: string, makesAll: boolean): string {
  let folder = dirname(socket);
  if (existsSync(folder)) return folder;
  folder = dirname(folder);
  while (makesAll && !existsSync(folder)) folder = dirname(folder);
  return folder;
}

/**
 * Creates briefly in a folder what a manager creates there. Who can write to the folder could put another one in place
 * of the trial: as root, it is held, and only what was created in it is removed.
 */
async function tryFolder(folder: string): Promise<string | Error | null> {
  let outer: PinnedFolder | null = null;
  let trial: PinnedFolder | null = null;
  let name = '';
  try {
    outer = pinFolder(folder, () => false);
    name = basename(mkdtempSync(outer.at('.zd-')));
    trial = pinFolder(outer.at(name), mayMislead());
    if (trial.stats.uid !== process.geteuid?.()) throw new Error(`${name} was replaced by another folder`);
    const socket = trial.at('s');
    // A socket path close to the limit leaves no room for the name of the trial folder.
    if (Buffer.byteLength(socket) <= LONGEST_SOCKET_PATH) await listenOnce(socket);
    const mkfifo = findTool('mkfifo');
    const made = mkfifo && spawnSync(mkfifo, ['--', 'f'], { encoding: 'utf8', cwd: trial.at('.') });
    if (!made || made.status === 0) return null;
    return made.error ?? made.stderr.trim();
  } catch (error) {
    return error as Error;
  } finally {
    for (const file of ['s', 'f']) if (trial) remove(trial.at(file), unlinkSync);
    if (outer && name) remove(outer.at(name), rmdirSync);
    for (const one of [trial, outer]) one?.close();
  }
}

function remove(path: string, by: (path: string) => void): void {
  try {
    by(path);
  } catch {
    // It was not created, or is another one by now.
  }
}

function listenOnce(socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(socket, () => server.close(() => resolve()));
  });
}

/** An unusable flock is reported separately. */
function tryLockIn(folder: string): string | Error | null {
  const flock = findTool('flock');
  if (flock === null || tryLock(flock, '/') !== null) return null;
  return tryLock(flock, folder);
}
