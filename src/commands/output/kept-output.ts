import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionContext } from '../../client/context';
import { PlainManager, RequestFailed } from '../../client/request';
import { askManager, findSituation } from '../../client/situation';
import type { OutputParams, OutputReply } from '../../protocol/messages';
import { nameStateFolder } from '../../state/folder';
import { locateSocket } from '../../state/socket-path';

/** Seconds; the manager answers a wait sooner. */
const LIMIT = 60;

/** Where output is to be found without a transcript. */
export type KeptOutput =
  | { kind: 'memory'; ask(params: OutputParams): Promise<OutputReply | null> }
  /** The last output of the last run, which its manager has left. */
  | { kind: 'file'; path: string };

/**
 * Finds the output of a program that has no transcript: in the memory of its manager or, without a manager, what that has
 * left.
 *
 * @param signal aborts a wait
 * @returns null if there is none
 */
export async function findKeptOutput(
  context: ActionContext,
  signal: AbortSignal,
): Promise<KeptOutput | null> {
  const situation = await findSituation(context);
  if (situation.kind === 'managed')
    return situation.view.report && { kind: 'memory', ask: params => askOutput(context, params, signal) };
  const path = join(nameStateFolder(locateSocket(context.configuration.settings)), 'last-output');
  return isOwnFile(path) ? { kind: 'file', path } : null;
}

async function askOutput(
  context: ActionContext,
  params: OutputParams,
  signal: AbortSignal,
): Promise<OutputReply | null> {
  try {
    return (await askManager(
      context,
      { repeats: true, limit: LIMIT, signal },
      'output',
      params,
    )) as OutputReply;
  } catch (error) {
    if (signal.aborted || error instanceof PlainManager) throw error;
    // It has exited, or hands over to another one, which answers next.
    const isOver = (await findSituation(context)).kind !== 'managed';
    if (isOver) return null;
    if (error instanceof RequestFailed && params.wait)
      return askOutput(context, { ...params, wait: false }, signal);
    throw error;
  }
}

/** A file in a folder of another user may be anything. */
function isOwnFile(path: string): boolean {
  try {
    const found = lstatSync(path);
    return (
      found.isFile() && found.uid === process.geteuid?.() && lstatSync(join(path, '..')).uid === found.uid
    );
  } catch {
    return false;
  }
}
