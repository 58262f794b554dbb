import { markFiles } from '../../client/configured/mark-files';
import { isAnothers } from '../../client/configured/whose';
import { type ActionContext, type Flavour, print } from '../../client/context';
import { describeView, findSituation, viewOf } from '../../client/situation';
import type { Topics } from '../../commands/help/help';
import { type Arguments, parseArguments } from '../../settings/argv';
import { resolveConfiguration } from '../../settings/resolve';
import { hasProgram } from '../../settings/schedule/what-runs';
import { ExitStatus, UsageError } from '../../system/errors';
import { nameSignal } from '../../system/signals';
import { findUserToBecome } from '../../system/users';
import type { PromptWords } from '../dispatch';
import { asksForPage, runCommandLine } from '../dispatch';
import { isTerminal } from './lines';
import { stopManager } from './quit';
import { inheritTerminal } from './shell';

/** A shell adds the number of the signal to this. */
const SIGNAL_BASE = 128;

/** What the commands of the prompt can change. */
export interface Session {
  context: ActionContext;
  /** Where the configuration comes from. */
  argv: Arguments;
  /** What `markFiles` said when it was read. */
  mark: string;
  /** The exit status of the last command. */
  status: number;
  over: boolean;
}

type PromptCommand = (session: Session, context: ActionContext, words: string[]) => Promise<number> | number;

interface PromptRecord {
  run: PromptCommand;
  /** What `help NAME` prints; absent for a command that also exists outside the prompt. */
  help?: string;
  /** The same, called as zd, where zdaemon's text does not fit. */
  ownHelp?: string;
  /** Omitted from zdaemon's list of topics. */
  isAlias?: boolean;
  /** Called as zd, it does not exist, or is another command. */
  isZdaemons?: boolean;
}

const quitHelp = `quit -- Leave the prompt. A manager whose program was stopped is
        stopped as well; a running program keeps running.`;
const shellHelp = `shell [command] -- Run a command with your shell, or just the shell.
! [command] -- an alias for shell.`;

/** The commands that exist only at the prompt or work differently there; each returns its exit status. */
const promptTable: Record<string, PromptRecord> = {
  quit: { run: quit, help: quitHelp },
  exit: { run: quit, help: quitHelp, ownHelp: 'exit -- The same as quit.', isAlias: true },
  EOF: {
    run: leave,
    help: 'To quit, type ^D or use the quit command.',
    ownHelp: 'EOF -- Leave the prompt and change nothing, as Ctrl-D does.',
  },
  reload: {
    run: reload,
    help: `reload [options] -- Read the configuration again; options, if any,
                    replace the previous ones.`,
    isZdaemons: true,
  },
  shell: { run: onFreshLine(runShell), help: shellHelp },
  fg: { run: onFreshLine(runForeground) },
  foreground: { run: onFreshLine(runForeground) },
};

/** What exists only at the prompt. */
export function promptWordsOf(flavour: Flavour): PromptWords {
  const records = Object.entries(promptTable).filter(
    ([, { help, isZdaemons }]) => help !== undefined && (!isZdaemons || flavour === 'zdaemon'),
  );
  const isOwn = flavour === 'zd';
  const topics = records
    .filter(([, { isAlias }]) => isOwn || !isAlias)
    .map(([name, { help = '', ownHelp = help }]) => [name, isOwn ? ownHelp : help]);
  return { topics: Object.fromEntries(topics) as Topics, names: records.map(([name]) => name) };
}

/** What a command does at the prompt, or null if it works as it does elsewhere. */
export function findPromptCommand(name: string, flavour: Flavour): PromptCommand | null {
  const record = Object.hasOwn(promptTable, name) ? promptTable[name] : undefined;
  if (!record || (record.isZdaemons && flavour === 'zd')) return null;
  const { run, help, ownHelp = help } = record;
  if (help === undefined || ownHelp === undefined) return run;
  return (session, context, words) => {
    if (!asksForPage(words)) return run(session, context, words);
    print(context, flavour === 'zd' ? ownHelp : help);
    return ExitStatus.done;
  };
}

/**
 * The prompt would overwrite an unfinished last line. A full row of blanks wraps only after such a line. An exit status is
 * shown like any other outcome, but not to a script.
 */
function onFreshLine(command: PromptCommand): PromptCommand {
  return async (session, context, words) => {
    const status = await command(session, context, words);
    if (!isTerminal()) return status;
    const { columns } = context.stdout as NodeJS.WriteStream;
    context.stdout.write(`${' '.repeat(columns)}\r`);
    if (status !== 0 && context.flavour === 'zd') print(context, describeStatus(status));
    return status;
  };
}

/** `exit status 3`, `exit status 137 (SIGKILL)`. */
function describeStatus(status: number): string {
  return `exit status ${status}${status > SIGNAL_BASE ? ` (${nameSignal(status - SIGNAL_BASE)})` : ''}`;
}

function leave(session: Session): number {
  session.over = true;
  return session.status;
}

/** Leaves the prompt and stops a manager whose program was stopped, but not one that is about to retry. */
async function quit(session: Session, context: ActionContext): Promise<number> {
  session.over = true;
  const situation = await findSituation(context);
  const view = viewOf(situation);
  if (!view) print(context, 'daemon manager not running');
  else if (view.pid !== null) print(context, 'daemon process and daemon manager still running');
  else if (view.wanted === 'up') print(context, describeView(view));
  else if (!isAnothers(context, situation)) await stopManager(context, view);
  return session.status;
}

/** `reload [options]` of zdaemon: reads the configuration again. If that fails, the previous one stays in effect. */
function reload(session: Session, context: ActionContext, words: string[]): number {
  try {
    const argv = words.length > 0 ? parseArguments(words) : session.argv;
    if (words.length > 0 && argv.command !== null)
      throw new UsageError(`reload accepts options such as -C FILE, not '${argv.command}'`);
    const configuration = resolveConfiguration({ argv, placesPaths: false });
    session.argv = argv;
    session.context = { ...session.context, configuration };
    session.mark = markFiles(configuration);
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

/** Becoming another user is irreversible, so a separate zd does it. */
function runForeground(session: Session, context: ActionContext, words: string[]): Promise<number> {
  const { settings } = context.configuration;
  if (asksForPage(words) || !hasProgram(settings) || findUserToBecome(settings.user) === null)
    return runCommandLine(context, 'fg', words, promptWordsOf(context.flavour));
  const flags = writeFlags(session.argv);
  return inheritTerminal(context, process.execPath, [process.argv[1] ?? '', ...flags, 'fg', ...words]);
}

/** The options of a command line, as words. */
export function writeFlags({ flags, overrides }: Arguments): string[] {
  return [
    ...[...flags.values()]
      .filter(({ option }) => option.key !== 'interactive')
      .flatMap(({ written, text }) => (text === null ? [written] : [written, text])),
    ...overrides.flatMap(({ path, value }) => ['-X', `${path.join('/')}=${value}`]),
  ];
}
