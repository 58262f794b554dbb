import type { BringUp } from '../../client/bring-up';
import type { ActionContext } from '../../client/context';
import { addFacts, complain, print } from '../../client/context';
import { nameProgram } from '../../client/preflight/places';
import type { LaunchOutcome } from '../../protocol/launch-order';
import { ExitStatus } from '../../system/errors';
import { showControls } from '../../system/show-controls';

/**
 * Prints the outcome of a start or restart.
 *
 * @param context
 * @param result of `bringUp`
 * @param done the line for success, for example `daemon process started, pid=12`
 * @returns the exit status
 */
export function reportBringUp(
  context: ActionContext,
  result: BringUp,
  done: (pid: number) => string,
): number {
  const name = nameProgram(context.configuration.settings.program);
  addFacts(context, factsOf(result));
  switch (result.outcome) {
    case 'already':
      print(context, `daemon process already running; pid=${result.pid}`);
      return ExitStatus.done;
    case 'started':
      print(context, `\n${done(result.pid)}`);
      reportKilled(context, result.killed);
      return ExitStatus.done;
    case 'ended':
      return context.flavour === 'zd' ? result.status : ExitStatus.done;
    case 'timeout':
      print(context, '\nProgram took too long to start');
      complain(
        context,
        `cannot confirm that ${name} is ready: ${context.configuration.settings.startTimeout} seconds have passed; it was left running`,
      );
      return ExitStatus.failed;
    case 'cancelled':
      print(context, '\ndaemon process not running');
      complain(context, `cannot start ${name}: a stop was requested at the same time`);
      return ExitStatus.failed;
    case 'gone':
      print(context, '\ndaemon manager not running');
      complain(context, `cannot start ${name}: the manager exited`);
      return ExitStatus.failed;
    case 'refused':
      print(context, '\ndaemon manager not running');
      complain(context, explainRefusal(context, result, name));
      return context.flavour === 'zd' ? result.status : ExitStatus.failed;
    case 'failed':
      if (result.pid !== undefined) {
        print(context, `\nprogram running; pid=${result.pid}`);
        complain(context, `cannot restart ${name}: ${result.reason}`);
        return ExitStatus.failed;
      }
      print(
        context,
        result.retry || result.stays
          ? '\ndaemon manager running; daemon process not running'
          : '\ndaemon manager not running',
      );
      complain(
        context,
        `cannot start ${name}: ${result.reason}${result.retry ? '; the manager keeps trying' : ''}`,
      );
      if (result.lines.length > 0)
        context.stderr.write(
          `Its last lines:\n${result.lines.map(line => `  ${showControls(line)}\n`).join('')}`,
        );
      return ExitStatus.failed;
  }
}

function factsOf(result: BringUp): Record<string, unknown> {
  const { outcome } = result;
  const pid = 'pid' in result && result.pid !== undefined ? { pid: result.pid } : {};
  // What is left running when the time is over has been started.
  return { outcome, changed: outcome === 'started' || outcome === 'timeout', ...pid };
}

/** Says that SIGTERM was not enough: the program may have lost data. zdaemon says nothing. */
export function reportKilled(context: ActionContext, killed: readonly string[] = []): void {
  if (killed.length === 0 || context.flavour === 'zdaemon') return;
  complain(context, `SIGKILL was needed: ${killed.join(', ')} did not exit in time after SIGTERM`);
}

function explainRefusal(
  { flavour }: ActionContext,
  { stage, reason, status }: Extract<LaunchOutcome, { outcome: 'refused' }>,
  name: string,
): string {
  // `Error: can't stat program './x'` is a familiar line (zdaemon).
  if (status === ExitStatus.usage || (flavour === 'zdaemon' && stage === 'program')) return reason;
  return `cannot start ${name}: ${stage === 'program' ? '' : `${stage}: `}${reason}`;
}
