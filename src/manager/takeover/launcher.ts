import { ROLES } from '../../protocol/keeper/wire';
import type { Handshake, Launch } from '../../protocol/launch-order';
import { readLaunch } from '../../protocol/read-order';
import { UserError } from '../../system/errors';
import type { KeeperParent } from '../parent/keeper-parent';
import { answerHandshake, closeHandshake, readHandshakeLine } from './handshake';

/** Who began this manager, and waits for its answers. */
export interface Launcher {
  readonly launch: Launch;
  answer(handshake: Handshake): void;
  /** Waits until the predecessor has released everything. @returns false if it has given up */
  awaitGo(): Promise<boolean>;
  /** Says that no more answers follow. */
  close(): void;
}

/**
 * Finds out who began this manager: a client or a predecessor at the handshake pipe, a predecessor at the other side of
 * the keeper, or the keeper itself, which waits for nothing.
 *
 * @param keeper the keeper, or null
 * @param environment of this process
 * @throws UserError when there is no launch
 */
export function findLauncher(keeper: KeeperParent | null, environment: NodeJS.ProcessEnv): Launcher {
  if (keeper === null || keeper.role === ROLES.launch) return waitAtPipe(environment);
  const launch = readLaunch(keeper.memo, environment);
  return keeper.role === ROLES.succeed ? waitAtKeeper(keeper, launch) : { ...silent, launch };
}

function waitAtPipe(environment: NodeJS.ProcessEnv): Launcher {
  const line = readHandshakeLine();
  if (line === null) throw new UserError('it received no order; start a manager with zd start');
  return {
    launch: readLaunch(line, environment),
    answer: answerHandshake,
    awaitGo: async () => readHandshakeLine() === 'go',
    close: closeHandshake,
  };
}

function waitAtKeeper(keeper: KeeperParent, launch: Launch): Launcher {
  const go = new Promise<boolean>(resolve => {
    // A predecessor that gives up kills this manager; one that died has released everything.
    keeper.peer = { text: text => resolve(text === 'go'), closed: () => resolve(true) };
  });
  return {
    launch,
    answer: handshake => keeper.sendToPeer(JSON.stringify(handshake)),
    awaitGo: () => go,
    close() {},
  };
}

const silent = { answer() {}, awaitGo: async () => true, close() {} };
