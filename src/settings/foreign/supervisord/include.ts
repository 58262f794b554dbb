import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasWildcard, matchesPattern } from '../glob';

/**
 * Finds files as Python's `glob.glob` does: wildcards within a name skip hidden files.
 *
 * @param pattern an absolute path with wildcards
 * @returns the paths of what is there, sorted
 */
export function findIncluded(pattern: string): string[] {
  let found = ['/'];
  for (const part of pattern.split('/').filter(name => name !== '')) {
    found = found.flatMap(folder => (hasWildcard(part) ? findIn(folder, part) : [join(folder, part)]));
  }
  return found.filter(path => existsSync(path)).sort();
}

function findIn(folder: string, pattern: string): string[] {
  const hidden = pattern.startsWith('.');
  return listFolder(folder)
    .filter(name => (hidden || !name.startsWith('.')) && matchesPattern(name, pattern))
    .map(name => join(folder, name));
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
