import { shellStatus } from '../../system/signals';
import type { Scene } from '../scene';

/**
 * The status with which a manager exits: its own, or that of the last run for whoever takes the manager for the program.
 *
 * @param status its own
 * @returns 128 + n when signal n ended that run
 */
export function exitStatusOf({ order, record }: Pick<Scene, 'order' | 'record'>, status: number): number {
  const { lastExit, failedStart, startedAt } = record;
  const hasRun = startedAt !== null && failedStart === null && lastExit !== null;
  return order.mirrors && hasRun ? shellStatus(lastExit) : status;
}
