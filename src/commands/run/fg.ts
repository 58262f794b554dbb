import { readCaller } from '../../client/caller';
import { type ActionContext, complain, print } from '../../client/context';
import { nameProgram } from '../../client/preflight/places';
import { listFolders } from '../../client/preflight/program';
import { checkTrust } from '../../client/preflight/trust';
import { findSituation, viewOf } from '../../client/situation';
import { splitVariable } from '../../protocol/manager-environment';
import { ExitStatus } from '../../system/errors';
import { findProgram } from '../../system/find-program';
import { refuseForeignMachine } from '../../system/run/executable';
import { explainSpawn } from '../../system/run/explain-spawn';
import { type Ending, parseSignal, shellStatus } from '../../system/signals';
import { becomeUser, findUserToBecome } from '../../system/users';
import { type ExactProgram, startExactly } from './exact-program';

/**
 * `fg [args…]`: runs the program as a child of the client, with its standard streams, the environment section and
 * `user`; without directory, umask, transcript and restarts (zdaemon).
 *
 * @param args words appended to the program's
 * @returns the program's exit status, 128 + n when signal n killed it; called as zdaemon always 0
 */
export async function fg(context: ActionContext, args: string[]): Promise<number> {
  const situation = await findSituation(context);
  if (viewOf(situation)?.pid || situation.kind === 'orphaned') {
    print(context, 'To run the program in the foreground, please stop it first.');
    return context.flavour === 'zd' ? ExitStatus.failed : ExitStatus.done;
  }
  // The directory has no effect: it must not decide which file is examined either.
  const settings = { ...context.configuration.settings, directory: null };
  checkTrust({ ...context.configuration, settings });
  const { environment, folder } = context.configuration;
  const words = [...settings.program, ...args];
  const user = findUserToBecome(settings.user);
  if (user) becomeUser(user);
  const caller = readCaller(user);
  const env = { ...Object.fromEntries(caller.environment.map(splitVariable)), ...environment };
  if (folder !== null && environment.PWD === undefined) env.PWD = folder;
  print(context, words.join(' '));
  const found = findProgram(words[0] ?? '', listFolders({ settings, folder }, words[0] ?? ''), env.PATH);
  const refusal = 'reason' in found ? found.reason : refuseForeignMachine(found.file);
  if ('reason' in found || refusal !== null) {
    complain(context, `cannot run ${nameProgram(words)}: ${refusal}`);
    return context.flavour === 'zd' ? ExitStatus.failed : ExitStatus.done;
  }
  const { openFiles } = caller;
  const program = { file: found.file, words, environment: env, directory: folder, openFiles };
  const status = await runHere(context, program);
  return context.flavour === 'zd' ? status : ExitStatus.done;
}

function runHere(context: ActionContext, program: ExactProgram): Promise<number> {
  return new Promise(resolve => {
    // It shares the terminal and the process group, so Ctrl-C reaches it directly. SIGTERM and SIGHUP are forwarded.
    const { file, words, environment } = program;
    const child = startExactly(program, error => {
      const reason = explainSpawn(file, error, { args: words, environment });
      complain(context, `cannot run ${nameProgram([...words])}: ${reason}`);
      leave(ExitStatus.failed);
    });
    const forward = (signal: NodeJS.Signals) => void child.kill(signal);
    const ignore = () => {};
    // With a listener, Ctrl-C does not end the client; it stays, because the client may learn of the Ctrl-C that ended
    // the program only after that end.
    context.interrupt.addEventListener('abort', ignore);
    process.on('SIGINT', ignore).on('SIGQUIT', ignore).on('SIGTERM', forward).on('SIGHUP', forward);
    const leave = (status: number) => {
      process.off('SIGINT', ignore).off('SIGQUIT', ignore).off('SIGTERM', forward).off('SIGHUP', forward);
      resolve(status);
    };
    child.once('exit', (code, name) => {
      const ending: Ending = { code, signal: name === null ? null : parseSignal(name) };
      if (name === 'SIGINT') print(context, '');
      leave(shellStatus(ending));
    });
  });
}
