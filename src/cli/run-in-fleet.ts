import type { ActionContext } from '../client/context';
import type { Arguments } from '../settings/argv';
import type { Fleet } from '../settings/fleet/fleet';
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
  return runMany({ world, argv, fleet, command, words, runOne, attempt });
}

/** Loaded for more than one program. */
export function loadMany(): typeof import('../commands/many/bundle') {
  return require('../commands/many/bundle');
}
