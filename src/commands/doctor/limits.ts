import { readdirSync, watch } from 'node:fs';
import { errorCode } from '../../system/errors';
import { readText } from '../../system/files';
import type { Finding } from './finding';

/** A manager has about 25 open files, and its program wants some, too. */
const FEWEST_FILES = 128;
/** A manager is a dozen threads, each of which counts as a process. */
const FEWEST_PROCESSES = 64;

/** The limits of this shell that a manager inherits; nothing where /proc does not tell them. */
export function examineLimits(): Finding[] {
  const text = readText('/proc/self/limits');
  return [...examineFiles(hardLimit(text, 'Max open files')), ...examineProcesses(text)];
}

/**
 * Can somebody who follows a log be told of changes?
 *
 * @param path something that exists, and is watched for a moment
 */
export function examineInotify(path: string): Finding {
  try {
    watch(path).close();
    return { subject: 'inotify', verdict: 'ok', text: 'a watch can be had' };
  } catch (error) {
    const limit = errorCode(error) === 'EMFILE' ? 'max_user_instances' : 'max_user_watches';
    return {
      subject: 'inotify',
      verdict: 'warning',
      text: `${limit} is used up; logtail looks at the file now and then instead`,
      remedy: `as root: sysctl fs.inotify.${limit}=${limit === 'max_user_instances' ? 1024 : 524288}`,
    };
  }
}

/** Node raises its own soft limit to the hard one at its start, so only that one tells something. */
function examineFiles(limit: number | null): Finding[] {
  if (limit === null) return [];
  if (limit >= FEWEST_FILES) return [{ subject: 'open files', verdict: 'ok', text: `up to ${say(limit)}` }];
  const text = `only ${limit} for each process; the manager needs about 25 and the program its own`;
  return [
    { subject: 'open files', verdict: 'warning', text, remedy: 'raise it: ulimit -Hn, limits.conf(5)' },
  ];
}

function examineProcesses(limits: string): Finding[] {
  const limit = softLimit(limits, 'Max processes');
  if (limit === null) return [];
  // Root is not held to it.
  const left =
    process.getuid?.() === 0 ? Number.POSITIVE_INFINITY : limit - countThreads(process.getuid?.() ?? 0);
  if (left >= FEWEST_PROCESSES) return [{ subject: 'processes', verdict: 'ok', text: `up to ${say(limit)}` }];
  const text = `${Math.max(0, left)} more, with threads, until the limit of ${limit}; a manager is about 12`;
  return [{ subject: 'processes', verdict: 'warning', text, remedy: 'raise it: ulimit -u, limits.conf(5)' }];
}

/** The threads of all processes of a user. */
function countThreads(uid: number): number {
  const texts = readdirSync('/proc').filter(name => /^\d+$/.test(name));
  return texts
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

function say(limit: number): string {
  return limit === Number.POSITIVE_INFINITY ? 'any number' : String(limit);
}
