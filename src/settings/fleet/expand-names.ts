import { errorAt } from '../faults';
import type { Entry, FileTree, Section } from '../file/tree';
import { fileOptions } from '../options';

/**
 * Replaces `${name}` and `${copy}` in paths; in ZConfig, `$` is for definitions.
 *
 * @param name of the program
 * @param copy its number; null for a program without copies
 * @throws UsageError for `${copy}` without copies
 */
export function expandNames(tree: FileTree, name: string, copy: number | null): FileTree {
  if (!tree.isIni) return tree;
  return { ...tree, sections: tree.sections.map(section => expand(section, name, copy)) };
}

function expand(section: Section, name: string, copy: number | null): Section {
  if (section.type !== 'runner') return section;
  return { ...section, entries: section.entries.map(entry => expandEntry(entry, name, copy)) };
}

function expandEntry(entry: Entry, name: string, copy: number | null): Entry {
  const option = fileOptions.get(entry.key.toLowerCase());
  const isPath = option !== undefined && option.field !== null && option.place !== undefined;
  if (!isPath || !/\$\{(?:name|copy)\}/.test(entry.value)) return entry;
  const value = entry.value.replace(/\$\{(name|copy)\}/g, (_, word) => {
    if (word === 'name') return name;
    if (copy === null)
      throw errorAt(
        entry.origin,
        `${entry.key} has \${copy}, but the program has no copies; set copies, or write \${name}`,
      );
    return String(copy);
  });
  return { ...entry, value, column: null };
}
