import { KINDS } from '../../../protocol/keeper/wire';
import { identify, isRunning } from '../../../system/identity';
import type { KeeperParent } from '../../parent/keeper-parent';
import type { KeptRun } from '../../parent/kept-run';
import { type Ending, endReceiver } from './end';

/** What the keeper holds: the FIFO for reading, so that nothing in it is lost; for writing, so that it has no end; and its news. */
export const SLOTS = { read: 'receiver', write: 'receiver-end', news: 'receiver-news' } as const;

type EndingParts = Pick<Ending, 'order' | 'parent' | 'clock' | 'log'>;

/** The command that the keeper has of an earlier manager, if it is still there. */
export function findKept(keeper: KeeperParent | null): KeptRun | null {
  const kept = keeper?.kept.find(({ kind }) => kind === KINDS.receiver);
  return kept && isRunning(identify(kept.pid)) ? kept : null;
}

/** Ends the command of an earlier manager, whose FIFO nobody else writes to by now. */
export function retire(
  keeper: KeeperParent,
  kept: KeptRun,
  { order, parent, clock, log }: EndingParts,
): void {
  const identity = identify(kept.pid);
  const ended = new Promise<void>(resolve => {
    keeper.claim(kept, { exited: () => resolve() });
  });
  const title = 'the transcript-program before';
  void endReceiver({ ended, title, order, parent, clock, log, find: () => identity });
}

/** The same where nothing follows it. */
export function dismissKept(options: EndingParts & { keeper: KeeperParent | null }): void {
  const { keeper, parent } = options;
  const kept = findKept(keeper);
  for (const slot of Object.values(SLOTS)) parent.release(slot);
  if (kept && keeper) retire(keeper, kept, options);
}
