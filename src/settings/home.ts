import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { ValueFault } from './faults';

/**
 * Replaces a leading `~` or `~user` with a home directory, as Python's expanduser does for zdaemon's paths.
 *
 * @param path a path as written
 * @param env the environment, for `HOME` in a bare `~`
 * @returns the path
 * @throws ValueFault if there is no such user (Python keeps `~user`, and zdaemon creates a file of that name)
 */
export function expandHome(path: string, env: NodeJS.ProcessEnv): string {
  if (!path.startsWith('~')) return path;
  const slash = path.indexOf('/');
  const end = slash < 0 ? path.length : slash;
  const user = path.slice(1, end);
  const home = user === '' ? env.HOME || homedir() : homeOf(user);
  if (home === null) throw new ValueFault(`names the home of '${user}', but there is no such user`);
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
