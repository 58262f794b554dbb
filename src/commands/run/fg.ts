import { accessSync, constants } from 'node:fs';
import { readCaller } from '../../client/caller';
import { type ActionContext, complain, print } from '../../client/context';
import { programVariables } from '../../client/preflight/environment';
import { nameInMessages } from '../../client/preflight/name';
import { carriesRootsOrders } from '../../client/preflight/orders';
import { checkUser, nameProgram } from '../../client/preflight/places';
import { listFolders, refuseWords } from '../../client/preflight/program';
import { checkTrust } from '../../client/preflight/trust';
import { findSituation, viewOf } from '../../client/situation';
import { splitVariable } from '../../protocol/manager-environment';
import type { ProgramStep } from '../../settings/schedule/values';
import type { Settings } from '../../settings/settings';
import { makeDirectory } from '../../state/folder';
import { sleep } from '../../system/clock';
import { describeReason, ExitStatus, UsageError, UserError } from '../../system/errors';
import { findProgram } from '../../system/find-program';
import { refuseForeignMachine } from '../../system/run/executable';
import { showControls } from '../../system/show-controls';
import { quoteForShell } from '../../system/text/shell-words';
import { becomeUser, findUserToBecome, type User } from '../../system/users';
import type { Recording } from './recording';
import { runHere } from './run-here';

/**
 * `fg [--transcript] [args…]`: runs the program as a child of the client, with its standard streams, the environment
 * section, `user`, `directory` and `umask`; without restarts. Called as zdaemon, without `directory` and `umask`, too.
 *
 * @param args words appended to the program's
 * @param isRecorded whether the output goes to the transcript as well
 * @returns the program's exit status, 128 + n when signal n killed it; called as zdaemon always 0
 */
export async function fg(context: ActionContext, args: string[], isRecorded = false): Promise<number> {
  if (isRecorded) loadRecording().refuseWithoutTranscript(context.configuration);
  const situation = await findSituation(context);
  if (viewOf(situation)?.pid || situation.kind === 'orphaned') {
    if (context.flavour === 'zd')
      throw new UserError(
        `cannot run ${nameInMessages(context)} in the foreground: it runs in the background; stop it first, or follow its output: zd logtail`,
      );
    print(context, 'To run the program in the foreground, please stop it first.');
    return ExitStatus.done;
  }
  const { configuration, flavour } = context;
  // Called as zdaemon, the directory has no effect: it must not decide which file is examined either.
  const settings = flavour === 'zd' ? configuration.settings : { ...configuration.settings, directory: null };
  checkTrust({ ...configuration, settings });
  const { folder } = configuration;
  if (settings.steps !== null) refuseWords(configuration, args);
  if (settings.chroot !== null)
    throw new UsageError(
      `cannot run it in the foreground with chroot (${configuration.origins.chroot}): use start, or start with daemon off`,
    );
  checkUser(settings.user, configuration.origins.user, flavour);
  const user = findUserToBecome(settings.user, settings);
  const place = preparePlace(context, user);
  if (user) becomeUser(user);
  const caller = readCaller(user);
  const env = programVariables(configuration, Object.fromEntries(caller.environment.map(splitVariable)));
  if (place.directory !== null && configuration.environment.PWD === undefined) env.PWD = place.directory;
  const recording = isRecorded ? await loadRecording().Recording.begin(context) : null;
  const seen = { settings, folder, env, place, openFiles: caller.openFiles, recording };
  try {
    if (settings.steps === null) return await runCommand(context, [...settings.program, ...args], seen);
    return await runSteps(context, settings.steps, seen);
  } finally {
    recording?.close();
  }
}

/** What all steps have in common. */
interface Surroundings {
  settings: Settings;
  folder: string | null;
  env: Record<string, string | undefined>;
  place: Place;
  openFiles: number | null;
  recording: Recording | null;
}

/** @returns the status of the first step that failed, or 0 */
async function runSteps(context: ActionContext, steps: ProgramStep[], seen: Surroundings): Promise<number> {
  let failure: number = ExitStatus.done;
  for (const [index, { name, command }] of steps.entries()) {
    if (index > 0) await sleep(seen.settings.stepPause, context.clock);
    const status = await runCommand(context, command, { ...seen, env: { ...seen.env, ZD_STEP: name } });
    failure ||= status;
    // Ctrl-C has ended the step, and means the round.
    if (status !== 0 && (seen.settings.stepFailure === 'end' || context.interrupt.aborted)) break;
  }
  return failure;
}

async function runCommand(
  context: ActionContext,
  words: string[],
  { settings, folder, env, place, openFiles, recording }: Surroundings,
): Promise<number> {
  echo(context, words);
  const found = findProgram(words[0] ?? '', listFolders({ settings, folder }, words[0] ?? ''), env.PATH);
  const refusal =
    'reason' in found
      ? context.flavour === 'zd'
        ? found.plain
        : found.reason
      : (refuseDirectory(place) ?? refuseForeignMachine(found.file));
  if ('reason' in found || refusal !== null) {
    complain(context, `cannot run ${nameProgram(words)}: ${refusal}`);
    return context.flavour === 'zd' ? ExitStatus.failed : ExitStatus.done;
  }
  const program = { file: found.file, words, environment: env, openFiles, ...place };
  const status = await runHere(context, program, recording);
  return context.flavour === 'zd' ? status : ExitStatus.done;
}

/** Folder and umask of the program; null for those of the caller. */
interface Place {
  directory: string | null;
  umask: number | null;
}

/** As for a start, a missing directory is created. */
function preparePlace({ configuration, flavour }: ActionContext, owner: User | null): Place {
  const { settings, origins, folder } = configuration;
  if (flavour === 'zdaemon') return { directory: folder, umask: null };
  const maker = { owner, lendsRights: carriesRootsOrders(configuration) };
  return {
    directory: settings.directory === null ? folder : makeDirectory(settings.directory, maker),
    umask: origins.umask === 'default' ? null : settings.umask,
  };
}

/** On standard output, it would mix with the output of the program. */
function echo(context: ActionContext, words: readonly string[]): void {
  const { flavour, stderr } = context;
  if (flavour === 'zdaemon') print(context, words.join(' '));
  else if ('isTTY' in stderr && stderr.isTTY) stderr.write(`${showControls(quoteForShell(words))}\n`);
}

function refuseDirectory({ directory }: Place): string | null {
  try {
    if (directory !== null) accessSync(`${directory}/`, constants.X_OK);
    return null;
  } catch (error) {
    return `cannot change to the directory ${directory}: ${describeReason(error)}`;
  }
}

/** Most runs in the foreground are not recorded. */
function loadRecording(): typeof import('./recording') {
  return require('./recording');
}
