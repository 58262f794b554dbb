import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  mkdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Clock } from '../../system/clock';
import { describeReason, UserError } from '../../system/errors';
import { openTrusted } from '../../system/trust/open-trusted';

/** The lines that a user has typed, over all sessions. */
export interface History {
  /** Of earlier sessions, the latest first. */
  lines: string[];
  /** Keeps a line for later sessions. A failure must not disturb the user, who has other worries. */
  add(line: string): void;
  /** Why nothing is kept, if the user has named the file. */
  problem: string | null;
}

/** Lines that are kept in memory. */
export const HISTORY_SIZE = 1000;
/** Bytes of the file, after which it becomes the older one of two. */
export const LARGEST_FILE = 128 << 10;
/** Seconds after which a lock was left by a prompt that was killed. */
const LOCK_LIMIT = 60;
const { O_APPEND, O_CREAT, O_EXCL, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const OLDER = '.old';

/**
 * Opens the history of this user.
 *
 * @param env `ZD_HISTORY` names the file, and turns the history off if it is empty; `XDG_STATE_HOME` and `HOME` decide
 *   about the default place
 * @param clock for the age of a lock
 */
export function openHistory(env: NodeJS.ProcessEnv, clock: Pick<Clock, 'wall'>): History {
  const named = env.ZD_HISTORY;
  const nothing = (problem: string | null): History => ({ lines: [], add: () => {}, problem });
  try {
    const wanted = named === undefined ? findDefaultFile(env) : named && resolve(named);
    if (!wanted) return nothing(null);
    if (named === undefined) makeFolder(dirname(wanted));
    closeSync(openOwn(wanted, O_WRONLY | O_APPEND | O_CREAT));
    const file = realpathSync(wanted);
    return {
      lines: newestFirst([...readLines(file + OLDER), ...readLines(file)]),
      add: line => append(file, line, clock),
      problem: null,
    };
  } catch (error) {
    return nothing(
      named === undefined ? null : `cannot keep the history in ${named}: ${describeReason(error)}`,
    );
  }
}

const SECRET =
  /passw|passphrase|secret|token|api.?key|credential|authorization|bearer|:\/\/[^/\s]*:[^/\s]*@/i;

/** Whether a line may be written to a file; one with a blank in front is not even recalled. */
export function isForFile(line: string): boolean {
  return isForSession(line) && !SECRET.test(line);
}

/** Whether the arrow keys bring a line back. */
export function isForSession(line: string): boolean {
  return /^\S/.test(line);
}

/** `~/.local/state/zd/history` by the XDG Base Directory Specification, which has relative paths ignored. */
function findDefaultFile({ XDG_STATE_HOME: state = '', HOME: home = '' }: NodeJS.ProcessEnv): string | null {
  if (isAbsolute(state)) return join(state, 'zd/history');
  return isAbsolute(home) && existsSync(home) ? join(home, '.local/state/zd/history') : null;
}

/** After `su` or `sudo`, HOME can be another user's, who could not use or remove a folder that is made there. */
function makeFolder(folder: string): void {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  refuseOthers(statSync(existing).uid);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** @throws UserError, the system's error */
function openOwn(path: string, flags: number): number {
  const fd = openTrusted(path, flags | O_NONBLOCK, { mode: null, owner: null });
  try {
    const found = fstatSync(fd);
    if (!found.isFile()) throw new UserError('it is not a regular file');
    refuseOthers(found.uid);
    if ((found.mode & 0o077) !== 0) fchmodSync(fd, 0o600);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function refuseOthers(uid: number): void {
  if (uid !== process.geteuid?.()) throw new UserError(`it belongs to uid ${uid}`);
}

/** The end of the file, in the order of the file. */
function readLines(file: string): string[] {
  try {
    const fd = openOwn(file, O_RDONLY);
    try {
      const { size } = fstatSync(fd);
      const bytes = Buffer.alloc(Math.min(size, 2 * LARGEST_FILE));
      const count = readSync(fd, bytes, 0, bytes.length, size - bytes.length);
      const lines = bytes.toString('utf8', 0, count).split('\n');
      return size > bytes.length ? lines.slice(1) : lines;
    } finally {
      closeSync(fd);
    }
  } catch {
    return [];
  }
}

/** Each line once, where it was typed last; a line with control characters could attack the terminal. */
function newestFirst(lines: string[]): string[] {
  const shown = lines.filter(line => isForSession(line) && !/\p{Cc}/u.test(line));
  return [...new Set(shown.reverse())].slice(0, HISTORY_SIZE);
}

/** The file is opened anew for each line, in one write each, because other prompts add to it and rename it. */
function append(file: string, line: string, clock: Pick<Clock, 'wall'>): void {
  if (!isForFile(line)) return;
  try {
    const fd = openOwn(file, O_WRONLY | O_APPEND | O_CREAT);
    try {
      writeSync(fd, `${line}\n`);
      if (fstatSync(fd).size > LARGEST_FILE) retire(file, clock);
    } finally {
      closeSync(fd);
    }
  } catch {
    // The session still has the line.
  }
}

/** Makes the file the older one. Of two prompts that do so, the second would otherwise replace it with a new file. */
function retire(file: string, clock: Pick<Clock, 'wall'>): void {
  const lock = `${file}.lock`;
  const found = statSync(lock, { throwIfNoEntry: false });
  if (found && clock.wall() - found.mtimeMs / 1000 > LOCK_LIMIT) rmSync(lock, { force: true });
  closeSync(openTrusted(lock, O_WRONLY | O_CREAT | O_EXCL, { mode: 0o600, owner: null }));
  try {
    if (statSync(file).size > LARGEST_FILE) renameSync(file, file + OLDER);
  } finally {
    rmSync(lock, { force: true });
  }
}
