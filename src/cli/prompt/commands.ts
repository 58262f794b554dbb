import { type ActionContext, print } from '../../client/context';
import { describeView, findSituation, viewOf } from '../../client/situation';
import type { Topics } from '../../commands/help/help';
import { type Arguments, parseArguments } from '../../settings/argv';
import { resolveConfiguration } from '../../settings/resolve';
import { ExitStatus, UsageError } from '../../system/errors';
import { findUserToBecome } from '../../system/users';
import type { PromptWords } from '../dispatch';
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

interface PromptRecord {
  run: PromptCommand;
  /** What `help NAME` prints; absent for a command that is there without the prompt, too. */
  help?: string;
  /** The list of topics leaves it out. */
  isAlias?: boolean;
}

const quitHelp = `quit -- Leave the prompt. A manager whose program was stopped is told
        to leave as well; a running program goes on.`;
const shellHelp = `shell [command] -- Run a command with your shell, or just the shell.
! [command] -- an alias for shell.`;

/** The commands that only the prompt has, or that are something else there; each returns its exit status. */
const promptTable: Record<string, PromptRecord> = {
  quit: { run: quit, help: quitHelp },
  exit: { run: quit, help: quitHelp, isAlias: true },
  EOF: { run: leave, help: 'To quit, type ^D or use the quit command.' },
  reload: {
    run: reload,
    help: `reload [options] -- Read the configuration again, with these options
                    in place of the former ones when any are given.`,
  },
  shell: { run: onFreshLine(runShell), help: shellHelp },
  fg: { run: onFreshLine(runForeground) },
  foreground: { run: onFreshLine(runForeground) },
};

const promptTopics: Topics = Object.fromEntries(
  Object.entries(promptTable).flatMap(([name, { help, isAlias }]) =>
    help === undefined || isAlias ? [] : [[name, help]],
  ),
);

/** What only the prompt has. */
export const promptWords: PromptWords = {
  topics: promptTopics,
  names: Object.keys(promptTable).filter(name => promptTable[name]?.help !== undefined),
};

/** What a command does at the prompt, or null when it is what it is elsewhere. */
export function findPromptCommand(name: string): PromptCommand | null {
  const record = Object.hasOwn(promptTable, name) ? promptTable[name] : undefined;
  if (!record) return null;
  const { run, help } = record;
  if (help === undefined) return run;
  return (session, context, words) => {
    if (!asksForPage(words)) return run(session, context, words);
    print(context, help);
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
    return runCommandLine(context, 'fg', words, promptWords);
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
