import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { Entry } from '../../file/tree';
import { changed, dropped, entryOf, TAKEN, type Verdict } from '../line-report';
import type { SectionReader } from './section-reader';
import { readPairs } from './shlex';

/** What `[supervisord]` sets for all programs. */
export interface Surroundings {
  /** `user`, `directory` and `umask` of programs without their own. */
  defaults: Map<string, Entry[]>;
  /** Further settings of each program. */
  common: Entry[];
  environment: Entry[];
  /** `childlogdir` as an absolute path. */
  autoFolder: string | null;
}

/** The names that every value can use. @param here the folder of the file */
export function commonNames(here: string, env: NodeJS.ProcessEnv): Map<string, string | number> {
  const variables = Object.entries(env).map(([name, value]) => [`ENV_${name}`, value ?? ''] as const);
  return new Map([['here', here], ['host_node_name', hostname()], ...variables]);
}

/**
 * Reads the `[supervisord]` section.
 *
 * @param reader null for a file without one
 * @param folder where relative paths start
 */
export function readSurroundings(reader: SectionReader | null, folder: string): Surroundings {
  const surroundings: Surroundings = { defaults: new Map(), common: [], environment: [], autoFolder: null };
  if (reader === null) return surroundings;
  for (const [key, verdict] of Object.entries(IGNORED)) reader.judge(key, verdict);
  for (const key of ['user', 'directory', 'umask']) {
    const value = reader.text(key);
    if (value === undefined) continue;
    surroundings.defaults.set(key, [entryOf(key, value, reader.originOf(key))]);
    reader.judge(key, TAKEN);
  }
  const variables = reader.text('environment') ?? '';
  for (const [name, value] of reader.blame('environment', () => readPairs(variables)))
    surroundings.environment.push(entryOf(name, value, reader.originOf('environment')));
  reader.judge('environment', TAKEN);
  const autoFolder = reader.text('childlogdir');
  if (autoFolder !== undefined) surroundings.autoFolder = resolve(folder, autoFolder);
  reader.judge('childlogdir', TAKEN);
  if (reader.flag('strip_ansi'))
    surroundings.common.push(entryOf('transcript-plain', 'on', reader.originOf('strip_ansi')));
  reader.judge('strip_ansi', TAKEN);
  surroundings.common.push(...readDescriptors(reader));
  return surroundings;
}

/** supervisord raises its own limit to that, which its programs inherit. */
function readDescriptors(reader: SectionReader): Entry[] {
  const least = reader.count('minfds', USUAL_DESCRIPTORS);
  if (least <= USUAL_DESCRIPTORS) {
    reader.judge('minfds', dropped('programs have the limits of the caller'));
    return [];
  }
  reader.judge('minfds', changed('it is the limit of each program, not the least'));
  return [entryOf('limits', `nofile ${least}:`, reader.originOf('minfds'))];
}

const USUAL_DESCRIPTORS = 1024;

const noDaemon = dropped('zd has no daemon for all programs');
const IGNORED: Record<string, Verdict> = {
  logfile: noDaemon,
  logfile_maxbytes: noDaemon,
  logfile_backups: noDaemon,
  loglevel: noDaemon,
  pidfile: noDaemon,
  identifier: noDaemon,
  silent: noDaemon,
  nodaemon: dropped("'zd up' stays in the foreground, 'zd start' does not"),
  minprocs: dropped('programs have the limits of the caller'),
  nocleanup: dropped('zd makes no temporary logs'),
};
