import { statSync } from 'node:fs';
import { describeReason, errorCode } from '../../../system/errors';
import { answerAtOnce, type Try } from './try';

/** Seconds by which the times of files and processes are coarser than the clock. */
const COARSE = 0.02;

/**
 * Holds when a path exists that was made or changed since a time.
 *
 * @param path absolute
 * @param begunAt seconds since 1970, or null: it need only exist
 */
export function tryFile(path: string, begunAt: () => number | null): Try {
  return answerAtOnce(() => {
    try {
      // The time of the last change covers a file that was moved there, too.
      const { mtimeMs, ctimeMs } = statSync(path);
      const since = begunAt();
      if (since === null || Math.max(mtimeMs, ctimeMs) / 1000 >= since - COARSE) return null;
      return { says: 'it is older than this start' };
    } catch (error) {
      return { says: errorCode(error) === 'ENOENT' ? 'it does not exist' : describeReason(error) };
    }
  });
}
