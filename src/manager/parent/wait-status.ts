import type { Ending } from '../../system/signals';

/**
 * What a wait status says (wait(2); the layout is the same on all systems that run Linux).
 *
 * @param status as waitpid(2) gives it
 */
export function endingOf(status: number): Ending {
  const signal = status & 0x7f;
  return signal === 0 ? { code: (status >> 8) & 0xff, signal: null } : { code: null, signal };
}
