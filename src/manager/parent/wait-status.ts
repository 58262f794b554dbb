import type { Ending } from '../../system/signals';

/** The bit that WCOREDUMP looks at. */
const CORE = 0x80;

/**
 * What a wait status says (wait(2); the layout is the same on all systems that run Linux).
 *
 * @param status as waitpid(2) gives it
 */
export function endingOf(status: number): Ending {
  const signal = status & 0x7f;
  if (signal === 0) return { code: (status >> 8) & 0xff, signal: null };
  return { code: null, signal, ...((status & CORE) === 0 ? {} : { core: true }) };
}
