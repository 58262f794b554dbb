import { existsSync } from 'node:fs';
import type { Arguments, GivenFlag } from '../../settings/argv';
import { options } from '../../settings/options';
import { systemClock } from '../../system/clock';
import { UsageError } from '../../system/errors';
import { suggest } from '../../system/text/nearest';
import { findAll } from './entries';

/* Loaded for -n only. */

/**
 * Finds the daemon that `-n` names among the managers of this user.
 *
 * @param argv a command line with `-n`
 * @returns the command line with the daemon's socket and, where it has one that is there, its configuration, which may be
 *   that of a fleet
 * @throws UsageError if there is none of that name, or more than one
 */
export async function findNamedDaemon(argv: Arguments): Promise<Arguments> {
  const { text } = argv.flags.get('daemon-name') as GivenFlag;
  const entries = await findAll(systemClock);
  const [found, second] = entries.filter(({ name }) => name === text);
  if (!found) {
    const names = entries.map(({ name }) => name);
    throw new UsageError(
      `no daemon of this user is called '${text}'${suggest(text ?? '', names, 'see zd list')}`,
    );
  }
  if (second)
    throw new UsageError(
      `two daemons are called '${text}': ${found.socket} and ${second.socket}; use -s with one of these paths`,
    );
  const { file, socket } = found;
  const flags = new Map(argv.flags);
  if (file !== null && existsSync(file)) setFlag(flags, 'configure', '-C', file);
  setFlag(flags, 'socket-name', '-s', socket);
  return { ...argv, flags };
}

function setFlag(flags: Map<string, GivenFlag>, key: string, written: string, text: string): void {
  const option = options.find(one => one.key === key);
  if (option) flags.set(key, { option, written, text });
}
