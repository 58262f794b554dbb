import type { ActionContext } from '../../../client/context';
import { observe, viewOf } from '../../../client/situation';
import { UserError } from '../../../system/errors';
import { inParallel, MOST_QUESTIONS } from '../jobs';

/** Whether no program is up, or about to be started again. */
export async function areAllDone(contexts: readonly ActionContext[]): Promise<boolean> {
  const answers = await inParallel(contexts, MOST_QUESTIONS, isDone);
  return answers.every(answer => answer);
}

async function isDone(context: ActionContext): Promise<boolean> {
  try {
    const situation = await observe(context);
    if (situation.kind === 'orphaned') return false;
    const report = viewOf(situation)?.report;
    return !report || (report.pid === null && report.state === 'idle');
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
