import { fileURLToPath } from 'node:url';
import { errorAt } from '../faults';

/**
 * The path of a configuration file that the user may name by a `file:` URL (zdaemon).
 *
 * @param written a path or a URL
 * @param where the place for an error: `-C`, `app.conf:4`
 * @throws UsageError for a URL that does not name a local file
 */
export function pathOf(written: string, where: string): string {
  if (!/^[a-z]+:\/\//i.test(written) && !/^file:\//i.test(written)) return written;
  try {
    return fileURLToPath(written);
  } catch {
    throw errorAt(where, `cannot read ${written}: it is not a local file; copy it to this machine first`);
  }
}
