import { spawnSync } from 'node:child_process';
import type { Finding } from './doctor-finding';
import { LOCK_HELD_STATUS } from './launch-order';
import { findProgram } from './lookup';

/** `engines` of package.json. */
const OLDEST_NODE = [20, 17] as const;
const TRIAL_LIMIT_MS = 10_000;

/**
 * Is this Node new enough?
 *
 * @param version as in `process.versions.node`
 */
export function examineNode(version: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldest, oldestMinor] = OLDEST_NODE;
  if (major > oldest || (major === oldest && minor >= oldestMinor))
    return { subject: 'node', verdict: 'ok', text: `${version}, ${process.execPath}` };
  return {
    subject: 'node',
    verdict: 'missing',
    text: `${version} is too old`,
    remedy: `install Node ${OLDEST_NODE.join('.')} or later`,
  };
}

/** flock(1), by trying the lock a manager holds: busybox has one that cannot do it. */
export function examineFlock(): Finding {
  const remedy = 'install the package util-linux; the flock of busybox will not do';
  const finding = examineTool('flock', { verdict: 'missing', loss: 'it locks out a second manager', remedy });
  if (finding.verdict === 'missing') return finding;
  const complaint = tryLock(finding.text, '/');
  if (complaint === null) return finding;
  const text = `${finding.text} does not take -n, -E and -F with a folder: ${complaint}`;
  return { subject: 'flock', verdict: 'missing', text, remedy };
}

/** mkfifo(1). */
export function examineMkfifo(): Finding {
  return examineTool('mkfifo', {
    verdict: 'missing',
    loss: 'it makes the pipe the output of the program goes through',
    remedy: 'install the package coreutils',
  });
}

/** perl(1), which zd can do without. */
export function examinePerl(): Finding {
  return examineTool('perl', {
    verdict: 'warning',
    loss: 'a manager that is killed may take a piece of the output along',
    remedy: 'install the package perl',
  });
}

/** prlimit(1), which zd can do without. */
export function examinePrlimit(): Finding {
  return examineTool('prlimit', {
    verdict: 'warning',
    loss: 'the limits of a running program cannot be changed',
    remedy: 'install the package util-linux',
  });
}

/** The package that gives a program a terminal of its own, compiled when zd is installed. */
export function examinePty(): Finding {
  try {
    require('node-pty');
    return { subject: 'node-pty', verdict: 'ok', text: 'loads' };
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
    const reason = absent ? 'not installed' : `does not load: ${firstLine((error as Error).message)}`;
    return {
      subject: 'node-pty',
      verdict: 'warning',
      text: `${reason}; a program cannot have a terminal of its own`,
      remedy: 'only if you want that: install python3, make and g++, then zd once more',
    };
  }
}

/**
 * Tries whether a lock on a folder keeps a second one out.
 *
 * @param flock the program
 * @param folder it can be read-only: nothing is written, and others who try at the same time are not in the way
 * @returns what went wrong, or null
 */
export function tryLock(flock: string, folder: string): string | null {
  const second = [flock, '-n', '-E', String(LOCK_HELD_STATUS), '-F', folder, 'sh', '-c', ':'];
  const { status, stderr, error } = spawnSync(flock, ['-s', '-F', folder, ...second], {
    encoding: 'utf8',
    timeout: TRIAL_LIMIT_MS,
  });
  if (status === LOCK_HELD_STATUS) return null;
  if (status === 0) return 'two can hold the lock at once';
  return firstLine(stderr ?? '') || error?.message || `it ended with exit status ${status}`;
}

/** Where a tool is on PATH, or null. */
export function findTool(name: string): string | null {
  const found = findProgram(name, [process.cwd()], process.env.PATH);
  return 'file' in found ? found.file : null;
}

/** @param absence how bad it is when there is none, why, and what to do */
function examineTool(
  name: string,
  { verdict, loss, remedy }: { verdict: 'warning' | 'missing'; loss: string; remedy: string },
): Finding {
  const found = findTool(name);
  if (found !== null) return { subject: name, verdict: 'ok', text: found };
  return { subject: name, verdict, text: `not found on PATH; ${loss}`, remedy };
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
