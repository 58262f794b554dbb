import type { Place } from '../test/helpers/cli';
import { report } from '../test/helpers/numbered-program';
import { childrenOf, commandLine } from '../test/helpers/processes';
import type { Random } from './random';

/** The processes of zd around a program. */
export type Part = 'manager' | 'keeper' | 'copier';

/** How they are struck: killed at once, or held for a while and then continued or killed. */
export type Blow = 'kill' | 'hold' | 'hold and kill';

export interface Strike {
  parts: readonly Part[];
  blow: Blow;
  /** Milliseconds they are held. */
  pause: number;
}

/** In the order in which they are struck. */
export const ALL_PARTS: readonly Part[] = ['copier', 'keeper', 'manager'];

const PARTS: readonly (readonly Part[])[] = [
  ['manager'],
  ['manager'],
  ['keeper'],
  ['copier'],
  ['keeper', 'manager'],
  ['copier', 'manager'],
  ['copier', 'keeper'],
  ALL_PARTS,
];

/** Milliseconds; a client gives a manager that does not answer some seconds. */
const LONGEST_PAUSE = 400;

/** Chooses who is struck, and how. */
export function chooseStrike(random: Random): Strike {
  const blow = random.pick<Blow>(['kill', 'kill', 'kill', 'hold', 'hold and kill']);
  return { parts: random.pick(PARTS), blow, pause: random.between(0, LONGEST_PAUSE) };
}

/** The parts that are there now, in this order. */
export async function findParts(
  place: Place,
  parts: readonly Part[],
): Promise<{ part: Part; pid: number }[]> {
  // A keeper that a manager has started is not the parent of that manager.
  const { managerPid, keeperPid: keeper } = await report(place);
  const copier = childrenOf(keeper ?? managerPid).find(pid => commandLine(pid).startsWith('zd: copies to '));
  const pids = { manager: managerPid, keeper, copier };
  return parts.flatMap(part => {
    const pid = pids[part];
    return pid ? [{ part, pid }] : [];
  });
}

/** Strikes; resolves when those that were held are continued or dead. */
export async function strike(pids: readonly number[], { blow, pause }: Strike): Promise<void> {
  if (blow !== 'kill') {
    send(pids, 'SIGSTOP');
    await new Promise(resolve => setTimeout(resolve, pause));
  }
  if (blow !== 'hold') send(pids, 'SIGKILL');
  send(pids, 'SIGCONT');
}

function send(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has exited since.
    }
  }
}
