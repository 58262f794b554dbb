import type { Clock } from '../system/clock';
import { UserError } from '../system/errors';

/** Seconds after which a wait is explained. */
const LONG_WAIT = 5;

/** The user pressed Ctrl-C during a wait. */
export class Interrupted extends UserError {
  constructor() {
    super('interrupted: the manager continues with the request; see zd status');
    this.name = 'Interrupted';
  }
}

export interface Waiting {
  clock: Clock;
  /** Writes to standard output. */
  write(text: string): void;
  /** Ctrl-C. */
  interrupt: AbortSignal;
}

/**
 * Waits for a result and prints zdaemon's dots, one per second of waiting. Most results are printed with a leading
 * newline, which ends the line of dots. For errors and bare results that newline is written here.
 *
 * @param begin starts the request; its signal aborts when the wait is over, whatever ended it
 * @param waiting
 * @param isBare whether a result is printed without a leading newline
 * @param explain called once, when the wait has become long
 * @returns the result
 * @throws Interrupted; what `begin` throws
 */
export async function awaitWithDots<T>(
  begin: (over: AbortSignal) => Promise<T>,
  { write, clock, interrupt }: Waiting,
  isBare: (result: T) => boolean = () => false,
  explain: () => unknown = () => {},
): Promise<T> {
  let line = '';
  let dots = 0;
  let cancel = () => {};
  const tick = () => {
    cancel = clock.after(1, () => {
      line = '\n';
      write('. ');
      dots += 1;
      if (dots === LONG_WAIT) explain();
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
  const over = new AbortController();
  try {
    const result = await Promise.race([begin(over.signal), interrupted]);
    if (isBare(result)) write(line);
    return result;
  } catch (error) {
    // The report of an interrupt begins with `^C` and a newline, so it needs none here.
    if (!(error instanceof Interrupted)) write(line);
    throw error;
  } finally {
    cancel();
    interrupt.removeEventListener('abort', onAbort);
    over.abort();
  }
}
