import { type BaseContext, Cli } from 'clipanion';
import type { ActionContext } from '../client/context';
import { nameCharacter, showHidden, startsWithFalseDash } from '../system/blanks';
import { UsageError } from '../system/errors';
import { VERSION } from '../system/version';
import type { CommandContext } from './base';
import { DoctorCommand } from './doctor/doctor-command';
import type { Topics } from './help/help';
import { HelpCommand } from './help/help-command';
import { CheckCommand } from './inspect/check-command';
import { ShowCommand } from './inspect/show-command';
import { StatusCommand } from './inspect/status-command';
import { LogreopenCommand } from './output/logreopen-command';
import { LogtailCommand } from './output/logtail-command';
import { ReopenTranscriptCommand } from './output/reopen-transcript-command';
import { FgCommand } from './run/fg-command';
import { KillCommand } from './run/kill-command';
import { RestartCommand } from './run/restart-command';
import { StartCommand } from './run/start-command';
import { StopCommand } from './run/stop-command';
import { UpgradeCommand } from './run/upgrade-command';
import { WaitCommand } from './run/wait-command';

/** Every command in the order of the help, for both the command line and the prompt. */
export const commandClasses = [
  StartCommand,
  StopCommand,
  RestartCommand,
  StatusCommand,
  FgCommand,
  KillCommand,
  WaitCommand,
  ReopenTranscriptCommand,
  LogreopenCommand,
  LogtailCommand,
  UpgradeCommand,
  ShowCommand,
  CheckCommand,
  DoctorCommand,
  HelpCommand,
];

/** The flags of a command, in the order of its page. */
export function listFlags(name: string): string[] {
  const definitions = Cli.from<CommandContext>(commandClasses, { binaryName: '' }).definitions();
  const found = definitions.find(({ path }) => path.trim() === name);
  return found?.options.flatMap(({ definition }) => definition.replace(/ .*/, '').split(',')) ?? [];
}

/**
 * Runs a command with the words after it.
 *
 * @param name one of `commandNames`
 * @param words its own words
 * @returns its exit status
 * @throws UsageError when the command does not accept the words
 */
export async function runCommand(
  action: ActionContext,
  name: string,
  words: readonly string[],
  promptTopics: Topics = {},
): Promise<number> {
  const { stdout, stderr, binaryName } = action;
  // By default, clipanion colours its pages if FORCE_COLOR or a CI demands it, even in a pipe.
  const enableColors = (stdout as NodeJS.WriteStream).isTTY === true;
  const cli = Cli.from<CommandContext>(commandClasses, { binaryName, binaryVersion: VERSION, enableColors });
  const context: CommandContext = { ...defaultContext(action), stdout, stderr, action, promptTopics };
  if (words.length === 1 && (words[0] === '--help' || words[0] === '-h')) {
    const page = commandClasses.find(({ paths }) => paths.some(path => path[0] === name));
    stdout.write(page ? polish(cli.usage(page, { detailed: true })) : '');
    return 0;
  }
  return (await parse(cli, [name, ...words], context).validateAndExecute()) ?? 0;
}

/** On 80 columns, clipanion's rule of 81 and its trailing blanks would wrap. `#0` is replaced by a readable name. */
function polish(page: string): string {
  return page
    .replace(/\p{Cc}\[38;5;\d+m━(?=\p{Cc}\[0m$)/gmu, '')
    .replace(/^( *\S*--since) #0 {2}/gm, '$1 TIME')
    .replace(/^( *\S*--\w+) #0/gm, '$1 N ')
    .replace(/ kill \.\.\.$/m, ' kill [signal]')
    .replace(/ +$/gm, '');
}

function parse(cli: Cli<CommandContext>, input: string[], context: CommandContext) {
  try {
    const command = cli.process(input, context);
    command.context = context;
    return command;
  } catch (error) {
    const page = [cli.binaryName, ...input.slice(0, 1).filter(Boolean), '--help'].join(' ');
    const shown = showHidden(input.join(' '));
    const dash = input.find(startsWithFalseDash);
    const reason = dash ? `an option begins with '-', not with ${nameCharacter(dash)}` : explain(error);
    throw new UsageError(`cannot understand '${shown}': ${reason}; see '${page}'`);
  }
}

function defaultContext({ stdout, stderr }: ActionContext): BaseContext {
  return { env: process.env, stdin: process.stdin, stdout, stderr, colorDepth: 1 };
}

/** Extracts the line of clipanion's message that states the problem. */
function explain(error: unknown): string {
  const lines = (error as Error).message.split('\n').filter(line => line.trim() !== '');
  const reason = (lines[0] ?? 'unknown words').replace(/\.$/, '').replace(/^Unknown Syntax Error: /, '');
  // clipanion reports surplus words in either of these ways.
  return /^(Command not found|Extraneous positional argument)/.test(reason) ? 'too many words' : reason;
}
