import { makeName } from '../fleet/names';

/**
 * Gives each program a name that zd can use, as the fleet does, for readers whose entries name other programs.
 *
 * @param written the names in the order of the file
 * @returns the names in the same order
 */
export function giveNames(written: readonly string[]): string[] {
  const taken = new Set<string>();
  return written.map(text => {
    const name = makeName(text, taken);
    taken.add(name.toLowerCase());
    return name;
  });
}
