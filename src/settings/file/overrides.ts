import { suggest } from '../../system/text/nearest';
import type { Override } from '../argv';
import { errorAt, quoteText } from '../faults';
import { type Entry, type FileTree, OWN_SECTIONS, type Section } from './tree';

/**
 * Replaces values in the tree of a file with those of `-X section/key=value`.
 *
 * @param tree modified in place; a missing section of zd is added
 * @param overrides in the order given; the last one for a key wins
 * @throws UsageError for an unknown section
 */
export function applyOverrides(tree: FileTree, overrides: readonly Override[]): void {
  for (const { path, value, typed = path } of overrides) {
    const origin = `-X ${typed.join('/')}`;
    const key = path.at(-1)!;
    let siblings = tree.sections;
    let section: Section | undefined;
    for (const [depth, name] of path.slice(0, -1).entries()) {
      section = findSection(siblings, { name, origin, canMake: depth === 0 });
      siblings = section.sections;
    }
    const same = sameKey(section!, key);
    // The order of steps is that of the file.
    const at = section!.entries.findIndex(entry => same(entry.key));
    section!.entries = section!.entries.filter(entry => !same(entry.key));
    const entry: Entry = { key, value, origin, isTyped: true, column: null };
    section!.entries.splice(at < 0 ? section!.entries.length : at, 0, entry);
  }
}

interface Wanted {
  name: string;
  origin: string;
  canMake: boolean;
}

function findSection(siblings: Section[], { name, origin, canMake }: Wanted): Section {
  const type = name.toLowerCase();
  const found = siblings.find(section => section.type === type);
  if (found) return found;
  if (!canMake || !OWN_SECTIONS.includes(type)) {
    const known = canMake ? OWN_SECTIONS : siblings.map(section => section.type);
    const advice =
      known.length > 0 ? `valid sections are ${known.join(', ')}` : 'no section is allowed there';
    throw errorAt(origin, `unknown section ${quoteText(name)}${suggest(type, known, advice)}`);
  }
  const made = { type, label: `[${type}]`, origin, entries: [], sections: [] };
  siblings.push(made);
  return made;
}

/** Names of variables and of steps are case-sensitive; all other keys are not. */
function sameKey({ type }: Section, key: string): (other: string) => boolean {
  const isExact = type === 'environment' || type === 'steps';
  return isExact ? other => other === key : other => other.toLowerCase() === key.toLowerCase();
}
