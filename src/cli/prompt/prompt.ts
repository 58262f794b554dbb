import { basename } from 'node:path';
import { type ActionContext, print } from '../../client/context';
import { status } from '../../commands/inspect/status';
import type { Arguments } from '../../settings/argv';
import { ExitStatus } from '../../system/errors';
import { runCommandLine } from '../dispatch';
import { reportError } from '../report-error';
import { findPromptCommand, promptWords, type Session } from './commands';
import { completeLine } from './completion';
import { isTerminal, type LineSource, openScript, openTerminal } from './lines';
import { readTyped } from './typed-line';

/**
 * The prompt: obeys lines until `quit` or the end of the input (zdaemon 2.0). On a terminal it
 * greets, prompts, completes and remembers; from a pipe or a file it does what the lines say and nothing else.
 *
 * @param context what the command line made of the configuration
 * @param argv the command line; the command in it, if there is one, is run first
 * @returns the exit status of the last command, 0 when there was none
 */
export async function runPrompt(context: ActionContext, argv: Arguments): Promise<number> {
  const session: Session = { context, argv, status: ExitStatus.done, over: false };
  const { command, words } = argv;
  if (command !== null) await perform(session, guarded => runCommandLine(guarded, command, words));
  if (session.over) return session.status;
  const lines = isTerminal()
    ? openTerminal(context.stdout, line => completeLine(line, context.flavour))
    : openScript();
  try {
    if (isTerminal()) await greet(session.context);
    await obeyLines(session, lines);
  } catch (error) {
    session.status = reportError(error, session.context);
  } finally {
    lines.close();
  }
  return session.status;
}

async function greet(context: ActionContext): Promise<void> {
  print(context, `program: ${context.configuration.settings.program.join(' ') || '(none)'}`);
  try {
    await status(context, { long: false, json: false });
  } catch (error) {
    reportError(error, context);
  }
}

async function obeyLines(session: Session, lines: LineSource): Promise<void> {
  while (!session.over) {
    const line = await lines.next(promptText(session.context));
    if (line === null) return;
    await perform(session, guarded => obeyLine(session, guarded, line));
  }
}

/** As in zdaemon it is our own name, not the program's. */
function promptText({ configuration, binaryName }: ActionContext): string {
  return `${configuration.settings.prompt ?? `${basename(binaryName, '.js')}>`} `;
}

function obeyLine(session: Session, context: ActionContext, line: string): Promise<number> | number {
  const { name, words } = readTyped(line);
  const own = findPromptCommand(name);
  return own ? own(session, context, words) : runCommandLine(context, name, words, promptWords);
}

/** Runs one command; whatever goes wrong in it, the prompt goes on. Ctrl-C ends what it waits for, and a script. */
async function perform(session: Session, run: (context: ActionContext) => Promise<number> | number) {
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.on('SIGINT', onInterrupt);
  try {
    session.status = await run({ ...session.context, interrupt: interrupt.signal });
  } catch (error) {
    session.status = reportError(error, session.context);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
  if (interrupt.signal.aborted && !isTerminal()) session.over = true;
}
