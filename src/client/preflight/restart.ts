import type { StatusReport } from '../../protocol/messages';
import { ExitStatus, UserError } from '../../system/errors';
import { findUserToBecome } from '../../system/users';
import { findSocketOwner } from '../address';
import { describeUnapplied, findChanges, isUser } from '../configured/changes';
import type { ActionContext } from '../context';
import { ANSWER_LIMIT } from '../request';
import { askManager } from '../situation';
import { checkEverything } from './everything';
import { refuseLateNeeds } from './root-needs';
import { checkTrust } from './trust';

/**
 * Refuses what would trade a running program for one that cannot start: all that `check` refuses, and a changed `user`.
 *
 * @param context
 * @param args words after `restart`
 * @param pid of the program
 * @returns what the manager cannot take over, as a sentence, or null
 * @throws UserError: nothing was stopped
 */
export async function checkRestart(
  context: ActionContext,
  args: readonly string[],
  pid: number,
): Promise<string | null> {
  try {
    checkAll(context, args);
    return await findUnapplied(context);
  } catch (error) {
    throw addAssurance(error, pid);
  }
}

/**
 * Refuses what `apply` must not apply: all that `check` refuses.
 *
 * @param context
 * @param pid of the program, or null
 * @throws UserError: nothing has changed
 */
export function checkApply(context: ActionContext, pid: number | null): void {
  try {
    checkAll(context, []);
  } catch (error) {
    throw pid === null ? error : addAssurance(error, pid);
  }
}

function checkAll(context: ActionContext, args: readonly string[]): void {
  const { configuration, flavour } = context;
  if (configuration.file === null || !isOwn(context)) checkTrust(configuration);
  else checkEverything(configuration, flavour, args, findSocketOwner(configuration) === 0);
  refuseLateNeeds(configuration, findSocketOwner(configuration));
}

function addAssurance(error: unknown, pid: number): unknown {
  if (!(error instanceof UserError) || error.name === 'Distrust') return error;
  return new UserError(`${error.message}; nothing was stopped, pid ${pid} goes on`, error.status);
}

/**
 * What a running manager cannot take over from the file.
 *
 * @returns a sentence with what applies it, or null
 * @throws UserError for a changed `user`
 */
export async function findUnapplied(context: ActionContext): Promise<string | null> {
  const { configuration } = context;
  if (configuration.file === null) return null;
  const asked = { limit: ANSWER_LIMIT, repeats: true };
  const report = (await askManager(context, asked, 'status', { settings: true })) as StatusReport;
  const changes = findChanges(configuration, report) ?? [];
  const user = changes.find(isUser);
  if (!user) return describeUnapplied(changes);
  const who = (name: string | null) => (name === '(none)' ? 'the caller of start' : name);
  throw new UserError(
    `cannot change user from ${who(user.from)} to ${who(user.to)} (${configuration.origins.user}) while a manager runs: stop and start`,
    ExitStatus.usage,
  );
}

/** With the rights of another user's manager, the checks would give other answers. */
function isOwn({ configuration }: ActionContext): boolean {
  const uid = findUserToBecome(configuration.settings.user)?.uid ?? process.geteuid?.();
  const owner = findSocketOwner(configuration);
  // For root, a manager of root's is one that stays root for the user.
  return owner === null || owner === uid || (owner === 0 && process.geteuid?.() === 0);
}
