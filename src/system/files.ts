import { closeSync, constants, openSync, readFileSync, readlinkSync, rmSync, writeSync } from 'node:fs';

/**
 * Writes a file that nobody but us may read: never through a symlink, never into a file of somebody else's. A name
 * that is taken is freed first.
 *
 * @param path of the file
 * @param content all that is to be in it
 * @throws the system's error; then a part of the content may be in the file
 */
export function writePrivateFile(path: string, content: string | Buffer): void {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  try {
    rmSync(path, { force: true });
  } catch {
    // A folder stays; the open tells of it.
  }
  const fd = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    const bytes = Buffer.from(content);
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
  } finally {
    closeSync(fd);
  }
}

/** The text of a file, byte by byte; empty when it cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** What a symlink leads to; empty when it cannot be read. */
export function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
