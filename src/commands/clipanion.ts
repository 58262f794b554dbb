import { type BaseContext, Cli } from 'clipanion';
import { type ActionContext, print } from '../client/context';
import { nameCharacter, showHidden, startsWithFalseDash } from '../system/blanks';
import { UsageError } from '../system/errors';
import { screenWidth } from '../system/text/text-rows';
import { VERSION } from '../system/version';
import { ApplyCommand } from './apply/apply-command';
import { AttachCommand } from './attach/attach-command';
import type { CommandContext, ZdCommand } from './base';
import { CompletionCommand } from './completion/completion-command';
import { DoctorCommand } from './doctor/doctor-command';
import { ExportCommand } from './export/export-command';
import type { Topics } from './help/help';
import { HelpCommand } from './help/help-command';
import { renderPage } from './help/page';
import { InitCommand } from './init/init-command';
import { CheckCommand } from './inspect/check-command';
import { EventsCommand } from './inspect/events-command';
import { HistoryCommand } from './inspect/history-command';
import { ShowCommand } from './inspect/show-command';
import { StatusCommand } from './inspect/status-command';
import { ContinueCommand } from './life/continue-command';
import { OnceCommand } from './life/once-command';
import { PauseCommand } from './life/pause-command';
import { ReloadCommand } from './life/reload-command';
import { RunNowCommand } from './life/run-now-command';
import { ListCommand } from './list/list-command';
import { UpCommand } from './many/up/up-command';
import { LogreopenCommand } from './output/logreopen-command';
import { LogtailCommand } from './output/logtail-command';
import { ReopenTranscriptCommand } from './output/reopen-transcript-command';
import { TopCommand } from './panel/top-command';
import { FgCommand } from './run/fg-command';
import { KillCommand } from './run/kill-command';
import { RestartCommand } from './run/restart-command';
import { StartCommand } from './run/start-command';
import { StopCommand } from './run/stop-command';
import { UpgradeCommand } from './run/upgrade-command';
import { SendCommand } from './send/send-command';
import { adviseOnOrder } from './suggest';
import { WaitCommand } from './wait/wait-command';

/** Every command in the order of the help, for both the command line and the prompt. */
export const commandClasses = [
  StartCommand,
  StopCommand,
  RestartCommand,
  OnceCommand,
  PauseCommand,
  ContinueCommand,
  ReloadCommand,
  RunNowCommand,
  SendCommand,
  StatusCommand,
  ListCommand,
  HistoryCommand,
  EventsCommand,
  TopCommand,
  FgCommand,
  KillCommand,
  WaitCommand,
  ReopenTranscriptCommand,
  LogreopenCommand,
  LogtailCommand,
  AttachCommand,
  UpgradeCommand,
  ApplyCommand,
  UpCommand,
  ShowCommand,
  CheckCommand,
  InitCommand,
  ExportCommand,
  DoctorCommand,
  CompletionCommand,
  HelpCommand,
];

/** The flags of a command, in the order of its page. */
export function listFlags(name: string): string[] {
  const definitions = Cli.from<CommandContext>(commandClasses, { binaryName: '' }).definitions();
  const found = definitions.find(({ path }) => path.trim() === name);
  return found?.options.flatMap(({ definition }) => definition.replace(/ .*/, '').split(',')) ?? [];
}

/** The flags of a command that have an argument. */
export function listValuedFlags(name: string): string[] {
  const definitions = Cli.from<CommandContext>(commandClasses, { binaryName: '' }).definitions();
  const found = definitions.find(({ path }) => path.trim() === name);
  const valued = (found?.options ?? []).filter(({ definition }) => definition.includes(' '));
  return valued.flatMap(({ definition }) => definition.replace(/ .*/, '').split(','));
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
  const cli = Cli.from<CommandContext>(commandClasses, {
    binaryName,
    binaryVersion: VERSION,
    enableColors: false,
  });
  const context: CommandContext = {
    ...defaultContext(action),
    stdout,
    stderr,
    action,
    promptTopics,
    definitions: () => cli.definitions(),
  };
  if (words.length === 1 && (words[0] === '--help' || words[0] === '-h')) {
    for (const line of renderPage(name, cli.definitions(), screenWidth(stdout))) print(action, line);
    return 0;
  }
  return (await parse(cli, [name, ...words], context).validateAndExecute()) ?? 0;
}

/**
 * Reads the words after a command, without running it.
 *
 * @returns the command, with its options as fields
 * @throws UsageError when the command does not accept the words
 */
export function readCommand(action: ActionContext, name: string, words: readonly string[]): ZdCommand {
  const cli = Cli.from<CommandContext>(commandClasses, { binaryName: action.binaryName });
  const context = {
    ...defaultContext(action),
    action,
    promptTopics: {},
    definitions: () => cli.definitions(),
  };
  return parse(cli, [name, ...words], context) as ZdCommand;
}

function parse(cli: Cli<CommandContext>, input: string[], context: CommandContext) {
  try {
    const command = cli.process(input, context);
    command.context = context;
    return command;
  } catch (error) {
    const page = [cli.binaryName, ...input.slice(0, 1).filter(Boolean), '--help'].join(' ');
    const order = adviseOnOrder(input);
    throw new UsageError(order ?? `${describeFault(input, error)}; see '${page}'`);
  }
}

function describeFault(input: string[], error: unknown): string {
  const dash = input.find(startsWithFalseDash);
  const reason = dash ? `an option begins with '-', not with ${nameCharacter(dash)}` : explain(error);
  const option = /^Unsupported option name \("(.*)"\)$/s.exec(reason)?.[1];
  if (option !== undefined) return `${input[0] || 'status'} has no option ${showHidden(option)}`;
  return `cannot understand '${showHidden(input.join(' '))}': ${reason}`;
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
