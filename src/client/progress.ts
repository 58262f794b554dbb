import type { Writable } from 'node:stream';
import type { Clock } from '../system/clock';
import { UserError } from '../system/errors';
import { LiveLine } from '../system/text/live-line';
import type { Flavour } from './context';

/** The user pressed Ctrl-C during a wait. */
export class Interrupted extends UserError {
  constructor(message = 'interrupted: the manager continues with the request; see zd status') {
    super(message);
    this.name = 'Interrupted';
  }
}

export interface Waiting {
  flavour: Flavour;
  clock: Clock;
  /** Writes to standard output. */
  write(text: string): void;
  stderr: Writable;
  /** Ctrl-C. */
  interrupt: AbortSignal;
  quiet?: boolean;
}

/** Says what is waited for, after so many seconds: a line without a newline, or null. */
export type Describe = (seconds: number) => Promise<string | null>;

/**
 * Waits for a result. Called as `zd`, a line on a terminal says each second what the wait is for; elsewhere nothing is
 * written. Called as `zdaemon`, dots are printed on standard output, one per second; most results are printed with a
 * leading newline, which ends the line of dots; for errors and bare results that newline is written here.
 *
 * @param begin starts the request; its signal aborts when the wait is over, whatever ended it
 * @param waiting
 * @param isBare whether zdaemon prints a result without a leading newline
 * @param describe what the wait is for
 * @returns the result
 * @throws Interrupted; what `begin` throws
 */
export async function awaitWithDots<T>(
  begin: (over: AbortSignal) => Promise<T>,
  waiting: Waiting,
  isBare: (result: T) => boolean = () => false,
  describe: Describe = async () => null,
): Promise<T> {
  const { clock, interrupt } = waiting;
  const progress = waiting.flavour === 'zdaemon' ? new Dots(waiting.write) : new Line(waiting, describe);
  let seconds = 0;
  let cancel = () => {};
  const tick = () => {
    cancel = clock.after(1, () => {
      seconds += 1;
      progress.tick(seconds);
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
    progress.end(isBare(result));
    return result;
  } catch (error) {
    // The report of an interrupt begins with `^C` and a newline, so it needs none here.
    progress.end(!(error instanceof Interrupted));
    throw error;
  } finally {
    cancel();
    interrupt.removeEventListener('abort', onAbort);
    over.abort();
  }
}

class Dots {
  readonly #write: (text: string) => void;
  #line = '';

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  tick(): void {
    this.#line = '\n';
    this.#write('. ');
  }

  end(isBare: boolean): void {
    if (isBare) this.#write(this.#line);
  }
}

class Line {
  readonly #line: LiveLine | null;
  readonly #describe: Describe;
  #isOver = false;

  constructor({ stderr, quiet }: Waiting, describe: Describe) {
    const line = quiet ? null : new LiveLine(stderr);
    this.#line = line?.isVisible ? line : null;
    this.#describe = describe;
  }

  tick(seconds: number): void {
    if (this.#line === null) return;
    const show = (text: string | null) => {
      if (text !== null && !this.#isOver) this.#line?.show(text);
    };
    // The next second asks again.
    this.#describe(seconds).then(show, () => {});
  }

  end(): void {
    this.#isOver = true;
    this.#line?.clear();
  }
}
