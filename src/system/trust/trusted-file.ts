import { UserError } from '../errors';
import { type Step, tracePath } from './pinned-path';
import { type Doubt, doubtFile, doubtFolder, type Trusted } from './rules';

/**
 * Refuses a file whose text or code others could have written.
 *
 * @param what it is, for the message: `the program`
 * @param path absolute
 * @param isTrusted see `trustedUsers`
 * @throws UserError with the chmod or chown that fixes it
 */
export function refuseForeign(what: string, path: string, isTrusted: Trusted): void {
  const [first] = findDoubts(path, isTrusted);
  if (first) throw describeDoubt(what, first);
}

/** The same as a question. */
export function isTrustedFile(path: string, isTrusted: Trusted): boolean {
  return findDoubts(path, isTrusted).length === 0;
}

interface Found extends Step {
  doubt: Doubt;
  isFolder: boolean;
}

/** The last step comes first: what is wrong with the file itself is what its user understands best. */
function findDoubts(path: string, isTrusted: Trusted): Found[] {
  const steps = tracePath(path).reverse();
  return steps.flatMap(step => {
    const isFolder = step.stats.isDirectory();
    const doubt = (isFolder ? doubtFolder : doubtFile)(step.stats, isTrusted);
    return doubt === null ? [] : [{ ...step, doubt, isFolder }];
  });
}

function describeDoubt(what: string, { path, stats, doubt, isFolder }: Found): UserError {
  const name = `${isFolder ? 'the folder of ' : ''}${what} ${path}`;
  if (doubt === 'owner') {
    const chown = stats.isSymbolicLink() ? 'chown -h' : 'chown';
    return new UserError(
      `cannot trust ${name} as root: it belongs to uid ${stats.uid}, who can write to it; ${chown} root ${path}, set user, or use --insecure`,
    );
  }
  const bits = (stats.mode & 0o7777).toString(8).padStart(4, '0');
  return new UserError(
    `cannot trust ${name} as root: others can write to it (mode ${bits}); chmod go-w ${path}, or use --insecure`,
  );
}
