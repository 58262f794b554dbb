import { resolve } from 'node:path';
import { type ActionContext, print } from '../../client/context';
import { checkEverything } from '../../client/preflight/everything';
import { locateSocket } from '../../state/socket-path';
import { ExitStatus } from '../../system/errors';
import { quoteWords } from '../../system/words';

/**
 * `check`: makes every check that a start makes first, without starting anything.
 *
 * @returns 0
 * @throws UsageError (exit status 2) with the first fault
 */
export function check(context: ActionContext): number {
  const { configuration } = context;
  const { settings, environment, eventLog, file, folder } = configuration;
  const program = checkEverything(configuration, context.flavour);

  print(context, `${file ?? 'command line'}: good`);
  print(context, `program     ${quoteWords(settings.program)}  (${program.path})`);
  if (folder !== null) print(context, `folder      ${folder}, where relative paths of the file start`);
  print(context, `socket      ${locateSocket(settings)}`);
  print(context, `transcript  ${settings.transcript}`);
  if (settings.directory !== null) print(context, `directory   ${resolve(settings.directory)}`);
  if (settings.user !== null) print(context, `user        ${settings.user}`);
  print(context, `variables   ${Object.keys(environment).length || 'none'}`);
  const logs = eventLog?.files.map(log => log.path).join(', ');
  print(context, `event log   ${logs || 'none'}`);
  const { backoffLimit, exitCodes, forever } = settings;
  const giveUp = forever ? 'and never gives up' : `and gives up after ${backoffLimit} quick exits in a row`;
  print(
    context,
    `restarts    unless it exits with ${exitCodes.join(' or ') || 'nothing in particular'}; ${giveUp}`,
  );
  return ExitStatus.done;
}
