import { basename } from 'node:path';
import { findAddress } from '../../client/address';
import { type ActionContext, complain, print, withConfiguration } from '../../client/context';
import { queryManager } from '../../client/query';
import { findCommand } from '../../commands/table';
import { type Arguments, parseArguments } from '../../settings/argv';
import type { Fleet } from '../../settings/fleet/fleet';
import { readFleet } from '../../settings/fleet/read-fleet';
import { resolveConfiguration } from '../../settings/resolve';
import { ExitStatus, UsageError } from '../../system/errors';
import { showControls } from '../../system/show-controls';
import { screenWidth } from '../../system/text/text-rows';
import { takeManners } from '../arrange-words';
import { asksForPage, runCommandLine } from '../dispatch';
import { reportError } from '../report-error';
import { runInFleet } from '../run-in-fleet';
import { promptWordsOf, writeFlags } from './commands';
import { completeLine } from './completion';
import { openHistory } from './history';
import { isTerminal, type LineSource, openScript, openTerminal } from './lines';
import { addHint, performGuarded } from './prompt';
import { inheritTerminal } from './shell';
import { readTyped } from './typed-line';

type World = Omit<ActionContext, 'configuration'>;

/** What the commands of the prompt can change. */
interface FleetSession {
  world: World;
  argv: Arguments;
  fleet: Fleet;
  /** What `describeFleet` said of it. */
  mark: string;
  status: number;
  over: boolean;
}

/** Seconds that the prompt waits for managers: silent ones must not keep the user from typing. */
const PATIENCE = 0.2;

/**
 * The prompt of a fleet: runs lines until `quit` or the end of the input, as `runPrompt` does for one program.
 *
 * @param world
 * @param argv the command line; its command, if any, is run first
 * @param fleet
 * @returns the exit status of the last command, 0 when there was none
 */
export async function runFleetPrompt(world: World, argv: Arguments, fleet: Fleet): Promise<number> {
  const session: FleetSession = {
    world,
    argv,
    fleet,
    mark: describeFleet(fleet),
    status: ExitStatus.done,
    over: false,
  };
  const { command, words } = argv;
  if (command !== null) await perform(session, own => runInFleet(own, argv, session.fleet, command, words));
  if (session.over) return session.status;
  const lines = isTerminal() ? openTyping(session) : openScript();
  try {
    if (isTerminal()) await greet(session);
    while (!session.over) {
      const line = await lines.next(() => writePrompt(session));
      if (line === null) break;
      await perform(session, own => runLine(session, own, line));
    }
  } catch (error) {
    session.status = reportError(error, world);
  } finally {
    lines.close();
  }
  return session.status;
}

/** What has to be the same for a fleet to be the same. */
function describeFleet({ members, faulty }: Fleet): string {
  return JSON.stringify([
    members.map(({ name, configuration: { settings, environment, eventLog } }) => [
      name,
      settings,
      environment,
      eventLog,
    ]),
    faulty,
  ]);
}

function openTyping(session: FleetSession): LineSource {
  const { world } = session;
  const history = openHistory(process.env, world.clock);
  if (history.problem !== null) complain(world, `note: ${history.problem}`);
  return openTerminal(world.stdout, line => completeLine(line, 'zd', listSelectors(session.fleet)), history);
}

/** The names of the programs, those of all copies of one, and the tags. */
function listSelectors({ members, faulty }: Fleet): string[] {
  const tags = members.flatMap(({ configuration }) => configuration.settings.tags ?? []);
  const names = [...members.flatMap(({ name, base }) => [name, base]), ...faulty.map(({ name }) => name)];
  return [...new Set([...names.sort(), ...tags.map(tag => `@${tag}`).sort()])];
}

async function greet(session: FleetSession): Promise<void> {
  const { world, fleet } = session;
  const { length } = fleet.members;
  const line = showControls(`${nameFleet(fleet)}: ${length === 1 ? '1 program' : `${length} programs`}`);
  print(world as ActionContext, addHint(line, screenWidth(world.stdout)));
  await perform(session, own => runInFleet(own, session.argv, fleet, 'list', []));
  session.status = ExitStatus.done;
}

function nameFleet({ path }: Fleet): string {
  return basename(path, '.conf') || path;
}

/** `apps 3/4> `: the name, how many are up, and how many there are. */
async function writePrompt({ fleet, world }: FleetSession): Promise<string> {
  const found = await Promise.all(
    fleet.members.map(({ configuration }) =>
      queryManager(findAddress(configuration), world.clock, undefined, PATIENCE).catch(() => null),
    ),
  );
  const up = found.filter(view => view !== null && view.pid !== null).length;
  return `${showControls(nameFleet(fleet))} ${up}/${fleet.members.length}> `;
}

function runLine(session: FleetSession, world: World, line: string): Promise<number> | number {
  const typed = readTyped(line);
  if (typed === null) return session.status;
  const { name, words } = typed;
  if (['quit', 'exit', 'EOF'].includes(name) && !asksForPage(words)) {
    session.over = true;
    return session.status;
  }
  const context = withoutConfiguration(world);
  if (name === 'shell')
    return inheritTerminal(
      context,
      process.env.SHELL || '/bin/sh',
      words[0] === undefined ? [] : ['-c', words[0]],
    );
  const record = findCommand(name);
  if (!record || record.needsNoFile || asksForPage(words))
    return runCommandLine(context, name, words, promptWordsOf('zd'));
  readAgain(session);
  // It may become another user, which this process could not undo.
  if (record.name === 'fg')
    return inheritTerminal(context, process.execPath, [
      process.argv[1] ?? '',
      ...writeFlags(session.argv),
      'fg',
      ...words,
    ]);
  const { json, quiet, words: rest } = takeManners(name, words);
  const run = (own: World) => runInFleet(own, session.argv, session.fleet, record.name, rest);
  if (!json && !quiet) return run(world);
  const { answerInJson, answerQuietly } = require('../answer') as typeof import('../answer');
  return (json ? answerInJson : answerQuietly)(world, record, run);
}

/** A command uses what its user has saved. */
function readAgain(session: FleetSession): void {
  const fresh = readFleet({ argv: session.argv });
  if (fresh === null)
    throw new UsageError(`${session.fleet.file} is not a fleet any more; leave, and begin anew`);
  const mark = describeFleet(fresh);
  if (mark === session.mark) return;
  complain(session.world, `note: ${fresh.file} has changed, read again`);
  session.fleet = fresh;
  session.mark = mark;
}

/** For commands that need none. */
function withoutConfiguration(world: World): ActionContext {
  return withConfiguration(world, resolveConfiguration({ argv: parseArguments([]) }));
}

/** No error ends the prompt. Ctrl-C ends the wait of a command, and also a script. */
async function perform(
  session: FleetSession,
  run: (world: World) => Promise<number> | number,
): Promise<void> {
  const { status, isInterrupted } = await performGuarded(session.world, run);
  session.status = status;
  if (isInterrupted && !isTerminal()) session.over = true;
}
