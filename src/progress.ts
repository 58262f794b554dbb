import type { Clock } from './clock';
import { UserError } from './errors';

/** Ctrl-C came while we waited. */
export class Interrupted extends UserError {
  constructor() {
    super('interrupted: the manager carries on with what it was asked; see zd status');
    this.name = 'Interrupted';
  }
}

export interface Waiting {
  clock: Clock;
  /** Writes to standard output. */
  say(text: string): void;
  /** Ctrl-C. */
  interrupt: AbortSignal;
}

/**
 * Waits for news, with zdaemon's dots: one a second, only while there is something to wait for (1.4, 49).
 *
 * @param news what is awaited
 * @returns what the news resolve to
 * @throws Interrupted
 */
export async function awaitWithDots<T>(news: Promise<T>, { say, clock, interrupt }: Waiting): Promise<T> {
  let cancel = () => {};
  const tick = () => {
    cancel = clock.after(1, () => {
      say('. ');
      tick();
    });
  };
  tick();
  let onAbort = () => {};
  const interrupted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new Interrupted());
    if (interrupt.aborted) onAbort();
    else interrupt.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([news, interrupted]);
  } finally {
    cancel();
    interrupt.removeEventListener('abort', onAbort);
  }
}
