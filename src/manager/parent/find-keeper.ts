import { type ChildProcess, spawn } from 'node:child_process';
import { readSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { attachWords, findKeeperPerl, KEEPER_VARIABLE } from '../../protocol/keeper/command';
import { FrameReader } from '../../protocol/keeper/wire';
import { errorCode } from '../../system/errors';

import { KeeperParent } from './keeper-parent';
import { isWelcome } from './kept-run';

/**
 * Finds the keeper that began this manager.
 *
 * @param environment names the descriptor of the wire; the name is removed, for it is no one else's
 * @returns the keeper, or null when there is none
 * @throws Error when there was one, and is not any more
 */
export function inheritKeeper(environment: NodeJS.ProcessEnv): KeeperParent | null {
  const name = environment[KEEPER_VARIABLE];
  delete environment[KEEPER_VARIABLE];
  if (name === undefined) return null;
  const fd = Number(name);
  const reader = new FrameReader();
  const frames = readFirstFrames(fd, reader);
  return new KeeperParent({ stream: new Socket({ fd, readable: true, writable: true }), fd, reader, frames });
}

export interface NewKeeper {
  /** What ps(1) shows. */
  daemon: string;
  openFiles: number | null;
  ownSession: boolean;
  /** The descriptor of the lock on the state folder, which the keeper is to hold as well. */
  lock: number;
  path: string | undefined;
}

/**
 * Starts a keeper for this manager, which has none: the one that began it is dead, or it was begun without.
 *
 * @returns the keeper, or null where there can be none
 */
export function startKeeper({
  daemon,
  openFiles,
  ownSession,
  lock,
  path,
}: NewKeeper): Promise<KeeperParent | null> {
  const perl = findKeeperPerl(path);
  if (perl === null) return Promise.resolve(null);
  const [file, ...words] = attachWords(perl, { daemon, openFiles, ownSession }) as [string, ...string[]];
  let child: ChildProcess;
  try {
    child = spawn(file, words, {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', lock],
      env: { PATH: path },
      cwd: '/',
      detached: ownSession,
    });
  } catch {
    return Promise.resolve(null);
  }
  child.on('error', () => {});
  child.unref();
  return readWelcome((child.stdio as ChildProcess['stdio'] | undefined)?.[3] as Duplex | undefined);
}

/** The descriptor still blocks: Node's stream comes later. */
function readFirstFrames(fd: number, reader: FrameReader): Buffer[][] {
  const chunk = Buffer.alloc(64 << 10);
  const frames: Buffer[][] = [];
  while (!frames.some(isWelcome)) {
    try {
      const length = readSync(fd, chunk, 0, chunk.length, null);
      if (length === 0) throw new Error('the keeper has left');
      frames.push(...reader.read(Buffer.from(chunk.subarray(0, length))));
    } catch (error) {
      if (errorCode(error) !== 'EINTR') throw error;
    }
  }
  return frames;
}

function readWelcome(stream: Duplex | undefined): Promise<KeeperParent | null> {
  return new Promise(resolve => {
    if (!stream) return resolve(null);
    const reader = new FrameReader();
    const give = () => resolve(null);
    const { fd = -1 } = (stream as Duplex & { _handle?: { fd?: number } })._handle ?? {};
    stream.on('error', give).once('close', give);
    stream.on('data', function read(bytes: Buffer) {
      const frames = reader.read(bytes);
      if (frames.length === 0) return;
      stream.off('data', read).off('close', give);
      resolve(new KeeperParent({ stream, fd, reader, frames }));
    });
  });
}
