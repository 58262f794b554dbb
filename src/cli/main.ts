import { basename } from 'node:path';
import { keepFormerSocket } from '../client/configured/former-socket';
import { type ActionContext, complain, type Flavour, withConfiguration } from '../client/context';
import { checkText } from '../client/preflight/trust';
import { adviseOnOrder, PLACES } from '../commands/suggest';
import { commandNames, findCommand } from '../commands/table';
import { type Arguments, parseArguments } from '../settings/argv';
import type { Fleet } from '../settings/fleet/fleet';
import { optionHelp } from '../settings/option-help';
import { type ConfigurationRequest, resolveConfiguration } from '../settings/resolve';
import type { Configuration } from '../settings/settings';
import { systemClock } from '../system/clock';
import { describeReason, ExitStatus, UsageError, UserError } from '../system/errors';
import { screenWidth } from '../system/text/text-rows';
import { VERSION } from '../system/version';
import { readCommandLine } from './arrange-words';
import { runDespiteFault } from './broken-file';
import { checkCurrentFolder, readArguments } from './caller-words';
import { asksForPage, runCommandLine } from './dispatch';
import { findConfiguration } from './find-configuration';
import { reportError } from './report-error';
import { loadMany, runInFleet } from './run-in-fleet';
import { isAllWritten, openStandardStream, outputFailure, writeStdout } from './streams';

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
  if (flavour === 'zd') reportOutputFailure(world);
  // Otherwise Node exits on its own once its streams are drained.
  if (isAllWritten()) process.exit();
}

/** Whoever reads what was printed must not take a part of it for all; a failure of the command itself comes first. */
function reportOutputFailure(world: World): void {
  const failure = outputFailure();
  if (failure === null) return;
  complain(world, `cannot write to standard output: ${describeReason(failure)}`);
  process.exitCode ||= ExitStatus.failed;
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
  const typed = readCommandLine(readArguments(), flavour);
  const { command } = typed;
  if (typed.flags.has('help')) return printHelp(world, command);
  if (typed.flags.has('version')) return printVersion(world);
  checkCurrentFolder();
  // A page of help needs no configuration, so an invalid one must not prevent it.
  if (command !== null && asksForPage(typed.words)) return runPage(world, command);
  const runIn = async (own: World) => runConfigured(own, await placeDaemon(typed, flavour, own));
  const isStream = command !== null && streams(command, typed.words);
  if (typed.flags.has('json') && !isStream)
    return loadAnswer().answerInJson(world, describeCommand(nameCommand(typed)), runIn);
  if (typed.flags.has('quiet') && command !== null)
    return loadAnswer().answerQuietly(world, describeCommand(command), runIn);
  return runIn(world);
}

/** Finds the daemon that a command line is about, if it does not say where it is. */
async function placeDaemon(typed: Arguments, flavour: Flavour, world: World): Promise<Arguments> {
  if (flavour === 'zdaemon') return typed;
  const named = typed.flags.get('daemon-name');
  if (!named) return findFile(typed, world);
  const other = PLACES.map(key => typed.flags.get(key)).find(flag => flag && flag !== named);
  if (other) throw new UsageError(`cannot use ${named.written} with ${other.written}: each names a daemon`);
  const { findNamedDaemon } =
    require('../commands/list/name-daemon') as typeof import('../commands/list/name-daemon');
  return findNamedDaemon(typed);
}

/** Looks for a configuration that the command line does not name. */
function findFile(typed: Arguments, world: World): Arguments {
  const { argv, isFound, note } = findConfiguration(typed, process.env);
  if (note !== null) complain(world, `note: ${note}`);
  const { command, words } = typed;
  // The program of a file that was only found is hardly meant to get words that name another daemon.
  if (isFound && command !== null && findCommand(command)?.words === 'program') {
    const advice = adviseOnOrder([command, ...words], true);
    if (advice !== null) throw new UsageError(advice);
  }
  return argv;
}

function streams(command: string, words: readonly string[]): boolean {
  const flag = findCommand(command)?.streams ?? false;
  return typeof flag === 'string' ? words.includes(flag) : flag;
}

function describeCommand(command: string) {
  return findCommand(command) ?? { name: command };
}

function nameCommand({ command, flags }: Arguments): string {
  if (command !== null && !flags.has('interactive')) return command;
  throw new UsageError('cannot use --json at the prompt: name a command');
}

/** The configuration comes later: what is wrong with it belongs into the answer. */
async function runConfigured(world: World, argv: Arguments): Promise<number> {
  const { flavour } = world;
  const { command } = argv;
  const request = { argv, placesPaths: flavour === 'zd' };
  let configuration: Configuration;
  try {
    configuration = writesFile(command) ? configureNew(argv) : resolveConfiguration(request);
  } catch (error) {
    const fleet = error instanceof UserError ? readFleet(request, flavour, command) : null;
    return fleet ? runFleet(world, argv, fleet) : runBroken(world, request, error);
  }
  const isOther = argv.flags.has('format') || configuration.settings.copies !== null;
  const fleet = isOther ? readFleet(request, flavour, command) : null;
  if (fleet) return runFleet(world, argv, fleet);
  if (configuration.home !== null) await keepFormerSocket(configuration, world.clock);
  if (takesFleet(argv, flavour)) return runFleet(world, argv, loadMany().makeFleetOfOne(configuration));
  return runSingle(withConfiguration(world, configuration), argv);
}

/** `up` with the program of a plain file. */
function takesFleet({ command, flags }: Arguments, flavour: Flavour): boolean {
  return flavour === 'zd' && !flags.has('interactive') && !!findCommand(command ?? '-')?.takesFleet;
}

/** Runs a command for one program, or the prompt. */
async function runSingle(context: ActionContext, argv: Arguments): Promise<number> {
  const { configuration, flavour } = context;
  const { command } = argv;
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
  return runCommandLine(context, command, wordsOf(argv, command));
}

/** Loaded for a file with more than one program, and for one that zd cannot read as its own. */
function readFleet({ argv }: ConfigurationRequest, flavour: Flavour, command: string | null): Fleet | null {
  if (flavour === 'zdaemon' || writesFile(command) || !argv.flags.has('configure')) return null;
  const reader = require('../settings/fleet/read-fleet') as typeof import('../settings/fleet/read-fleet');
  return reader.readFleet({ argv: isNamed(argv) ? withoutFlag(argv, 'socket-name') : argv });
}

/** Whether `-n` names the daemon: its socket tells which program of a fleet that is. */
function isNamed({ flags }: Arguments): boolean {
  return flags.has('daemon-name');
}

function withoutFlag(argv: Arguments, key: string): Arguments {
  return { ...argv, flags: new Map([...argv.flags].filter(([name]) => name !== key)) };
}

/** Each program is run as if its own file had been named. */
async function runFleet(world: World, argv: Arguments, fleet: Fleet): Promise<number> {
  const { command } = argv;
  if (isNamed(argv)) return runNamed(world, argv, fleet);
  if (command === null || argv.flags.has('interactive')) return runFleetPrompt(world, argv, fleet);
  const words = wordsOf(argv, command);
  if (findCommand(command)?.needsNoFile) return runPage(world, command, words);
  return runInFleet(world, argv, fleet, command, words);
}

/** With `-n`, everything is as with the own file of that program; one that the fleet has no more has only its socket. */
async function runNamed(world: World, argv: Arguments, { members }: Fleet): Promise<number> {
  const socket = argv.flags.get('socket-name')?.text ?? '';
  const member = members.find(({ configuration }) => configuration.settings.socketName === socket);
  const configuration =
    member?.configuration ??
    resolveConfiguration({ argv: withoutFlag(argv, 'configure'), placesPaths: true });
  return runSingle(withConfiguration(world, configuration), argv);
}

/** What `status` and `events` print is their own. */
function wordsOf({ flags, words }: Arguments, command: string): string[] {
  const isOwn = findCommand(command)?.name === 'status' || streams(command, words);
  return flags.has('json') && isOwn ? ['--json', ...words] : words;
}

/** Some commands are of use with what can be read of a broken file. */
async function runBroken(world: World, request: ConfigurationRequest, error: unknown): Promise<number> {
  const { command, flags } = request.argv;
  const way = command === null ? undefined : findCommand(command)?.worksWithFault;
  const isOther = world.flavour === 'zdaemon' || !way || flags.has('interactive');
  if (isOther || command === null || !(error instanceof UserError)) throw error;
  const makeContext = (configuration: Configuration) => withConfiguration(world, configuration);
  const words = wordsOf(request.argv, command);
  return runDespiteFault({ request, fault: error, command, words, goesOn: way === 'goes on', makeContext });
}

function writesFile(command: string | null): boolean {
  return command !== null && findCommand(command)?.writesFile === true;
}

/** For a command that writes the file: everything else comes from the words after it. */
function configureNew(argv: Arguments): Configuration {
  const flags = new Map(argv.flags);
  const file = flags.get('configure')?.text ?? null;
  flags.delete('configure');
  const other = [...flags.values()].find(({ option }) => !['program', 'json', 'quiet'].includes(option.key));
  if (other)
    throw new UsageError(
      `cannot use ${other.written} with ${argv.command}: write the file first, then put the setting into it`,
    );
  return { ...resolveConfiguration({ argv: { ...argv, flags } }), file };
}

/** Most commands are called without. */
function loadAnswer(): typeof import('./answer') {
  return require('./answer');
}

/** The prompt is loaded only when needed, and handles Ctrl-C itself. */
async function runPrompt(context: ActionContext, argv: Arguments): Promise<number> {
  process.off('SIGINT', onInterrupt);
  const { runPrompt: run } = require('./prompt/bundle') as typeof import('./prompt/bundle');
  return run(context, argv);
}

/** The same for a fleet. */
async function runFleetPrompt(world: World, argv: Arguments, fleet: Fleet): Promise<number> {
  process.off('SIGINT', onInterrupt);
  const prompt = require('./prompt/bundle') as typeof import('./prompt/bundle');
  return prompt.runFleetPrompt(world, argv, fleet);
}

/** `zd -h start` is `zd start -h`. */
async function printHelp(world: World, command: string | null): Promise<number> {
  if (command !== null && world.flavour === 'zd' && findCommand(command)) return runPage(world, command);
  const width = screenWidth(world.stdout);
  world.stdout.write(optionHelp(world.flavour, width));
  if (world.flavour === 'zdaemon') {
    const { listTopics } = require('../commands/help/help') as typeof import('../commands/help/help');
    world.stdout.write(`${listTopics(commandNames.filter(name => name !== '?')).join('\n')}\n`);
  } else {
    const { listCommands } =
      require('../commands/help/overview') as typeof import('../commands/help/overview');
    world.stdout.write(`\n${listCommands({}, width).join('\n')}\n`);
  }
  return ExitStatus.done;
}

async function runPage(world: World, command: string, words = ['--help']): Promise<number> {
  const context = withConfiguration(world, resolveConfiguration({ argv: parseArguments([]) }));
  return runCommandLine(context, command, words);
}

function printVersion(world: World): number {
  world.stdout.write(`${VERSION}\n`);
  return ExitStatus.done;
}
