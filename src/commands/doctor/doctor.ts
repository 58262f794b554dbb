import { type ActionContext, addFacts, print } from '../../client/context';
import { listLogTools } from '../../client/preflight/log-tools';
import { carriesRootsOrders } from '../../client/preflight/orders';
import { needsKeeper } from '../../client/preflight/surroundings';
import { checkText, findOwners } from '../../client/preflight/trust';
import type { Configuration } from '../../settings/settings';
import { locateSocket } from '../../state/socket-path';
import { ExitStatus, UserError } from '../../system/errors';
import { type Finding, formatFinding } from './finding';
import { examineSocketFolder } from './folder';
import { examineKeeper } from './keeper';
import { examineInotify, examineLimits } from './limits';
import { examineOwnCommands } from './own-commands';
import { examineLogin, examineOrphans } from './session';
import {
  examineFlock,
  examineLogTool,
  examineMkfifo,
  examineNode,
  examinePerl,
  examinePrlimit,
  examinePty,
} from './tools';

/**
 * `doctor`: checks everything around zd that a daemon needs, mostly by trying it, and prints the findings and their
 * remedies. It leaves nothing behind and contacts no manager.
 *
 * @returns 0
 * @throws UserError (exit status 1) naming what is missing, if no daemon can run without it
 */
export async function doctor(context: ActionContext): Promise<number> {
  const { settings, home } = context.configuration;
  const socket = locateSocket(settings);
  const owners = findOwners(context.configuration);
  const findings: Finding[] = [];
  const report = (...found: Finding[]) => {
    findings.push(...found);
    for (const line of found.flatMap(formatFinding)) print(context, line);
  };
  // The limits come first: if few descriptors are left, the trials fail for lack of them.
  const surroundings = [examineNode(), ...examineLimits()];
  const tools = [
    examineFlock(),
    examineMkfifo(),
    examinePerl(needsKeeper(context.configuration.settings)),
    await examineKeeper(),
  ];
  const logTools = listLogTools(context.configuration).map(examineLogTool);
  report(...surroundings, ...tools, ...logTools, examinePrlimit(), examinePty());
  report(
    ...(examineTrust(context.configuration) ?? (await examineSocketFolder(socket, owners, home !== null))),
  );
  report(...examineOwnCommands(context.configuration));
  if (process.platform === 'linux') report(examineInotify(process.execPath), examineLogin());
  report(...(await examineOrphans()));

  addFacts(context, { findings });
  const missing = findings.filter(({ verdict }) => verdict === 'missing').map(({ subject }) => subject);
  if (missing.length > 0)
    throw new UserError(`cannot run a daemon here: missing: ${missing.join(', ')}; see above`);
  print(context, '\na daemon can run here');
  return ExitStatus.done;
}

/** Root tries nothing in a folder that a configuration names which it does not trust, or that is a user's own. */
function examineTrust(configuration: Configuration): Finding[] | null {
  try {
    checkText(configuration);
  } catch (error) {
    return [{ subject: 'trust', verdict: 'missing', text: (error as Error).message }];
  }
  if (carriesRootsOrders(configuration)) return null;
  const { user } = configuration.settings;
  const text = `root tries nothing in the folders that a configuration of ${user} names`;
  return [{ subject: 'trust', verdict: 'warning', text, remedy: `run zd doctor as ${user}` }];
}
