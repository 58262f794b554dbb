import { delimiter, resolve } from 'node:path';
import { type ActionContext, addFacts, print } from '../../client/context';
import { programVariables } from '../../client/preflight/environment';
import { checkEverything } from '../../client/preflight/everything';
import { noteMuteHandlers } from '../../client/preflight/log-tools';
import { nameRootNeeds } from '../../client/preflight/root-needs';
import { describeTargets } from '../../settings/event-log-text';
import { requireProgram } from '../../settings/resolve';
import { listCommands } from '../../settings/schedule/what-runs';
import { locateSocket } from '../../state/socket-path';
import { ExitStatus } from '../../system/errors';
import { quoteWords } from '../../system/words';
import { describeRestarts, describeStop } from './describe-rules';
import { describeProbes } from './probe-lines';
import { describeSchedule } from './schedule-text';

/** Columns of the names of the lines. */
const NAMES = 10;

/**
 * `check`: makes every check that a start makes first, without starting anything.
 *
 * @param verbose list the folders of PATH, also if the program is in none of them
 * @returns 0
 * @throws UsageError (exit status 2) with the first fault
 */
export function check(context: ActionContext, verbose = false): number {
  const { configuration } = context;
  const { settings, environment, eventLog, file, folder } = configuration;
  requireProgram(configuration);
  if (verbose) printPath(context);
  const programs = checkEverything(configuration, context.flavour);
  noteMuteHandlers(context);

  addFacts(context, {
    file,
    program: settings.program,
    programFile: programs[0]?.path,
    ...(settings.steps === null ? {} : { steps: settings.steps }),
    socket: locateSocket(settings),
  });
  print(context, `${file ?? 'command line'}: good`);
  for (const [index, { key, words }] of listCommands(settings).entries())
    print(context, `${key.padEnd(NAMES)}  ${quoteWords(words)}  (${programs[index]?.path})`);
  if (folder !== null) print(context, `folder      ${folder}, where relative paths of the file start`);
  print(context, `socket      ${locateSocket(settings)}`);
  print(context, `transcript  ${settings.transcript}`);
  if (settings.transcriptProgram !== null)
    print(context, `output to   ${quoteWords(settings.transcriptProgram)}`);
  if (settings.directory !== null) print(context, `directory   ${resolve(settings.directory)}`);
  const needs = nameRootNeeds(configuration);
  const rest = needs.length > 0 ? `; the manager stays root for ${needs.join(', ')}` : '';
  if (settings.user !== null) print(context, `user        ${settings.user}${rest}`);
  print(context, `variables   ${Object.keys(environment).length || 'none'}`);
  const logs = eventLog ? describeTargets(eventLog) : [];
  for (const [index, log] of [...logs, ...(logs.length > 0 ? [] : ['none'])].entries())
    print(context, `${index === 0 ? 'event log   ' : '            '}${log}`);
  for (const [name, value] of describeProbes(settings)) print(context, `${name.padEnd(12)}${value}`);
  print(context, `stop        ${describeStop(settings)}`);
  const schedule = describeSchedule(settings, context.clock.wall());
  if (schedule.length > 0) print(context, `schedule    ${schedule.join('; ')}`);
  else print(context, `restarts    ${describeRestarts(settings)}`);
  return ExitStatus.done;
}

/** Folders that are named twice are searched once. */
function printPath(context: ActionContext): void {
  const { PATH: path = '' } = programVariables(context.configuration);
  const folders = [...new Set(path.split(delimiter))];
  addFacts(context, { path: folders });
  for (const [index, folder] of folders.entries())
    print(context, `${index === 0 ? 'path        ' : '            '}${folder}`);
}
