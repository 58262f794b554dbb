import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';

/**
 * Creates a file with mode 600. Removes whatever has that name first, so that it never writes through a symlink or into
 * a file of another user.
 *
 * @param path in a folder that only this user can write to
 * @param content its full content
 * @throws the system's error; the file may then be incomplete
 */
export function writePrivateFile(path: string, content: string | Buffer): void {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  try {
    rmSync(path, { force: true, recursive: true });
  } catch {
    // openSync reports it.
  }
  const fd = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    const bytes = Buffer.from(content);
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
  } finally {
    closeSync(fd);
  }
}

/** Node does not define it (open(2) on Linux). */
export const O_PATH = 0o10000000;

/**
 * Opens a file after its kind was examined, for to open a device can have an effect of its own: a watchdog restarts the
 * machine. On Linux, it is the file that was examined.
 *
 * @param path of the file
 * @param flags of open(2)
 * @param examine throws against what is there
 * @returns the descriptor
 * @throws what `examine` throws; the system's error
 */
export function openExamined(path: string, flags: number, examine: (found: Stats) => void): number {
  if (process.platform !== 'linux' || !existsSync('/proc/self/fd')) {
    examine(statSync(path));
    return openSync(path, flags);
  }
  const held = openSync(path, O_PATH);
  try {
    examine(fstatSync(held));
    return openSync(`/proc/self/fd/${held}`, flags);
  } finally {
    closeSync(held);
  }
}

/** The content of a file, one character per byte; empty if the file cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** The target of a symlink; empty if it cannot be read. */
export function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Whether two paths lead to the same file or folder, perhaps by symlinks; false if one leads nowhere. */
export function isSamePlace(one: string, other: string): boolean {
  try {
    const [found, expected] = [statSync(one), statSync(other)];
    return found.dev === expected.dev && found.ino === expected.ino;
  } catch {
    return false;
  }
}

/** The current folder; null if it has been removed, which matters only to relative paths. */
export function findCurrentFolder(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

/** Whether a path is taken, if only by a symlink to nothing. @throws the system's error if that cannot be seen */
export function isTaken(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Whether there is a folder; one that cannot be seen is none. */
export function isFolder(path: string): boolean {
  return examine(path)?.isDirectory() ?? false;
}

/** Whether there is a socket; one that cannot be seen is none. */
export function isSocket(path: string): boolean {
  return examine(path)?.isSocket() ?? false;
}

/** Whether this process may execute a file, or search a folder. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function examine(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
