import { uptime } from 'node:os';
import { observe, type Situation, viewOf } from '../../../client/situation';
import type { Member } from '../../../settings/fleet/fleet';
import { UserError } from '../../../system/errors';
import { findDown } from '../../inspect/state-text';
import { isDone } from '../done';
import { inParallel, MOST_QUESTIONS } from '../jobs';
import { contextOf, type Many } from '../run-member';

/** What is true of a program before a command for many begins. */
export interface Look {
  /** It runs, or its manager is about to start it. */
  isUp: boolean;
  /** It is up, and ready if it can tell. */
  isGood: boolean;
  /** It is not to be started again at its end, and has ended with success since the system began. */
  isDone: boolean;
  /** It could not be asked. */
  isHidden?: true;
}

const UNKNOWN: Look = { isUp: false, isGood: false, isDone: false };

/** Looks at programs, as far as they can be seen: what is wrong with one is said by the command for it. */
export async function lookAt(many: Many, members: readonly Member[]): Promise<Map<string, Look>> {
  const looks = await inParallel(members, MOST_QUESTIONS, member => lookAtOne(many, member));
  return new Map(members.map(({ name }, at) => [name, looks[at] ?? UNKNOWN]));
}

async function lookAtOne(many: Many, member: Member): Promise<Look> {
  try {
    const situation = await observe(contextOf(many, member));
    const report = viewOf(situation)?.report ?? null;
    const view = viewOf(situation);
    const isUp = situation.kind === 'orphaned' || view?.pid != null || view?.wanted === 'up';
    const isSettled = report === null || ['running', 'paused', 'waiting'].includes(report.state);
    const isGood = isUp && isSettled && report?.ready !== false;
    return { isUp, isGood, isDone: isDone(member.configuration, situation) && isRecent(situation, many) };
  } catch (error) {
    if (error instanceof UserError) return { ...UNKNOWN, isHidden: true };
    throw error;
  }
}

/** Since the system has begun: after that, everything is to be started anew. */
function isRecent(situation: Situation, { world }: Many): boolean {
  const at = findDown(situation)?.at ?? null;
  return at !== null && at > world.clock.wall() - uptime();
}
