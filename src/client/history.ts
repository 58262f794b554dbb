import { realpathSync } from 'node:fs';
import { type EndRecord, endOf, type HistoryReply, joinEnds } from '../protocol/history';
import { nameStateFolder } from '../state/folder';
import { readHistory } from '../state/history-file';
import { findAddress } from './address';
import type { ActionContext } from './context';
import { RequestFailed } from './request';
import { askManager, type Situation, viewOf } from './situation';

/**
 * Finds the last ends of the program: those that its manager reports, or without one, those in the state folder.
 *
 * @param context
 * @param situation what `findSituation` returned
 * @returns oldest first; null for a manager of zdaemon, which keeps no history
 */
export async function findEnds(context: ActionContext, situation: Situation): Promise<EndRecord[] | null> {
  const view = viewOf(situation);
  if (view && !view.report) return null;
  if (!view) return readEnds(context, situation);
  try {
    const { ends } = (await askManager(context, {}, 'history')) as HistoryReply;
    return ends;
  } catch (error) {
    // A manager of an earlier zd, or one that has just left.
    if (error instanceof RequestFailed) return readEnds(context, situation);
    throw error;
  }
}

/** The last end may be in the saved state only: its manager died before it wrote the history. */
function readEnds({ configuration }: ActionContext, situation: Situation): EndRecord[] {
  let folder: string;
  try {
    folder = realpathSync(nameStateFolder(findAddress(configuration).path));
  } catch {
    return [];
  }
  const lastExit = situation.kind === 'managed' ? null : situation.lastExit;
  const last = lastExit && endOf(lastExit);
  return joinEnds(readHistory(folder).ends, last ? [last] : []);
}
