import { spawnSync } from 'node:child_process';
import { LOCK_HELD_STATUS } from '../../state/lock';
import { describeReason, errorCode } from '../../system/errors';
import { findCurrentFolder } from '../../system/files';
import { findProgram } from '../../system/find-program';
import { findLogTool, type LogTool } from '../../system/run/log-tools';
import type { Finding } from './finding';

/** `engines` of package.json. */
const OLDEST_NODE = [20, 17] as const;
const TRIAL_LIMIT_MS = 10_000;

/**
 * Checks whether this Node is new enough.
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

/** Checks flock(1) by taking the lock that a manager takes, which the flock of busybox does not support. */
export function examineFlock(): Finding {
  const remedy = 'install the package util-linux; the flock of busybox is not sufficient';
  const finding = examineTool('flock', {
    verdict: 'missing',
    loss: 'zd needs it to lock out a second manager',
    remedy,
  });
  if (finding.verdict === 'missing') return finding;
  const complaint = tryLock(finding.text, '/');
  if (complaint === null) return finding;
  if (complaint instanceof Error) {
    const text = `${finding.text} cannot be run: ${describeReason(complaint)}`;
    return { subject: 'flock', verdict: 'missing', text, remedy: remedyFor(complaint, remedy) };
  }
  const text = `${finding.text} does not support -n, -E and -F with a folder: ${complaint}`;
  return { subject: 'flock', verdict: 'missing', text, remedy };
}

/** Checks mkfifo(1). */
export function examineMkfifo(): Finding {
  return examineTool('mkfifo', {
    verdict: 'missing',
    loss: 'zd needs it to create the FIFO for the output of the program',
    remedy: 'install the package coreutils',
  });
}

/**
 * Checks perl(1), which is optional.
 *
 * @param isNeeded whether the configuration has settings that only a keeper can apply
 */
export function examinePerl(isNeeded: boolean): Finding {
  return examineTool('perl', {
    verdict: isNeeded ? 'missing' : 'warning',
    loss: isNeeded
      ? 'the limits, priorities or privileges of the configuration need it'
      : 'without it, a manager that is killed may lose some output',
    remedy: 'install the package perl',
  });
}

/** Checks a command that a handler of the event log needs. */
export function examineLogTool(tool: LogTool): Finding {
  const found = findLogTool(tool, process.env.PATH);
  if ('file' in found) return { subject: tool, verdict: 'ok', text: found.file };
  const [text = '', ...remedy] = found.reason.split('; ');
  return {
    subject: tool,
    verdict: 'warning',
    text: `${text}, so the event log does not reach it`,
    remedy: remedy.join('; '),
  };
}

/** Checks prlimit(1), which zd does not call. */
export function examinePrlimit(): Finding {
  const use = 'only by hand: prlimit --pid changes the limits of a running program';
  return { subject: 'prlimit', verdict: 'ok', text: findTool('prlimit') ?? `not found on PATH; ${use}` };
}

/** Checks node-pty, which provides a terminal for zd's own tests and is compiled when zd is installed. */
export function examinePty(): Finding {
  return { subject: 'node-pty', verdict: 'ok', text: `${loadPty()}; only zd's own tests use it` };
}

function loadPty(): string {
  try {
    require('node-pty');
    return 'loads';
  } catch (error) {
    if (errorCode(error) === 'MODULE_NOT_FOUND') return 'not installed';
    return `does not load: ${firstLine((error as Error).message)}`;
  }
}

/**
 * Tests whether a lock on a folder prevents a second one.
 *
 * @param flock the program
 * @param folder may be read-only: nothing is written, and simultaneous tests do not interfere
 * @returns what went wrong, an error when flock could not be run, or null
 */
export function tryLock(flock: string, folder: string): string | Error | null {
  const second = [flock, '-n', '-E', String(LOCK_HELD_STATUS), '-F', folder, 'sh', '-c', ':'];
  const { status, stderr, error } = spawnSync(flock, ['-s', '-F', folder, ...second], {
    encoding: 'utf8',
    timeout: TRIAL_LIMIT_MS,
  });
  if (error) return error;
  if (status === LOCK_HELD_STATUS) return null;
  if (status === 0) return 'two can hold the lock at once';
  return firstLine(stderr) || `it exited with status ${status}`;
}

/** The remedy for a failed trial: without free descriptors or processes, it proves nothing about its subject. */
export function remedyFor(complaint: string | Error, usual: string): string {
  return ['EMFILE', 'ENFILE', 'EAGAIN'].includes(errorCode(complaint))
    ? 'raise the limits first: see above'
    : usual;
}

/** The path of a tool on PATH, or null. */
export function findTool(name: string): string | null {
  const found = findProgram(name, [findCurrentFolder() ?? '/'], process.env.PATH);
  return 'file' in found ? found.file : null;
}

/** @param absence the verdict, the consequence and the remedy if the tool is missing */
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
