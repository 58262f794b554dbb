import { takeOptions } from '../settings/argv';
import type { Option } from '../settings/options';
import { nameCharacter, startsWithFalseDash } from '../system/blanks';
import { askFor, nearestName } from '../system/text/nearest';
import { quoteForShell } from '../system/text/shell-words';
import { commandNames, commandTable } from './table';

/** Options that name a daemon. */
export const PLACES = ['configure', 'program', 'socket-name', 'daemon-name'];

/**
 * Advice on an unknown name of a command: the one that users of other tools mean by it, the nearest, or
 * the only one that it begins.
 *
 * @param command as typed
 * @param others further names, such as those that only the prompt has
 * @param fallback when nothing is near
 */
export function adviseOn(command: string, others: readonly string[] = [], fallback = 'see zd help'): string {
  if (startsWithFalseDash(command)) return `an option begins with '-', not with ${nameCharacter(command)}`;
  const word = command.toLowerCase();
  const meant = Object.entries(commandTable).find(([, { synonyms = [] }]) => synonyms.includes(word))?.[0];
  const names = [...commandNames, ...others].filter(name => name.length > 1);
  const begun = names.filter(name => name.startsWith(word));
  const nearest = meant ?? nearestName(command, names) ?? (begun.length === 1 ? begun[0] : undefined);
  return nearest ? askFor(command, `'${nearest}'`) : fallback;
}

/**
 * `options come first: zd -C api.conf start`, if options of zd are among the words of a command.
 *
 * @param input the command and the words after it
 * @param onlyPlaces look only for options that name a daemon
 * @returns the advice, or null
 */
export function adviseOnOrder(
  [command = '', ...words]: readonly string[],
  onlyPlaces = false,
): string | null {
  const isMeant = ({ key }: Option) =>
    key !== 'help' && key !== 'version' && (!onlyPlaces || PLACES.includes(key));
  try {
    const { taken, rest } = takeOptions(words, isMeant);
    return taken.length === 0
      ? null
      : `options come first: ${quoteForShell(['zd', ...taken, command, ...rest])}`;
  } catch {
    return null;
  }
}
