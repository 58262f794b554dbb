import { nameState } from '../control/report';
import type { Supervisor } from '../supervisor';

/**
 * Refuses to hand over while somebody waits for a start or a stop, which a successor would not answer.
 *
 * @throws an Error with a sentence for the user
 */
export function refuseUpgrade({ life, record, isFrozen }: Supervisor): void {
  if (isFrozen) throw new Error('another upgrade is under way');
  // A program that is not ready in time may stay so, and its start has been reported.
  const isLate = life.name === 'starting' && record.notReady !== null;
  if (!isLate && !['idle', 'running', 'backoff', 'waiting'].includes(life.name))
    throw new Error(`the program is ${nameState(life)} now; try again later`);
}
