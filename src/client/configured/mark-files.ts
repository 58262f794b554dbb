import { statSync } from 'node:fs';
import type { Configuration } from '../../settings/settings';

/**
 * What tells one content of the configuration's files from another: which files they are, and when they were written.
 *
 * @param configuration
 */
export function markFiles({ paths }: Pick<Configuration, 'paths'>): string {
  return JSON.stringify(paths.map(markFile));
}

function markFile(path: string): number[] | null {
  try {
    const { dev, ino, mtimeMs, ctimeMs, size } = statSync(path);
    return [dev, ino, mtimeMs, ctimeMs, size];
  } catch {
    return null;
  }
}
