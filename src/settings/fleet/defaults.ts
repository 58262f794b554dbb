import { strip } from '../../system/blanks';
import { readIni } from '../file/ini';
import { meaningfulLines, readSource } from '../file/source';
import { type FileTree, OWN_SECTIONS, type Section } from '../file/tree';

export { expandNames } from './expand-names';

/**
 * Puts `defaults.conf` before a file of its folder.
 *
 * @param tree of the file
 * @param file the name of `defaults.conf` for people
 * @param path its absolute path
 * @returns null if that file is not zd's
 * @throws UsageError for a fault in it
 */
export function readDefaults(tree: FileTree, file: string, path: string): FileTree | null {
  const source = readSource(file, path, true);
  const [first] = meaningfulLines(source, ';#');
  const header = first ? /^\[([^\]]*)\]/.exec(first.text)?.[1] : undefined;
  if (header === undefined || !OWN_SECTIONS.includes(strip(header).toLowerCase())) return null;
  return mergeTrees(readIni(source), tree);
}

/** The sections of `base`, replaced key by key by those of `own`; the file is that of `own`. */
export function mergeTrees(base: FileTree, own: FileTree): FileTree {
  return {
    ...own,
    paths: [...own.paths, ...base.paths],
    identities: { ...base.identities, ...own.identities },
    sections: mergeSections(base.sections, own.sections),
  };
}

/**
 * Merges sections: a key replaces, variables merge. The steps and the event log of a program are its own as a whole.
 *
 * @param base of the defaults
 * @param own of the program
 */
export function mergeSections(base: readonly Section[], own: readonly Section[]): Section[] {
  const merged = own.map(section => {
    const earlier = base.find(({ type }) => type === section.type);
    return earlier && KEYED.includes(section.type) ? mergeEntries(earlier, section) : section;
  });
  return [...base.filter(({ type }) => !own.some(section => section.type === type)), ...merged];
}

/** Sections whose keys are independent of each other. */
const KEYED = ['runner', 'environment'];

function mergeEntries(base: Section, own: Section): Section {
  const keyOf = (key: string) => (own.type === 'runner' ? key.toLowerCase() : key);
  const replaced = new Set(own.entries.map(({ key }) => keyOf(key)));
  const kept = base.entries.filter(({ key }) => !replaced.has(keyOf(key)));
  return { ...own, entries: [...kept, ...own.entries] };
}
