import { spawn } from 'node:child_process';
import { type ActionContext, print } from '../../client/context';
import { describeReason, UserError } from '../../system/errors';
import { parseSignal, shellStatus } from '../../system/signals';
import { isTerminal } from './lines';

/**
 * Runs a command that takes over our terminal, and waits for its end. In a script it finds no input: the lines that
 * follow are ours.
 *
 * @param context
 * @param file the program, looked up on PATH
 * @param args its arguments
 * @returns its exit status, 128 + n when signal n ended it
 * @throws UserError when it cannot be run
 */
export function inheritTerminal(context: ActionContext, file: string, args: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: [isTerminal() ? 'inherit' : 'ignore', 'inherit', 'inherit'] });
    // Ctrl-\ is meant for the command; so is Ctrl-C, which the prompt survives anyway.
    const stay = () => {};
    process.on('SIGQUIT', stay);
    child.once('error', error => {
      process.off('SIGQUIT', stay);
      reject(new UserError(`cannot run ${file}: ${describeReason(error)}`));
    });
    child.once('exit', (code, name) => {
      process.off('SIGQUIT', stay);
      if (name === 'SIGINT') print(context, '');
      resolve(shellStatus({ code, signal: name === null ? null : parseSignal(name) }));
    });
  });
}
