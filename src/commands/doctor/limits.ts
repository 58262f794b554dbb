import { watch } from 'node:fs';
import { errorCode } from '../../system/errors';
import { readText } from '../../system/files';
import { listPids } from '../../system/processes';
import type { Finding } from './finding';

/** A manager has about 25 open files, and its program needs some as well. */
const FEWEST_FILES = 128;
/** A manager has a dozen threads, each of which counts as a process. */
const FEWEST_PROCESSES = 64;

/** Checks the limits that a manager inherits from this shell; empty if /proc does not show them. */
export function examineLimits(): Finding[] {
  const text = readText('/proc/self/limits');
  return [...examineFiles(hardLimit(text, 'Max open files')), ...examineProcesses(text)];
}

/**
 * Checks whether `logtail` can watch a file for changes.
 *
 * @param path an existing path, which is watched briefly
 */
export function examineInotify(path: string): Finding {
  try {
    watch(path).close();
    return { subject: 'inotify', verdict: 'ok', text: 'files can be watched' };
  } catch (error) {
    const limit = errorCode(error) === 'EMFILE' ? 'max_user_instances' : 'max_user_watches';
    return {
      subject: 'inotify',
      verdict: 'warning',
      text: `${limit} is used up; logtail polls the file instead`,
      remedy: `as root: sysctl fs.inotify.${limit}=${limit === 'max_user_instances' ? 1024 : 524288}`,
    };
  }
}

/** Node raises its soft limit to the hard limit when it starts, so only the hard limit matters. */
function examineFiles(limit: number | null): Finding[] {
  if (limit === null) return [];
  if (limit >= FEWEST_FILES)
    return [{ subject: 'open files', verdict: 'ok', text: `up to ${formatLimit(limit)}` }];
  const text = `only ${limit} per process; the manager needs about 25, and the program needs its own`;
  return [
    { subject: 'open files', verdict: 'warning', text, remedy: 'raise it: ulimit -Hn, limits.conf(5)' },
  ];
}

function examineProcesses(limits: string): Finding[] {
  const limit = softLimit(limits, 'Max processes');
  if (limit === null) return [];
  // The limit does not apply to root.
  const left =
    process.getuid?.() === 0 ? Number.POSITIVE_INFINITY : limit - countThreads(process.getuid?.() ?? 0);
  if (left >= FEWEST_PROCESSES)
    return [{ subject: 'processes', verdict: 'ok', text: `up to ${formatLimit(limit)}` }];
  const text = `only ${Math.max(0, left)} left of ${limit}, threads included; a manager needs about 12`;
  return [{ subject: 'processes', verdict: 'warning', text, remedy: 'raise it: ulimit -u, limits.conf(5)' }];
}

/** The threads of all processes of a user. */
function countThreads(uid: number): number {
  return listPids()
    .map(pid => readText(`/proc/${pid}/status`))
    .filter(text => Number(/^Uid:\s+(\d+)/m.exec(text)?.[1] ?? -1) === uid)
    .reduce((sum, text) => sum + Number(/^Threads:\s+(\d+)/m.exec(text)?.[1] ?? 0), 0);
}

/** See proc_pid_limits(5): name, soft limit, hard limit, unit. */
function softLimit(text: string, name: string): number | null {
  return parseLimit(new RegExp(`^${name}\\s+(\\S+)`, 'm').exec(text)?.[1]);
}

function hardLimit(text: string, name: string): number | null {
  return parseLimit(new RegExp(`^${name}\\s+\\S+\\s+(\\S+)`, 'm').exec(text)?.[1]);
}

function parseLimit(word: string | undefined): number | null {
  if (word === undefined) return null;
  return word === 'unlimited' ? Number.POSITIVE_INFINITY : Number(word);
}

function formatLimit(limit: number): string {
  return limit === Number.POSITIVE_INFINITY ? 'any number' : String(limit);
}
