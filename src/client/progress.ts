import type { Clock } from '../system/clock';
import { UserError } from '../system/errors';

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
 * Waits for news, with zdaemon's dots: one a second, only while there is something to wait for. Most news are
 * told with a newline before them, which ends a line of dots; errors, and news that are not, get one here.
 *
 * @param begin asks for the news; its signal comes when the wait is over, whatever ended it
 * @param waiting
 * @param isBare are these news told without a newline before them?
 * @returns what the news resolve to
 * @throws Interrupted; what `begin` throws
 */
export async function awaitWithDots<T>(
  begin: (over: AbortSignal) => Promise<T>,
  { say, clock, interrupt }: Waiting,
  isBare: (news: T) => boolean = () => false,
): Promise<T> {
  let line = '';
  let cancel = () => {};
  const tick = () => {
    cancel = clock.after(1, () => {
      line = '\n';
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
  const over = new AbortController();
  try {
    const news = await Promise.race([begin(over.signal), interrupted]);
    if (isBare(news)) say(line);
    return news;
  } catch (error) {
    // Who tells of an interrupt begins with what the terminal shows of the keys.
    if (!(error instanceof Interrupted)) say(line);
    throw error;
  } finally {
    cancel();
    interrupt.removeEventListener('abort', onAbort);
    over.abort();
  }
}
