import { type ActionContext, complain } from './actions/context';
import { ExitStatus, UserError } from './errors';

/**
 * Tells of an error that ended a command: a user's fault in a sentence, a bug with its stack.
 *
 * @param error whatever was thrown
 * @param context where to tell it
 * @returns the exit status
 */
export function reportError(error: unknown, context: Omit<ActionContext, 'configuration'>): number {
  const { flavour, binaryName } = context;
  if (error instanceof UserError) {
    if (error.name === 'Interrupted') {
      // A terminal has shown the keys itself.
      context.say((context.stdout as NodeJS.WriteStream).isTTY ? '\n' : '^C\n');
    }
    complain(context, error.message);
    const isUsage = error.status === ExitStatus.usage;
    if (isUsage && flavour === 'zdaemon') context.stderr.write(`For help, use ${binaryName} -h\n`);
    return flavour === 'zd' || isUsage ? error.status : ExitStatus.failed;
  }
  context.stderr.write(
    `zd: this is a bug of zd, please report it: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return ExitStatus.failed;
}
