import { basename } from 'node:path';
import type { ActionContext, Flavour } from '../client/context';
import { commandNames } from '../commands/table';
import { type Arguments, parseArguments } from '../settings/argv';
import { optionHelp } from '../settings/option-help';
import { resolveConfiguration } from '../settings/resolve';
import type { Configuration } from '../settings/settings';
import { systemClock } from '../system/clock';
import { ExitStatus, UsageError } from '../system/errors';
import { VERSION } from '../system/version';
import { asksForPage, runCommandLine } from './dispatch';
import { reportError } from './report-error';
import { isAllSaid, openStandardStream, say } from './streams';

/**
 * The program `zd`, or `zdaemon`: from the command line to the exit status. The only place that catches.
 *
 * @param flavour the name we were called by
 */
export async function main(flavour: Flavour): Promise<void> {
  const world = prepareWorld(flavour);
  try {
    process.exitCode = await run(flavour, world);
  } catch (error) {
    process.exitCode = reportError(error, world);
  }
  // Otherwise Node ends by itself once its streams have been emptied.
  if (isAllSaid()) process.exit();
}

type World = Omit<ActionContext, 'configuration'>;

/** Made when first asked for: streams and controllers cost more than all a `status` does. */
function prepareWorld(flavour: Flavour): World {
  process.on('SIGINT', onInterrupt);
  return {
    flavour,
    binaryName: flavour === 'zd' ? 'zd' : basename(process.argv[1] ?? 'zdaemon'),
    clock: systemClock,
    say,
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

/** Whoever waits is told; with nobody waiting Ctrl-C means what it always means. */
function onInterrupt(): void {
  const { getEventListeners } = require('node:events') as typeof import('node:events');
  if (!interrupt || getEventListeners(interrupt.signal, 'abort').length === 0) process.exit(130);
  interrupt.abort();
}

async function run(flavour: Flavour, world: World): Promise<number> {
  const argv = parseArguments(process.argv.slice(2));
  const { command } = argv;
  if (argv.flags.has('help')) return printHelp(world);
  if (argv.flags.has('version')) return printVersion(world);
  // A page of help needs no configuration, least of all a faultless one.
  const wantsPage = command !== null && asksForPage(argv.words);
  const configuration = resolveConfiguration({ argv: wantsPage ? parseArguments([]) : argv });
  const context = withConfiguration(world, configuration);
  if (wantsPage) return runCommandLine(context, command, argv.words);
  const { interactive, defaultToInteractive } = configuration.settings;
  if (interactive || (command === null && flavour === 'zd' && defaultToInteractive))
    return runPrompt(context, argv);
  if (command === null) {
    throw new UsageError(
      flavour === 'zd' ? 'either -i or an action argument is required' : 'an action argument is required',
    );
  }
  return runCommandLine(context, command, argv.words);
}

/** A copy by value would open every stream. */
function withConfiguration(world: World, configuration: Configuration): ActionContext {
  return Object.defineProperties({ configuration } as ActionContext, Object.getOwnPropertyDescriptors(world));
}

/** The prompt is loaded for those who want it, and takes care of Ctrl-C itself. */
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
