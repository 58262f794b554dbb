import { ValueFault } from '../settings/faults';
import { time } from '../settings/times';
import { UsageError } from '../system/errors';

/**
 * Reads the argument of an option of a command that is a time.
 *
 * @param flag the option, for the error
 * @param text as typed
 * @returns seconds
 * @throws UsageError
 */
export function readTimeFlag(flag: string, text: string): number {
  try {
    return time.parse(text, {});
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error;
    throw new UsageError(`${flag} ${error.message}`);
  }
}
