import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { findUser } from '../system/users';
import { ValueFault } from './faults';

/**
 * Replaces a leading `~` or `~user` with a home directory, as Python's expanduser does for zdaemon's paths. Refuses a
 * leading `$NAME`: a folder of that name would be created instead.
 *
 * @param path a path as written
 * @param env the environment, for `HOME` in a bare `~`
 * @returns the path
 * @throws ValueFault if there is no such user (Python keeps `~user`, and zdaemon creates a file of that name)
 */
export function expandHome(path: string, env: NodeJS.ProcessEnv): string {
  if (path.startsWith('$')) refuseVariable(path);
  if (!path.startsWith('~')) return path;
  const slash = path.indexOf('/');
  const end = slash < 0 ? path.length : slash;
  const user = path.slice(1, end);
  const home = user === '' ? env.HOME || findOwnHome() : findHome(user);
  return home.replace(/\/+$/, '') + path.slice(end) || '/';
}

const VARIABLE = /^\$(?:[a-z_]\w*|\{[a-z_]\w*\}|\([a-z_]\w*\))/i;

function refuseVariable(path: string): void {
  const variable = VARIABLE.exec(path)?.[0];
  if (variable === undefined || statSync(path.split('/')[0]!, { throwIfNoEntry: false })) return;
  const advice = /home/i.test(variable) ? 'write ~ or the path in full' : 'write the path in full';
  throw new ValueFault(`begins with ${variable}, which nothing replaces here; ${advice}`);
}

/** The system throws if this user has no entry in the password database, as in some containers. */
function findOwnHome(): string {
  try {
    return homedir();
  } catch {
    throw new ValueFault(
      `begins with ~, but HOME is not set and uid ${process.getuid?.()} is not in the password database; set HOME, or write the path in full`,
    );
  }
}

function findHome(user: string): string {
  try {
    // A number is not a name.
    if (!/^\d+$/.test(user)) return findUser(user).home;
  } catch {
    // The message is the same.
  }
  throw new ValueFault(`names the home of '${user}', but there is no such user`);
}
