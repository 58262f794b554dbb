import { statSync } from 'node:fs';
import { describeReason } from '../../system/errors';
import { actsAsRoot } from '../../system/trust/root';
import { findUser, userEnvironment } from '../../system/users';
import { errorAt } from '../faults';

export interface ForeignRun {
  /** The absolute path of the configuration, whose owner runs it if zd is root's. */
  path: string;
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** The configuration as the user wrote it, for messages. */
  file: string;
}

/**
 * Runs a command that prints a configuration: for at most 10 s, with at most 1 MB of output, without input.
 *
 * @param words the command
 * @returns what it has printed on standard output
 * @throws UsageError with the reason
 */
export function runForeign(words: readonly string[], { path, cwd, env, file }: ForeignRun): string {
  const { spawnSync } = require('node:child_process') as typeof import('node:child_process');
  const { uid, gid, own } = ownerOf(path, file);
  const { pid, status, signal, error, stdout, stderr } = spawnSync(words[0] ?? '', words.slice(1), {
    cwd,
    env: { ...env, ...own },
    ...(uid === undefined ? {} : { uid, gid }),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST,
    maxBuffer: MOST,
    killSignal: 'SIGKILL',
    // A group of its own, so that what it has started ends with it.
    ...({ detached: true } as object),
  });
  if (error) {
    endGroup(pid);
    throw failure(file, describeFault(error));
  }
  if (status === 0) return stdout;
  const last = stderr.trimEnd().split('\n').at(-1)?.trim() ?? '';
  const end = signal === null ? `status ${status}` : signal;
  throw failure(file, `running it ended with ${end}${last === '' ? '' : ` (${last.slice(0, 200)})`}`);
}

const LONGEST = 10_000;
const MOST = 1_000_000;

function failure(file: string, reason: string): Error {
  return errorAt(`cannot read ${file}`, `${reason}; try to run it by hand`);
}

function describeFault(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ETIMEDOUT') return 'running it takes longer than 10 seconds';
  if (code === 'ENOBUFS') return 'running it prints more than 1 MB';
  return `it cannot be run: ${describeReason(error)}`;
}

/** Only root can be another user, and root must not run the code of others as root. */
function ownerOf(path: string, file: string): { uid?: number; gid?: number; own: Record<string, string> } {
  if (!actsAsRoot()) return { own: {} };
  try {
    const { uid, gid } = statSync(path);
    if (uid === 0) return { own: {} };
    const user = lookUp(uid);
    return user ? { uid, gid: user.gid, own: userEnvironment(user) } : { uid, gid, own: {} };
  } catch (error) {
    throw errorAt(`cannot read ${file}`, describeReason(error));
  }
}

function lookUp(uid: number): ReturnType<typeof findUser> | null {
  try {
    return findUser(String(uid));
  } catch {
    // A user without an entry has no group or home but those of the file.
    return null;
  }
}

function endGroup(pid: number): void {
  if (pid <= 1) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}
