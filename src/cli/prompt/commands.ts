import { type ActionContext, print } from '../../client/context';
import { describeView, findSituation, viewOf } from '../../client/situation';
import { promptHelpTexts } from '../../commands/help/texts';
import { type Arguments, parseArguments } from '../../settings/argv';
import { resolveConfiguration } from '../../settings/resolve';
import { ExitStatus, UsageError } from '../../system/errors';
import { findUserToBecome } from '../../system/users';
import { asksForPage, runCommandLine } from '../dispatch';
import { isTerminal } from './lines';
import { stopManager } from './quit';
import { inheritTerminal } from './shell';

/** What the commands of the prompt may change. */
export interface Session {
  context: ActionContext;
  /** Where the configuration comes from. */
  argv: Arguments;
  /** The exit status of the last command. */
  status: number;
  over: boolean;
}

type PromptCommand = (session: Session, context: ActionContext, words: string[]) => Promise<number> | number;

/** The commands that only the prompt has, or that are something else there; each returns its exit status. */
export const promptCommands: Record<string, PromptCommand> = {
  quit: withPage('quit', quit),
  exit: withPage('quit', quit),
  EOF: withPage('EOF', leave),
  reload: withPage('reload', reload),
  shell: onFreshLine(runShell),
  fg: onFreshLine(runForeground),
  foreground: onFreshLine(runForeground),
};

/** Their names, for suggestions and completion. */
export const promptNames = ['quit', 'exit', 'EOF', 'reload', 'shell'];

function withPage(topic: string, command: PromptCommand): PromptCommand {
  return (session, context, words) => {
    if (!asksForPage(words)) return command(session, context, words);
    print(context, promptHelpTexts[topic] ?? '');
    return ExitStatus.done;
  };
}

/** A last line without its end would be overwritten by the prompt; a row of blanks wraps only behind such a line. */
function onFreshLine(command: PromptCommand): PromptCommand {
  return async (session, context, words) => {
    const status = await command(session, context, words);
    const { columns } = context.stdout as NodeJS.WriteStream;
    if (isTerminal()) context.stdout.write(`${' '.repeat(columns)}\r`);
    return status;
  };
}

function leave(session: Session): number {
  session.over = true;
  return session.status;
}

/** Leaves, and takes a manager along whose program was stopped; one that is about to try again is doing its work. */
async function quit(session: Session, context: ActionContext): Promise<number> {
  session.over = true;
  const view = viewOf(await findSituation(context));
  if (!view) print(context, 'daemon manager not running');
  else if (view.pid !== null) print(context, 'daemon process and daemon manager still running');
  else if (view.wanted === 'up') print(context, describeView(view));
  else await stopManager(context, view);
  return session.status;
}

/** `reload [options]`: the configuration again; with a fault in it the former one stays. */
function reload(session: Session, context: ActionContext, words: string[]): number {
  try {
    const argv = words.length > 0 ? parseArguments(words) : session.argv;
    if (words.length > 0 && argv.command !== null)
      throw new UsageError(`reload takes options such as -C FILE, not '${argv.command}'`);
    const configuration = resolveConfiguration({ argv });
    session.argv = argv;
    session.context = { ...session.context, configuration };
    const { file } = configuration;
    print(context, `Configuration reloaded ${file === null ? 'without a config file' : `from ${file}`}`);
    return ExitStatus.done;
  } catch (error) {
    print(context, 'Configuration not reloaded');
    throw error;
  }
}

function runShell(_session: Session, context: ActionContext, [line]: string[]): Promise<number> {
  const shell = process.env.SHELL || '/bin/sh';
  return inheritTerminal(context, shell, line === undefined ? [] : ['-c', line]);
}

/** To become another user is for good, so then it is done by a zd of its own. */
function runForeground(session: Session, context: ActionContext, words: string[]): Promise<number> {
  const { settings } = context.configuration;
  if (asksForPage(words) || settings.program.length === 0 || findUserToBecome(settings.user) === null)
    return runCommandLine(context, 'fg', words, { promptNames });
  const flags = writeFlags(session.argv);
  return inheritTerminal(context, process.execPath, [process.argv[1] ?? '', ...flags, 'fg', ...words]);
}

function writeFlags({ flags, overrides }: Arguments): string[] {
  return [
    ...[...flags.values()]
      .filter(({ option }) => option.key !== 'interactive')
      .flatMap(({ written, text }) => (text === null ? [written] : [written, text])),
    ...overrides.flatMap(({ path, value }) => ['-X', `${path.join('/')}=${value}`]),
  ];
}
