import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { ValueFault } from './faults';

/**
 * Replaces a leading `~` or `~user` by a home directory, as Python's expanduser does for zdaemon's paths.
 *
 * @param path a path as written
 * @param env where `HOME` is looked up for a bare `~`
 * @returns the path
 * @throws ValueFault when there is no such user (Python keeps the `~user`, and a file of that name appears)
 */
export function expandHome(path: string, env: NodeJS.ProcessEnv): string {
  if (!path.startsWith('~')) return path;
  const slash = path.indexOf('/');
  const end = slash < 0 ? path.length : slash;
  const user = path.slice(1, end);
  const home = user === '' ? env.HOME || homedir() : homeOf(user);
  if (home === null) throw new ValueFault(`names the home of '${user}', who is no user of this system`);
  return home.replace(/\/+$/, '') + path.slice(end) || '/';
}

/** Reads /etc/passwd: Node has no getpwnam(3). */
function homeOf(user: string): string | null {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const fields = line.split(':');
    if (fields[0] === user) return fields[5] ?? null;
  }
  return null;
}
