import type { Stats } from 'node:fs';
import { UserError } from '../errors';
import { type Doubt, doubtFile, doubtFolder, explainDoubt, type Trusted } from './rules';
import { type Step, tracePath } from './traced-path';

/**
 * Refuses a file whose text or code others could have written, and one that is not there.
 *
 * @param what it is, for the message: `the program`
 * @param path absolute
 * @param isTrusted see `trustedUsers`
 * @param identity of the file that was read, if it was: another one may be there by now
 * @throws UserError with the chmod or chown that fixes it
 */
export function refuseForeign(what: string, path: string, isTrusted: Trusted, identity?: string): void {
  const { first, isOther } = examine(path, isTrusted, identity);
  if (first) throw describeDoubt(what, first);
  if (isOther) throw describeOther(what, path);
}

/** The same as a question. */
export function isTrustedFile(path: string, isTrusted: Trusted, identity?: string): boolean {
  const { first, isOther } = examine(path, isTrusted, identity);
  return !first && !isOther;
}

/** Which file it is, whatever its name. The number of an inode is reused; the time when it was made, if known, is not. */
export function identityOf({ dev, ino, birthtimeMs }: Pick<Stats, 'dev' | 'ino' | 'birthtimeMs'>): string {
  return `${dev}:${ino}:${birthtimeMs}`;
}

/** Against a file that was read or found, and is no longer the one at its path. */
export function describeOther(what: string, path: string): UserError {
  return new UserError(
    `cannot trust ${what} ${path} as root: it was removed or replaced meanwhile; try again`,
  );
}

interface Found extends Step {
  doubt: Doubt;
  isFolder: boolean;
}

/** One walk for both questions: the next one could lead elsewhere. What is gone may be back before it is used. */
function examine(
  path: string,
  isTrusted: Trusted,
  identity: string | undefined,
): { first: Found | undefined; isOther: boolean } {
  const { steps, end } = tracePath(path);
  const isOther = end === null || (identity !== undefined && identityOf(end) !== identity);
  return { first: findDoubts(steps, isTrusted)[0], isOther };
}

/** The last step comes first: what is wrong with the file itself is what its user understands best. */
function findDoubts(steps: Step[], isTrusted: Trusted): Found[] {
  return steps.reverse().flatMap(step => {
    const isFolder = step.stats.isDirectory();
    const doubt = (isFolder ? doubtFolder : doubtFile)(step.stats, isTrusted);
    return doubt === null ? [] : [{ ...step, doubt, isFolder }];
  });
}

function describeDoubt(what: string, { path, stats, doubt, isFolder }: Found): UserError {
  const name = `${isFolder ? 'the folder of ' : ''}${what} ${path}`;
  const reason = explainDoubt(doubt, stats);
  if (doubt === 'owner') {
    const chown = stats.isSymbolicLink() ? 'chown -h' : 'chown';
    return new UserError(
      `cannot trust ${name} as root: ${reason}, who can write to it; ${chown} root ${path}, set user, or use --insecure`,
    );
  }
  return new UserError(`cannot trust ${name} as root: ${reason}; chmod go-w ${path}, or use --insecure`);
}
