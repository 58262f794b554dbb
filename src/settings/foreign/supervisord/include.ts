import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Finds files as Python's `glob.glob` does: `*`, `?` and `[...]` within a name, which skip hidden files.
 *
 * @param pattern an absolute path with wildcards
 * @returns the paths of what is there, sorted
 */
export function findIncluded(pattern: string): string[] {
  let found = ['/'];
  for (const part of pattern.split('/').filter(name => name !== '')) {
    const matcher = /[*?[]/.test(part) ? toExpression(part) : null;
    found = found.flatMap(folder =>
      matcher === null
        ? [join(folder, part)]
        : listFolder(folder)
            .filter(name => (part.startsWith('.') || !name.startsWith('.')) && matcher.test(name))
            .map(name => join(folder, name)),
    );
  }
  return found.filter(path => existsSync(path)).sort();
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** As Python's fnmatch: a bracket that is not closed is an ordinary character. */
function toExpression(part: string): RegExp {
  const source = part.replace(/\*+|\?|\[(!?\]?[^\]]*)\]|[^*?[]|\[/g, (token, set: string | undefined) => {
    if (token.startsWith('*')) return '[^/]*';
    if (token === '?') return '[^/]';
    if (set !== undefined) return toClass(set);
    return token.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}

function toClass(set: string): string {
  const isNegated = set.startsWith('!');
  const members = (isNegated ? set.slice(1) : set).replace(/[\\\]^[]/g, '\\$&');
  const classes = isNegated ? `[^${members}]` : `[${members}]`;
  try {
    new RegExp(classes);
    return classes;
  } catch {
    // A range such as z-a matches nothing, as in Python.
    return isNegated ? '[^/]' : '(?!)';
  }
}
