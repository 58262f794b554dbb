import { basename } from 'node:path';
import type { ActionContext, Flavour } from '../client/context';
import { checkText } from '../client/preflight/trust';
import { commandNames, findCommand } from '../commands/table';
import { type Arguments, parseArguments } from '../settings/argv';
import { optionHelp } from '../settings/option-help';
import { type ConfigurationRequest, resolveConfiguration } from '../settings/resolve';
import type { Configuration } from '../settings/settings';
import { systemClock } from '../system/clock';
import { ExitStatus, UsageError, UserError } from '../system/errors';
import { VERSION } from '../system/version';
import { checkCurrentFolder, readArguments } from './caller-words';
import { asksForPage, runCommandLine } from './dispatch';
import { reportError } from './report-error';
import { isAllWritten, openStandardStream, writeStdout } from './streams';

/**
 * Runs `zd` or `zdaemon`, from the command line to the exit status. Outside the prompt, only this function handles
 * errors in general.
 *
 * @param flavour the name the program was called by
 */
export async function main(flavour: Flavour): Promise<void> {
  const world = prepareWorld(flavour);
  try {
    process.exitCode = await run(flavour, world);
  } catch (error) {
    process.exitCode = reportError(error, world);
  }
  // Otherwise Node exits on its own once its streams are drained.
  if (isAllWritten()) process.exit();
}

type World = Omit<ActionContext, 'configuration'>;

/** Streams and controllers are created on first use: they cost more than everything a `status` does. */
function prepareWorld(flavour: Flavour): World {
  process.on('SIGINT', onInterrupt);
  return {
    flavour,
    binaryName: flavour === 'zd' ? 'zd' : basename(process.argv[1] ?? 'zdaemon'),
    clock: systemClock,
    write: writeStdout,
    get stdout() {
      return openStandardStream('stdout');
    },
    get stderr() {
      return openStandardStream('stderr');
    },
    get interrupt() {
      interrupt ??= new AbortController();
      return interrupt.signal;
    },
  };
}

let interrupt: AbortController | null = null;

/** Ctrl-C aborts the current wait; without one, it ends the client as usual. */
function onInterrupt(): void {
  const { getEventListeners } = require('node:events') as typeof import('node:events');
  if (!interrupt || getEventListeners(interrupt.signal, 'abort').length === 0) process.exit(130);
  interrupt.abort();
}

async function run(flavour: Flavour, world: World): Promise<number> {
  const argv = parseArguments(readArguments());
  const { command } = argv;
  if (argv.flags.has('help')) return printHelp(world);
  if (argv.flags.has('version')) return printVersion(world);
  // A page of help needs no configuration, so an invalid one must not prevent it.
  checkCurrentFolder();
  const wantsPage = command !== null && asksForPage(argv.words);
  const request = { argv: wantsPage ? parseArguments([]) : argv, placesPaths: flavour === 'zd' };
  let configuration: Configuration;
  try {
    configuration = resolveConfiguration(request);
  } catch (error) {
    return runBroken(world, request, error);
  }
  const context = withConfiguration(world, configuration);
  if (wantsPage) return runCommandLine(context, command, argv.words);
  const { interactive, defaultToInteractive } = configuration.settings;
  if (interactive || (command === null && flavour === 'zd' && defaultToInteractive)) {
    checkText(configuration);
    return runPrompt(context, argv);
  }
  if (command === null) {
    throw new UsageError(
      flavour === 'zd' ? 'either -i or an action argument is required' : 'an action argument is required',
    );
  }
  return runCommandLine(context, command, argv.words);
}

/** Some commands are of use with what can be read of a broken file; only they load what reads it. */
async function runBroken(world: World, request: ConfigurationRequest, error: unknown): Promise<number> {
  const { command, flags } = request.argv;
  const way = command === null ? undefined : findCommand(command)?.worksWithFault;
  const isOther = world.flavour === 'zdaemon' || !way || flags.has('interactive');
  if (isOther || command === null || !(error instanceof UserError)) throw error;
  const { runDespiteFault } = require('./broken-file') as typeof import('./broken-file');
  const makeContext = (configuration: Configuration) => withConfiguration(world, configuration);
  return runDespiteFault({ request, fault: error, command, goesOn: way === 'goes on', makeContext });
}

/** Copying the values instead of the getters would open every stream. */
function withConfiguration(world: World, configuration: Configuration): ActionContext {
  return Object.defineProperties({ configuration } as ActionContext, Object.getOwnPropertyDescriptors(world));
}

/** The prompt is loaded only when needed, and handles Ctrl-C itself. */
async function runPrompt(context: ActionContext, argv: Arguments): Promise<number> {
  process.off('SIGINT', onInterrupt);
  const { runPrompt: run } = require('./prompt/prompt') as typeof import('./prompt/prompt');
  return run(context, argv);
}

function printHelp(world: World): number {
  const { listCommands } = require('../commands/help/help') as typeof import('../commands/help/help');
  world.stdout.write(optionHelp(world.flavour));
  world.stdout.write(`${listCommands(commandNames.filter(name => name !== '?')).join('\n')}\n`);
  return ExitStatus.done;
}

function printVersion(world: World): number {
  world.stdout.write(`${VERSION}\n`);
  return ExitStatus.done;
}
