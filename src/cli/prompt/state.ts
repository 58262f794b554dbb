import { checkOwnState, findAddress } from '../../client/address';
import type { ActionContext } from '../../client/context';
import { queryManager } from '../../client/query';
import type { Situation } from '../../client/situation';
import { findHeadline } from '../../commands/inspect/headline';
import { findRemains } from '../../state/orphans';
import { sleep } from '../../system/clock';
import { chooseLook, colourOf, type Mark, paint, signOf } from '../../system/terminal';

/** Seconds that the prompt waits for a manager: a silent one must not keep the user from typing. */
const PATIENCE = 0.2;
const POLL_INTERVAL = 0.02;

/**
 * The state of the daemon as one character, for the prompt: that of `status`, or `?` if it cannot be told at once.
 *
 * @param context
 * @param env decides about colours and characters
 */
export async function describeState(context: ActionContext, env: NodeJS.ProcessEnv): Promise<string> {
  const look = chooseLook(context.stdout as NodeJS.WriteStream, env);
  try {
    const mark = await findMark(context);
    return paint(signOf(mark, look), colourOf(mark), look);
  } catch {
    // The next command reports the reason.
    return paint('?', 'yellow', look);
  }
}

async function findMark(context: ActionContext): Promise<Mark> {
  const situation = await peek(context);
  if (situation === null) return 'between';
  const headline = findHeadline(situation, context.clock.wall(), true);
  return headline?.mark ?? (situation.kind === 'orphaned' ? 'between' : 'down');
}

/** What a command would find, with less patience; null for a manager that is leaving, or has lost its socket. */
async function peek({ configuration, clock }: ActionContext): Promise<Situation | null> {
  const address = findAddress(configuration);
  for (const deadline = clock.now() + PATIENCE; ; ) {
    const view = await queryManager(address, clock, undefined, PATIENCE);
    if (view) return { kind: 'managed', view };
    checkOwnState(address);
    const remains = findRemains(address.path, clock);
    if (remains.kind !== 'away' && remains.kind !== 'leaving') return remains;
    if (clock.now() > deadline) return null;
    await sleep(POLL_INTERVAL, clock);
  }
}
