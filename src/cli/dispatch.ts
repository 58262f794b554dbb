import { type ActionContext, print } from '../client/context';
import { wordlessActions } from '../commands/wordless';
import { nearestName } from '../settings/nearest';
import { requireProgram } from '../settings/resolve';
import type { Configuration } from '../settings/settings';
import { ExitStatus, UsageError } from '../system/errors';

export interface RunOptions {
  /** The commands that only the prompt has, to be suggested there; null = we are not at the prompt. */
  promptNames?: readonly string[] | null;
}

/**
 * Runs a command, typed at the prompt or given on the command line.
 *
 * @param context
 * @param command its name; unknown ones are refused
 * @param given the words after it
 * @returns its exit status
 * @throws UserError, Interrupted
 */
export async function runCommandLine(
  context: ActionContext,
  command: string,
  given: readonly string[],
  { promptNames = null }: RunOptions = {},
): Promise<number> {
  if (asksForPage(given)) return runWithWords(context, command, given, promptNames);
  if (tellNotes.includes(command)) tellNotesOnce(context);
  if (needProgram.includes(command)) requireProgram(context.configuration);
  const words = context.flavour === 'zdaemon' && ignoreWords.includes(command) ? [] : given;
  const wordless = words.length === 0 && Object.hasOwn(wordlessActions, command) && wordlessActions[command];
  return wordless ? wordless(context) : runWithWords(context, command, words, promptNames);
}

/** `start --help`: what follows a command asks for its page of help. */
export function asksForPage(words: readonly string[]): boolean {
  return words[0] === '--help' || words[0] === '-h';
}

/** Commands that start something tell what the configuration makes us ignore; the others would say it all day. */
const tellNotes = ['start', 'restart', 'fg', 'foreground', 'check', 'show'];
const needProgram = ['start', 'restart', 'fg', 'foreground'];
/** Commands which, called as zdaemon, ignore the words after them. */
const ignoreWords = ['stop', 'wait', 'reopen_transcript', 'logreopen'];

/** At the prompt many commands share a configuration. */
const told = new WeakSet<Configuration>();

function tellNotesOnce({ configuration, stderr }: ActionContext): void {
  if (told.has(configuration)) return;
  told.add(configuration);
  for (const note of configuration.notes) stderr.write(`zd: note: ${note}\n`);
}

/** The parser of the commands' own words is loaded only when there are words to parse. */
async function runWithWords(
  context: ActionContext,
  command: string,
  words: readonly string[],
  promptNames: readonly string[] | null,
): Promise<number> {
  const { commandNames, runCommand } = require('../commands') as typeof import('../commands');
  if (commandNames.includes(command) || command === '') {
    if (context.flavour === 'zdaemon' && command === 'status' && words.join() !== '-l') {
      print(context, 'status argument must be absent or -l');
      return ExitStatus.failed;
    }
    return runCommand(context, command, words, promptNames !== null);
  }
  if (context.flavour === 'zdaemon') {
    print(context, `*** Unknown syntax: ${[command, ...words].join(' ')}`);
    return ExitStatus.done;
  }
  const nearest = nearestName(command, [...commandNames, ...(promptNames ?? [])]);
  const advice = nearest ? `did you mean '${nearest}'?` : `see ${promptNames === null ? 'zd help' : 'help'}`;
  throw new UsageError(`unknown command '${command}'; ${advice}`);
}
