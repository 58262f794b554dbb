import { type ActionContext, complain } from '../client/context';
import { describeReason, ExitStatus, errorCode, UserError } from '../system/errors';
import { showControls } from '../system/show-controls';

/**
 * Reports an error that ended a command: a user error in one sentence, a bug with its stack.
 *
 * @param thrown whatever was thrown
 * @param context where to report it
 * @returns the exit status
 */
export function reportError(thrown: unknown, context: Omit<ActionContext, 'configuration'>): number {
  const { flavour, binaryName } = context;
  const error = explainSurroundings(thrown) ?? thrown;
  if (error instanceof UserError) {
    if (error.name === 'Interrupted') {
      // A terminal has already echoed the keys.
      context.write((context.stdout as NodeJS.WriteStream).isTTY ? '\n' : '^C\n');
    }
    complain(context, error.message);
    const isUsage = error.status === ExitStatus.usage;
    if (isUsage && flavour === 'zdaemon') context.stderr.write(`For help, use ${binaryName} -h\n`);
    return flavour === 'zd' || isUsage ? error.status : ExitStatus.failed;
  }
  context.stderr.write(
    `zd: this is a bug in zd, please report it: ${showControls(String(error instanceof Error ? error.stack : error))}\n`,
  );
  return ExitStatus.failed;
}

/** Explains errors that can occur almost anywhere, and are neither bugs nor worth a `catch` in each place. */
function explainSurroundings(error: unknown): UserError | null {
  const code = errorCode(error);
  if (code === 'EMFILE' || code === 'ENFILE')
    return new UserError(`cannot continue: ${describeReason(error)}; raise the limit with ulimit -n`);
  if ((error as NodeJS.ErrnoException | null)?.syscall !== 'uv_cwd') return null;
  const reason = code === 'ENOENT' ? 'it has been removed' : describeReason(error);
  return new UserError(`cannot determine the current folder: ${reason}; cd to one that exists`);
}
