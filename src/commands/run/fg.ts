import { spawn } from 'node:child_process';
import { type ActionContext, complain, print } from '../../client/context';
import { nameProgram } from '../../client/preflight/places';
import { checkTrust } from '../../client/preflight/trust';
import { findSituation, viewOf } from '../../client/situation';
import { describeReason, ExitStatus } from '../../system/errors';
import { findProgram } from '../../system/find-program';
import { type Ending, parseSignal, shellStatus } from '../../system/signals';
import { becomeUser, findUserToBecome, userEnvironment } from '../../system/users';

/**
 * `fg [args…]`: runs the program here, with our own standard streams, the environment section and `user`; without
 * directory, umask, transcript and restarts (zdaemon).
 *
 * @param args words to add to the program's
 * @returns the program's exit status, 128 + n when signal n ended it; called as zdaemon always 0
 */
export async function fg(context: ActionContext, args: string[]): Promise<number> {
  const situation = await findSituation(context);
  if (viewOf(situation)?.pid || situation.kind === 'orphaned') {
    print(context, 'To run the program in the foreground, please stop it first.');
    return context.flavour === 'zd' ? ExitStatus.failed : ExitStatus.done;
  }
  checkTrust(context.configuration);
  const { settings, environment } = context.configuration;
  const words = [...settings.program, ...args];
  const user = findUserToBecome(settings.user);
  if (user) becomeUser(user);
  const env = { ...process.env, ...(user ? userEnvironment(user) : {}), ...environment };
  print(context, words.join(' '));
  const found = findProgram(words[0] ?? '', [process.cwd()], env.PATH);
  if ('reason' in found) {
    complain(context, `cannot run ${nameProgram(words)}: ${found.reason}`);
    return context.flavour === 'zd' ? ExitStatus.failed : ExitStatus.done;
  }
  const status = await runHere(context, found.file, words, env);
  return context.flavour === 'zd' ? status : ExitStatus.done;
}

function runHere(
  context: ActionContext,
  file: string,
  words: string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  return new Promise(resolve => {
    // It shares our terminal and process group: Ctrl-C reaches it by itself, a SIGTERM sent to us is passed on.
    const child = spawn(file, words.slice(1), { argv0: words[0], env, stdio: 'inherit' });
    const passOn = (signal: NodeJS.Signals) => void child.kill(signal);
    const stay = () => {};
    // Somebody who listens keeps Ctrl-C from ending us before the program has ended of it.
    context.interrupt.addEventListener('abort', stay);
    process.on('SIGINT', stay).on('SIGQUIT', stay).on('SIGTERM', passOn).on('SIGHUP', passOn);
    const leave = (status: number) => {
      context.interrupt.removeEventListener('abort', stay);
      process.off('SIGINT', stay).off('SIGQUIT', stay).off('SIGTERM', passOn).off('SIGHUP', passOn);
      resolve(status);
    };
    child.once('error', error => {
      complain(context, `cannot run ${nameProgram(words)}: ${describeReason(error)}`);
      leave(ExitStatus.failed);
    });
    child.once('exit', (code, name) => {
      const ending: Ending = { code, signal: name === null ? null : parseSignal(name) };
      if (name === 'SIGINT') print(context, '');
      leave(shellStatus(ending));
    });
  });
}
