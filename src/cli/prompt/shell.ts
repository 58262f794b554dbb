import { spawn } from 'node:child_process';
import { type ActionContext, print } from '../../client/context';
import { describeReason, UserError } from '../../system/errors';
import { parseSignal, shellStatus } from '../../system/signals';
import { isTerminal } from './lines';

/**
 * Runs a command that takes over the terminal, and waits until it exits. In a script it gets no input: the lines that
 * follow belong to the prompt.
 *
 * @param context
 * @param file the program, looked up on PATH
 * @param args its arguments
 * @returns its exit status, 128 + n when signal n killed it
 * @throws UserError when it cannot be run
 */
export function inheritTerminal(context: ActionContext, file: string, args: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: [isTerminal() ? 'inherit' : 'ignore', 'inherit', 'inherit'] });
    // Ctrl-\ is meant for the command; so is Ctrl-C, which the prompt survives anyway.
    const ignore = () => {};
    process.on('SIGQUIT', ignore);
    child.once('error', error => {
      process.off('SIGQUIT', ignore);
      reject(new UserError(`cannot run ${file}: ${describeReason(error)}`));
    });
    child.once('exit', (code, name) => {
      process.off('SIGQUIT', ignore);
      if (name === 'SIGINT') print(context, '');
      resolve(shellStatus({ code, signal: name === null ? null : parseSignal(name) }));
    });
  });
}
