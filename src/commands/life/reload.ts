import { findOrAdopt } from '../../client/adopt';
import { type ActionContext, addFacts, complain, print, printAfterWait } from '../../client/context';
import { nameInMessages } from '../../client/preflight/name';
import { awaitWithDots } from '../../client/progress';
import { askManager, viewOf } from '../../client/situation';
import * as zdaemonManager from '../../client/zdaemon-manager';
import type { ReloadReply } from '../../protocol/messages';
import { describeReason, ExitStatus } from '../../system/errors';
import { nameSignal } from '../../system/signals';
import { nameCaller } from '../../system/users';

/**
 * `reload`: has the program read its own files again, by reload-signal or reload-program.
 *
 * @returns the exit status
 */
export async function reload(context: ActionContext): Promise<number> {
  const view = viewOf(await findOrAdopt(context, 'signal'));
  if (!view?.pid) return reportDown(context, view !== null);
  try {
    const answer = view.report ? await ask(context) : await askZdaemon(context, view.pid);
    if (!answer.reloaded) return reportDown(context, true);
    const how = answer.signal === null ? 'reload-program succeeded' : `${nameSignal(answer.signal)} sent`;
    addFacts(context, { changed: true, pid: answer.pid });
    printAfterWait(context, `daemon process reloaded, pid=${answer.pid}; ${how}`);
    return ExitStatus.done;
  } catch (error) {
    if ((error as Error).name === 'Interrupted') throw error;
    complain(context, `cannot reload ${nameInMessages(context)}: ${describeReason(error)}`);
    return ExitStatus.failed;
  }
}

async function ask(context: ActionContext): Promise<ReloadReply> {
  const send = (signal: AbortSignal) =>
    askManager(context, { limit: null, signal }, 'reload', { user: nameCaller() });
  return (await awaitWithDots(send, context)) as ReloadReply;
}

/** A manager of zdaemon knows no commands of the configuration, but sends signals. */
async function askZdaemon(context: ActionContext, pid: number): Promise<ReloadReply> {
  const { reloadSignal: signal, reloadProgram } = context.configuration.settings;
  if (reloadProgram !== null) throw new Error("its manager is zdaemon's, which cannot run reload-program");
  const reply = await zdaemonManager.send(context, `kill ${signal}`);
  if (/^Signal \d+ sent$/.test(reply.trim())) return { reloaded: true, pid, signal };
  throw new Error(reply.trim() || 'the manager did not reply');
}

function reportDown(context: ActionContext, isManaged: boolean): number {
  print(context, isManaged ? 'daemon process not running' : 'daemon manager not running');
  return ExitStatus.notRunning;
}
