import { fileURLToPath } from 'node:url';
import { errorAt } from '../faults';

/**
 * The path of a configuration file that may be named by a `file:` URL (zdaemon).
 *
 * @param written a path or a URL
 * @param where it stands, for the complaint: `-C`, `app.conf:4`
 * @throws UsageError for a URL that leads to no file of this machine
 */
export function pathOf(written: string, where: string): string {
  if (!/^[a-z]+:\/\//i.test(written) && !/^file:\//i.test(written)) return written;
  try {
    return fileURLToPath(written);
  } catch {
    throw errorAt(where, `cannot read ${written}: only files of this machine are read; copy it here first`);
  }
}
