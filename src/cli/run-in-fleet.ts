import type { ActionContext } from '../client/context';
import { findCommand } from '../commands/table';
import type { Arguments } from '../settings/argv';
import type { Fleet } from '../settings/fleet/fleet';
import { takeMannersOfMany } from './arrange-words';
import { runCommandLine } from './dispatch';
import { reportError } from './report-error';

/**
 * Runs a command for the programs of a fleet, each as if its own file had been named.
 *
 * @param world
 * @param argv the command line that named the fleet
 * @param fleet
 * @param command its name
 * @param words the words after it
 * @returns its exit status
 * @throws UserError
 */
export async function runInFleet(
  world: Omit<ActionContext, 'configuration'>,
  argv: Arguments,
  fleet: Fleet,
  command: string,
  words: readonly string[],
): Promise<number> {
  const { keepFormerSockets, runMany } = loadMany();
  const attempt = async (context: ActionContext, work: () => Promise<number>) => {
    try {
      return await work();
    } catch (error) {
      return reportError(error, context);
    }
  };
  const runOne = (context: ActionContext, name: string, given: readonly string[]) =>
    attempt(context, () => runCommandLine(context, name, given));
  await keepFormerSockets(fleet, world.clock);
  const { json, quiet, words: rest } = takeMannersOfMany(command, words);
  const run = (own: typeof world) =>
    runMany({ world: own, argv, fleet, command, words: rest, runOne, attempt });
  if ((!json && !quiet) || world.facts) return run(world);
  const { answerInJson, answerQuietly } = require('./answer') as typeof import('./answer');
  const record = findCommand(command) ?? { name: command };
  return json ? answerInJson(world, record, run) : answerQuietly(world, record, run);
}

/** Loaded for more than one program. */
export function loadMany(): typeof import('../commands/many/bundle') {
  return require('../commands/many/bundle');
}
