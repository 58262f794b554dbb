import type { WholeUser } from '../../system/users';
import type { Parent } from './parent';

/**
 * A parent for what runs beside the program, if the manager stays root: each process becomes the user.
 *
 * @param parent
 * @param runAs null leaves everything as it is
 */
export function becomingUser(parent: Parent, runAs: WholeUser | null): Parent {
  if (runAs === null) return parent;
  return {
    get keeperPid() {
      return parent.keeperPid;
    },
    get isSpawning() {
      return parent.isSpawning;
    },
    spawn(request, listener) {
      const chain = loadChain().buildUserChain(runAs, request.directory ?? '/');
      parent.spawn({ ...request, directory: '/', chain }, listener);
    },
    signal: (target, signal) => parent.signal(target, signal),
    signalGroup: (leader, signal) => parent.signalGroup(leader, signal),
    findDescendants: () => parent.findDescendants(),
    hold: (name, fd, flags) => parent.hold(name, fd, flags),
    lock: (name, fd) => parent.lock(name, fd),
    release: name => parent.release(name),
  };
}

function loadChain(): typeof import('../program/exec-chain') {
  return require('../program/exec-chain');
}
