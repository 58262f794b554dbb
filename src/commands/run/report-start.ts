import type { BringUp } from '../../client/bring-up';
import type { ActionContext } from '../../client/context';
import { addFacts, complain, print, printAfterWait } from '../../client/context';
import { nameInMessages } from '../../client/preflight/name';
import type { LaunchOutcome } from '../../protocol/launch-order';
import { formatLocalTime } from '../../system/clock';
import { ExitStatus } from '../../system/errors';
import { showLine } from '../../system/show-controls';
import { nameSignal } from '../../system/signals';

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
  const name = nameInMessages(context);
  addFacts(context, factsOf(result));
  switch (result.outcome) {
    case 'already':
      print(context, `daemon process already running; pid=${result.pid}`);
      return ExitStatus.done;
    case 'started':
      printAfterWait(context, done(result.pid));
      reportKilled(context, result.killed);
      return ExitStatus.done;
    case 'scheduled':
      printAfterWait(
        context,
        `daemon process scheduled; next run ${formatLocalTime(result.at).replace('T', ' at ')}`,
      );
      return ExitStatus.done;
    case 'ended':
      return context.flavour === 'zd' ? result.status : ExitStatus.done;
    case 'timeout':
      printForZdaemon(context, 'Program took too long to start');
      complain(context, describeTimeout(context, result, name));
      writeLastLines(context, result.lines);
      return ExitStatus.failed;
    case 'cancelled':
      printForZdaemon(context, 'daemon process not running');
      complain(context, `cannot start ${name}: a stop was requested at the same time`);
      return ExitStatus.failed;
    case 'gone':
      printForZdaemon(context, 'daemon manager not running');
      complain(context, `cannot start ${name}: the manager exited`);
      return ExitStatus.failed;
    case 'refused':
      printForZdaemon(context, 'daemon manager not running');
      complain(context, explainRefusal(context, result, name));
      return context.flavour === 'zd' ? result.status : ExitStatus.failed;
    case 'failed':
      reportFailure(context, result, name);
      return ExitStatus.failed;
  }
}

function reportFailure(
  context: ActionContext,
  { pid, reason, retry, stays, lines }: Extract<BringUp, { outcome: 'failed' }>,
  name: string,
): void {
  if (pid !== undefined) {
    printAfterWait(context, `program running; pid=${pid}`);
    return complain(context, `cannot restart ${name}: ${reason}`);
  }
  const isThere = retry || stays;
  printForZdaemon(
    context,
    isThere ? 'daemon manager running; daemon process not running' : 'daemon manager not running',
  );
  complain(context, `cannot start ${name}: ${reason}${retry ? '; the manager keeps trying' : ''}`);
  writeLastLines(context, lines);
}

function writeLastLines({ stderr }: ActionContext, lines: readonly string[] = []): void {
  if (lines.length > 0)
    stderr.write(`Its last lines:\n${lines.map(line => `  ${showLine(line)}\n`).join('')}`);
}

/** On standard output, zd has no line that looks like the reason: standard error has the reason. */
function printForZdaemon(context: ActionContext, text: string): void {
  if (context.flavour === 'zdaemon') printAfterWait(context, text);
}

function describeTimeout(
  { configuration: { settings }, flavour }: ActionContext,
  { pid, reason }: Extract<BringUp, { outcome: 'timeout' }>,
  name: string,
): string {
  const { startTimeout } = settings;
  if (flavour === 'zdaemon')
    return `cannot confirm that ${name} is ready: ${startTimeout} seconds have passed; it was left running`;
  const missing = reason === undefined ? '' : `: ${reason}`;
  const rest = pid === undefined ? name : `${name} (pid ${pid})`;
  return `${name} is not ready after ${startTimeout} s (start-timeout)${missing}; ${rest} was left running`;
}

function factsOf(result: BringUp): Record<string, unknown> {
  const { outcome } = result;
  const pid = 'pid' in result && result.pid !== undefined ? { pid: result.pid } : {};
  // What is left running when the time is over has been started.
  return { outcome, changed: outcome === 'started' || outcome === 'timeout', ...pid };
}

/** Says that the signals before it were not enough: the program may have lost data. zdaemon says nothing. */
export function reportKilled(context: ActionContext, killed: readonly string[] = []): void {
  if (killed.length === 0 || context.flavour === 'zdaemon') return;
  const signals = context.configuration.settings.stopSignals.map(({ signal }) => nameSignal(signal));
  const before = signals.filter(name => name !== 'SIGKILL').join(', ') || 'SIGTERM';
  complain(context, `SIGKILL was needed: ${killed.join(', ')} did not exit in time after ${before}`);
}

function explainRefusal(
  { flavour, configuration: { origins } }: ActionContext,
  { stage, reason, status }: Extract<LaunchOutcome, { outcome: 'refused' }>,
  name: string,
): string {
  // `Error: can't stat program './x'` is a familiar line (zdaemon).
  if (status === ExitStatus.usage || (flavour === 'zdaemon' && stage === 'program')) return reason;
  if (stage !== 'program') return `cannot start ${name}: ${stage}: ${reason}`;
  const place = /:\d+$/.test(origins.program) ? `${origins.program}: ` : '';
  return `${place}cannot start ${name}: ${reason}`;
}
