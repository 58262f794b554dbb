import { lstatSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { UserError } from '../../system/errors';

/**
 * Makes the path free to bind. We hold the lock, so a socket that is there belongs to a dead manager of ours, or to a
 * living one of zdaemon, which knows no lock: that one is asked.
 *
 * @param path absolute
 * @throws UserError when somebody answers there, or it is not a socket
 */
export async function claimSocket(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket())
    throw new UserError(`${path} exists and is not a socket; remove it or use -s with another path`);
  if (await answers(path)) throw new UserError(`another manager is already up using socket '${path}'`);
  unlinkSync(path);
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
