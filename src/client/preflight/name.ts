import { basename, extname } from 'node:path';
import { commandOf, hasProgram } from '../../settings/schedule/what-runs';
import type { Configuration } from '../../settings/settings';
import type { ActionContext } from '../context';
import { nameProgram } from './places';

/**
 * The name of a daemon for people: the setting `name`, else the stem of the configuration file, else the program.
 *
 * @param configuration
 * @param args the words of the program that runs, if the configuration may not know them
 */
export function nameDaemon({ settings, file }: Configuration, args: readonly string[] = []): string {
  if (settings.name !== null) return settings.name;
  const stem = file === null ? '' : basename(file, extname(file));
  // The file that is found in the current folder has the name of the tool.
  if (stem !== '' && stem !== 'zd') return stem;
  return nameProgram(hasProgram(settings) ? commandOf(settings, 0) : args);
}

/** The same in messages; as zdaemon, they name the program (zdaemon has no names). */
export function nameInMessages({
  configuration,
  flavour,
}: Pick<ActionContext, 'configuration' | 'flavour'>): string {
  return flavour === 'zd' ? nameDaemon(configuration) : nameProgram(commandOf(configuration.settings, 0));
}
