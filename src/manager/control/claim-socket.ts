import { lstatSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, dirname } from 'node:path';
import { UserError } from '../../system/errors';
import { pinFolder } from '../../system/trust/pinned-path';
import { mayMislead } from '../../system/trust/root';

/**
 * Frees the path for binding. This manager holds the lock, so an existing socket belongs to a dead manager of zd, or to
 * a manager of zdaemon, which uses no lock: connecting to it shows whether that one is alive.
 *
 * @param path absolute
 * @throws UserError when a manager answers there, or the path is not a socket; ForeignLink
 */
export async function claimSocket(path: string): Promise<void> {
  const folder = pinFolder(dirname(path), mayMislead());
  try {
    const place = folder.at(basename(path));
    const found = lstatSync(place, { throwIfNoEntry: false });
    if (!found) return;
    if (!found.isSocket())
      throw new UserError(`${path} exists and is not a socket; use -s with another path`);
    if (await answers(place)) throw new UserError(`another manager is already up using socket '${path}'`);
    unlinkSync(place);
  } finally {
    folder.close();
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', error => resolve((error as NodeJS.ErrnoException).code === 'EAGAIN'));
  });
}
