import { findSocketOwner } from '../client/address';
import { type ActionContext, complain } from '../client/context';
import { checkText } from '../client/preflight/trust';
import { observe, viewOf } from '../client/situation';
import type { ConfigurationRequest } from '../settings/resolve';
import type { Configuration } from '../settings/settings';
import { UserError } from '../system/errors';
import { runCommandLine } from './dispatch';

export interface BrokenRun {
  /** The command line, as `resolveConfiguration` got it. */
  request: ConfigurationRequest;
  /** What that has thrown. */
  fault: UserError;
  command: string;
  words: string[];
  /** Whether the command goes on, or is refused and says what runs. */
  goesOn: boolean;
  makeContext(configuration: Configuration): ActionContext;
}

/**
 * Runs a command that needs only the socket although the file has a fault, which is said on standard error. A restart is
 * refused, and says what goes on.
 *
 * @returns its exit status
 * @throws the fault if it is one of the command line, or if nothing runs at the socket: another one may be meant
 */
export async function runDespiteFault(run: BrokenRun): Promise<number> {
  const { request, fault, command, words, goesOn } = run;
  // Loaded late: few commands meet a broken file.
  const { salvageConfiguration } = require('../settings/salvage') as typeof import('../settings/salvage');
  const configuration = salvageConfiguration(request, fault);
  if (configuration === null) throw fault;
  const context = run.makeContext(configuration);
  const view = await findRunning(context, fault);
  if (!goesOn) {
    const pid = view?.pid ?? null;
    if (pid === null) throw fault;
    throw new UserError(`${fault.message}; nothing was stopped, pid ${pid} goes on`, fault.status);
  }
  complain(context, fault.message);
  // The manager knows where it writes; that of another user does not choose what is read.
  const isOwn = findSocketOwner(configuration) === process.geteuid?.();
  if (view?.report && isOwn) configuration.settings.transcript = view.report.transcript;
  return runCommandLine(context, command, words);
}

async function findRunning(context: ActionContext, fault: UserError) {
  try {
    checkText(context.configuration);
  } catch {
    throw fault;
  }
  const situation = await observe(context).catch(error => {
    complain(context, fault.message);
    throw error;
  });
  if (situation.kind === 'nothing') throw fault;
  return viewOf(situation);
}
