import { findAddress } from '../../client/address';
import { findOrAdopt } from '../../client/adopt';
import type { Act } from '../../client/configured/whose';
import { type ActionContext, addFacts, complain, print } from '../../client/context';
import { askManager, viewOf } from '../../client/situation';
import * as zdaemonManager from '../../client/zdaemon-manager';
import { ExitStatus } from '../../system/errors';
import { kill } from '../run/kill';

/**
 * `reopen_transcript`: returns once the new file is open.
 *
 * @param context
 * @param ifRunning succeed when there is no manager: logrotate fails if its script fails
 * @param act see `checkWhose`
 * @returns 0; 1 when the new file cannot be opened, and the old one stays in use; 3 without a manager (zdaemon: 0)
 */
export async function reopenTranscript(
  context: ActionContext,
  ifRunning = false,
  act: Act | null = null,
): Promise<number> {
  // Without a manager, a copier may still write to the old file.
  const view = viewOf(await findOrAdopt(context, act));
  if (!view && ifRunning) {
    // A wrong path would look the same; logrotate would mail it every day.
    const { path } = findAddress(context.configuration);
    const isWatched = (context.stderr as NodeJS.WriteStream).isTTY;
    if (context.flavour === 'zd' && isWatched)
      complain(context, `no manager at ${path}: no transcript was reopened`);
    return ExitStatus.done;
  }
  if (!view) {
    print(context, 'daemon manager not running');
    return context.flavour === 'zd' ? ExitStatus.notRunning : ExitStatus.done;
  }
  try {
    if (view.report) await askManager(context, { repeats: true }, 'reopen_transcript');
    else await zdaemonManager.send(context, 'reopen_transcript');
    addFacts(context, { changed: true });
    return ExitStatus.done;
  } catch (error) {
    complain(context, `cannot reopen the transcript: ${(error as Error).message}; the old file stays in use`);
    return ExitStatus.failed;
  }
}

/** `logreopen`: `reopen_transcript`, then SIGUSR2 to the program (zdaemon). */
export async function logreopen(context: ActionContext): Promise<number> {
  const status = await reopenTranscript(context, false, 'signal');
  if (status !== ExitStatus.done) return status;
  return kill(context, 'USR2');
}
