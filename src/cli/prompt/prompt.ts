import { basename } from 'node:path';
import { markFiles } from '../../client/configured/mark-files';
import { type ActionContext, complain, print } from '../../client/context';
import { nameDaemon } from '../../client/preflight/name';
import { status } from '../../commands/inspect/status';
import { findCommand } from '../../commands/table';
import type { Arguments } from '../../settings/argv';
import { hasProgram, listCommands } from '../../settings/schedule/what-runs';
import { ExitStatus } from '../../system/errors';
import { showControls } from '../../system/show-controls';
import { screenWidth } from '../../system/text/text-rows';
import { quoteWords } from '../../system/words';
import { takeManners } from '../arrange-words';
import { runCommandLine } from '../dispatch';
import { reportError } from '../report-error';
import { readChangedFile } from './changed-file';
import { findPromptCommand, promptWordsOf, type Session } from './commands';
import { completeLine } from './completion';
import { openHistory } from './history';
import { isTerminal, type LineSource, openScript, openTerminal } from './lines';
import { describeState } from './state';
import { readTyped } from './typed-line';

/**
 * Runs the lines of the prompt until `quit` or the end of the input (zdaemon). On a terminal the prompt greets,
 * completes and has a history; from a pipe or a file it only runs the lines.
 *
 * @param context with the configuration that the command line selected
 * @param argv the command line; its command, if any, is run first
 * @returns the exit status of the last command, 0 when there was none
 */
export async function runPrompt(context: ActionContext, argv: Arguments): Promise<number> {
  const mark = markFiles(context.configuration);
  const session: Session = { context, argv, mark, status: ExitStatus.done, over: false };
  const { command, words } = argv;
  if (command !== null) await perform(session, guarded => runCommandLine(guarded, command, words));
  if (session.over) return session.status;
  const lines = isTerminal() ? openTyping(session) : openScript();
  try {
    if (isTerminal()) await greet(session.context);
    await runLines(session, lines);
  } catch (error) {
    session.status = reportError(error, session.context);
  } finally {
    lines.close();
  }
  return session.status;
}

function openTyping({ context }: Session): LineSource {
  const history = openHistory(process.env, context.clock);
  if (history.problem !== null) complain(context, `note: ${history.problem}`);
  return openTerminal(context.stdout, line => completeLine(line, context.flavour), history);
}

async function greet(context: ActionContext): Promise<void> {
  const line = showControls(describeDaemon(context));
  print(context, context.flavour === 'zd' ? addHint(line, screenWidth(context.stdout)) : line);
  try {
    await status(context, { long: false, json: false });
  } catch (error) {
    reportError(error, context);
  }
}

/** For zd it is a line from which the program can be copied. */
function describeDaemon({ configuration, flavour }: ActionContext): string {
  const { settings, file } = configuration;
  if (flavour === 'zdaemon') return `program: ${settings.program.join(' ') || '(none)'}`;
  if (!hasProgram(settings)) return 'no program; leave, and name one: zd -C FILE, or zd -p COMMAND';
  const words = listCommands(settings).map(command => quoteWords(command.words));
  const source = file === null ? '' : `  (${file})`;
  return `${nameDaemon(configuration)}: ${words.join('; ')}${source}`;
}

const HINT = 'Tab completes, help, Ctrl-D leaves';

/** At the right edge, or on a line of its own. */
export function addHint(line: string, width: number): string {
  const room = width - line.length - HINT.length;
  return room < 2 ? `${line}\n${HINT}` : `${line}${' '.repeat(room)}${HINT}`;
}

async function runLines(session: Session, lines: LineSource): Promise<void> {
  while (!session.over) {
    const line = await lines.next(() => writePrompt(session.context));
    if (line === null) return;
    await perform(session, guarded => runLine(session, guarded, line));
  }
}

/** The name of the daemon and its state. In zdaemon it is the name of the client, and so it is where there is no daemon. */
async function writePrompt(context: ActionContext): Promise<string> {
  const { configuration, binaryName, flavour } = context;
  const { settings } = configuration;
  if (settings.prompt !== null) return `${showControls(settings.prompt)} `;
  if (flavour === 'zdaemon' || !(hasProgram(settings) || settings.name !== null))
    return `${basename(binaryName, '.js')}> `;
  return `${showControls(nameDaemon(configuration))} ${await describeState(context, process.env)} `;
}

function runLine(session: Session, given: ActionContext, line: string): Promise<number> | number {
  const typed = readTyped(line);
  if (typed === null) return session.status;
  const { name, words } = typed;
  readChangedFile(session, name);
  const context = { ...given, configuration: session.context.configuration };
  const own = findPromptCommand(name, given.flavour);
  if (own) return own(session, context, words);
  const { json, quiet, words: rest } = takeManners(name, words);
  const run = (inner: ActionContext) => runCommandLine(inner, name, rest, promptWordsOf(given.flavour));
  if (!json && !quiet) return run(context);
  const { answerInJson, answerQuietly } = require('../answer') as typeof import('../answer');
  return (json ? answerInJson : answerQuietly)(context, findCommand(name) ?? { name }, run);
}

/** Runs one command. No error ends the prompt. Ctrl-C ends the command's wait, and also a script. */
async function perform(session: Session, run: (context: ActionContext) => Promise<number> | number) {
  const { status, isInterrupted } = await performGuarded(session.context, run);
  session.status = status;
  if (isInterrupted && !isTerminal()) session.over = true;
}

/** Runs one command, with a Ctrl-C of its own. */
export async function performGuarded<World extends Omit<ActionContext, 'configuration'>>(
  world: World,
  run: (world: World) => Promise<number> | number,
): Promise<{ status: number; isInterrupted: boolean }> {
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.on('SIGINT', onInterrupt);
  let status: number;
  try {
    status = await run({ ...world, interrupt: interrupt.signal });
  } catch (error) {
    status = reportError(error, world);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
  return { status, isInterrupted: interrupt.signal.aborted };
}
