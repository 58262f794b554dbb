import { type ActionContext, print } from '../../client/context';
import { locateSocket } from '../../state/socket-path';
import { ExitStatus, UserError } from '../../system/errors';
import { type Finding, formatFinding } from './finding';
import { examineSocketFolder } from './folder';
import { examineInotify, examineLimits } from './limits';
import { examineLogin, examineOrphans } from './session';
import { examineFlock, examineMkfifo, examineNode, examinePerl, examinePrlimit, examinePty } from './tools';

/**
 * `doctor`: looks at everything around zd that a daemon needs, mostly by trying it, and prints what was found and what
 * to do. Nothing stays behind, no manager is asked.
 *
 * @returns 0
 * @throws UserError (exit status 1) naming what is missing, when no daemon can be run without it
 */
export async function doctor(context: ActionContext): Promise<number> {
  const findings: Finding[] = [];
  const tell = (...found: Finding[]) => {
    findings.push(...found);
    for (const line of found.flatMap(formatFinding)) print(context, line);
  };
  // The limits first: with few descriptors left the trials fail for want of them.
  const surroundings = [examineNode(), ...examineLimits()];
  const tools = [examineFlock(), examineMkfifo(), examinePerl(), examinePrlimit(), examinePty()];
  tell(...surroundings, ...tools);
  tell(...(await examineSocketFolder(locateSocket(context.configuration.settings))));
  if (process.platform === 'linux') tell(examineInotify(process.execPath), examineLogin());
  tell(...(await examineOrphans()));

  const missing = findings.filter(({ verdict }) => verdict === 'missing').map(({ subject }) => subject);
  if (missing.length > 0)
    throw new UserError(`cannot run a daemon here: see above for what is missing: ${missing.join(', ')}`);
  print(context, '\na daemon can be run here');
  return ExitStatus.done;
}
