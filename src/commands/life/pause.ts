import { findOrAdopt } from '../../client/adopt';
import { type ActionContext, addFacts, complain, print } from '../../client/context';
import { nameInMessages } from '../../client/preflight/name';
import { askManager, viewOf } from '../../client/situation';
import { describeReason, ExitStatus } from '../../system/errors';
import { nameCaller } from '../../system/users';

/**
 * `pause`: suspends the program with its process group, and its clocks.
 *
 * @returns the exit status
 */
export function pause(context: ActionContext): Promise<number> {
  return change(context, 'pause', 'paused');
}

/**
 * `continue`: the opposite of `pause`.
 *
 * @returns the exit status
 */
export function continueProgram(context: ActionContext): Promise<number> {
  return change(context, 'continue', 'continued');
}

async function change(
  context: ActionContext,
  method: 'pause' | 'continue',
  done: 'paused' | 'continued',
): Promise<number> {
  const view = viewOf(await findOrAdopt(context, 'signal'));
  if (!view?.pid) {
    print(context, view ? 'daemon process not running' : 'daemon manager not running');
    return ExitStatus.notRunning;
  }
  if (!view.report) {
    complain(context, `cannot ${method} ${nameInMessages(context)}: its manager is zdaemon's; use kill`);
    return ExitStatus.failed;
  }
  try {
    await askManager(context, {}, method, { user: nameCaller() });
  } catch (error) {
    complain(context, `cannot ${method} ${nameInMessages(context)}: ${describeReason(error)}`);
    return ExitStatus.failed;
  }
  addFacts(context, { changed: view.report.suspended === (method === 'continue'), pid: view.pid });
  print(context, `daemon process ${done}, pid=${view.pid}`);
  return ExitStatus.done;
}
