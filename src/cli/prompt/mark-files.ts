import { statSync } from 'node:fs';
import type { Configuration } from '../../settings/settings';

/**
 * What tells one content of the configuration's files from another: which files they are, and when they were written.
 *
 * @param configuration
 */
export function markFiles({ paths }: Pick<Configuration, 'paths'>): string {
  const marks = paths.map(path => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found ? [found.dev, found.ino, found.mtimeMs, found.ctimeMs, found.size] : null;
  });
  return JSON.stringify(marks);
}
