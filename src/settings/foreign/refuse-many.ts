import { errorAt } from '../faults';

/** Each program has a manager: a machine has no room for more. */
const MOST = 1000;

/**
 * Refuses a file with more programs than a fleet can have.
 *
 * @param count of its programs, so far
 * @param file as the user wrote it
 * @throws UsageError
 */
export function refuseMany(count: number, file: string): void {
  if (count > MOST) throw errorAt(file, `it has more than ${MOST} programs; split it`);
}
