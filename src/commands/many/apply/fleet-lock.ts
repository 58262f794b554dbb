import { closeSync, constants, ftruncateSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePassage } from '../../../state/home-folder';
import { openLocked } from '../../../state/lock';
import { describeReason, UserError } from '../../../system/errors';

/** Held by `apply` and `up`: two of them would undo each other's work. */
export interface FleetLock {
  release(): void;
}

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;
/** Bytes that are read of the holder's words. */
const MOST = 200;

/**
 * Acquires the lock of a fleet, and writes down who holds it.
 *
 * @param path of the file that is locked; its folder is made
 * @param command `apply` or `up`
 * @throws UserError that names the holder
 */
export function lockFleet(path: string, command: string): FleetLock {
  const { fd, isLocked } = open(path, command);
  try {
    if (!isLocked) throw refuse(fd, command);
    ftruncateSync(fd);
    writeSync(fd, `${process.pid} zd ${command}\n`, 0);
    return {
      release: () => {
        ftruncateSync(fd);
        closeSync(fd);
      },
    };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function open(path: string, command: string) {
  try {
    makePassage(dirname(path));
    return openLocked(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    throw new UserError(`cannot ${command}: cannot lock ${path}: ${describeReason(error)}`);
  }
}

function refuse(fd: number, command: string): UserError {
  const bytes = Buffer.alloc(MOST);
  const text = bytes.toString('utf8', 0, readSync(fd, bytes, 0, MOST, 0));
  const [, pid = '', other = ''] = /^(\d+) zd (apply|up)\n/.exec(text) ?? [];
  if (pid === '')
    return new UserError(`cannot ${command}: another zd apply or up of these programs is at work`);
  const advice =
    other === 'up' ? '; it applies what is saved, and SIGHUP makes it look at once' : '; try again later';
  return new UserError(`cannot ${command}: pid ${pid} (zd ${other}) is at work on these programs${advice}`);
}
