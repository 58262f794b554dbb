import { type ActionContext, print } from '../client/context';
import { checkText } from '../client/preflight/trust';
import type { Topics } from '../commands/help/help';
import { adviseOn, adviseOnOrder } from '../commands/suggest';
import { findCommand } from '../commands/table';
import { requireProgram } from '../settings/resolve';
import type { Configuration } from '../settings/settings';
import { showHidden } from '../system/blanks';
import { ExitStatus, UsageError } from '../system/errors';
import { showControls } from '../system/show-controls';
import { quoteForShell } from '../system/text/shell-words';
import { quoteWords } from '../system/words';

/** What exists only at the prompt: the help texts of its commands, and their names. */
export interface PromptWords {
  topics: Topics;
  names: readonly string[];
}

/**
 * Runs a command from the prompt or the command line.
 *
 * @param context
 * @param command its name; unknown names are refused
 * @param given the words after it
 * @param prompt what exists only at the prompt; null on the command line
 * @returns its exit status
 * @throws UserError, Interrupted
 */
export async function runCommandLine(
  context: ActionContext,
  command: string,
  given: readonly string[],
  prompt: PromptWords | null = null,
): Promise<number> {
  if (asksForPage(given)) return runWithWords(context, command, given, prompt);
  try {
    return await runKnown(context, command, given, prompt);
  } catch (error) {
    if (context.flavour === 'zdaemon' || (error as Error).name !== 'NoProgram') throw error;
    throw explainNoProgram(command, given, prompt);
  }
}

async function runKnown(
  context: ActionContext,
  command: string,
  given: readonly string[],
  prompt: PromptWords | null,
): Promise<number> {
  const record = findCommand(command);
  if (record?.printsNotes) printNotesOnce(context);
  if (record && !record.acceptsAnyText) checkText(context.configuration);
  if (record?.startsProgram) refuseDisabled(context.configuration, record.name);
  const isNeeded = record?.needsProgram === 'always' || context.flavour === 'zdaemon';
  if (record?.needsProgram && isNeeded) requireProgram(context.configuration);
  const words = context.flavour === 'zdaemon' && record?.zdaemonIgnoresWords ? [] : given;
  if (words.length === 0 && record?.wordless) return record.wordless(context);
  return runWithWords(context, command, words, prompt);
}

function refuseDisabled({ settings, origins }: Configuration, command: string): void {
  if (!settings.disable) return;
  throw new UsageError(
    `cannot ${deeds[command] ?? command} the program: disabled in ${origins.disable}; set disable to off there`,
  );
}

/** Verbs for commands that are none. */
const deeds: Record<string, string> = { once: 'start', 'run-now': 'run' };

/** True if the only word after a command requests its page of help. In `start -h dbhost` it is the program's. */
export function asksForPage(words: readonly string[]): boolean {
  return words.length === 1 && (words[0] === '--help' || words[0] === '-h');
}

/** Configurations whose notes were printed: at the prompt, many commands share one. */
const noted = new WeakSet<Configuration>();

function printNotesOnce({ configuration, stderr }: ActionContext): void {
  if (noted.has(configuration)) return;
  noted.add(configuration);
  for (const note of configuration.notes) stderr.write(`zd: note: ${showControls(note)}\n`);
}

/** The parser for the words after a command is loaded only if there are any. */
async function runWithWords(
  context: ActionContext,
  command: string,
  words: readonly string[],
  prompt: PromptWords | null,
): Promise<number> {
  if (findCommand(command)) {
    if (context.flavour === 'zdaemon' && command === 'status' && words.join() !== '-l') {
      print(context, 'status argument must be absent or -l');
      return ExitStatus.failed;
    }
    const { runCommand } = require('../commands/clipanion') as typeof import('../commands/clipanion');
    return runCommand(context, command, words, prompt?.topics ?? {});
  }
  if (context.flavour === 'zdaemon') {
    print(context, `*** Unknown syntax: ${[command, ...words].join(' ')}`);
    return ExitStatus.done;
  }
  throw new UsageError(
    `unknown command '${showHidden(command)}'; ${adviseOnCommand(context, [command, ...words], prompt)}`,
  );
}

function adviseOnCommand(
  { configuration: { settings, origins } }: ActionContext,
  [command = '', ...words]: string[],
  prompt: PromptWords | null,
): string {
  const isProgramGiven = /^-p|^--program/.test(origins.program);
  const at = words.findIndex(word => findCommand(word) !== null);
  if (prompt === null && isProgramGiven && at >= 0) {
    const program = quoteForShell([quoteWords([...settings.program, command, ...words.slice(0, at)])]);
    return `put the program in quotes: zd -p ${program} ${quoteForShell(words.slice(at))}`;
  }
  return adviseOn(command, prompt?.names, prompt === null ? 'see zd help' : 'see help');
}

/** Says where the program, or the options that name it, should have been. */
function explainNoProgram(command: string, words: readonly string[], prompt: PromptWords | null): UsageError {
  const advice = adviseOnOrder([command, ...words]);
  if (prompt)
    return new UsageError('no program specified; leave the prompt, and use zd -p COMMAND or zd -C FILE');
  if (advice) return new UsageError(`no program specified; ${advice}`);
  if (words.length === 0) return new UsageError('no program specified; use -p or -C');
  const program = quoteForShell([quoteWords(words)]);
  return new UsageError(`no program specified; use -p or -C, here: zd -p ${program} ${command}`);
}
