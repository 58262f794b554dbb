import type { Clock } from './clock';

/** Seconds from the first stir to the collection: a burst of events has one. */
const QUIET = 1;
/** Requests that are worth a collection; a start or an exit is worth one by itself. */
const MANY_REQUESTS = 2000;

/**
 * Gives back what a start or a burst of requests has used. V8 itself would let a small heap grow to some thirty
 * megabytes before it looked; for a manager that then sleeps for months that is for ever. Between bursts no timer runs.
 */
export class GarbageCollector {
  readonly #clock: Clock;
  readonly #load: () => () => void;
  #collect: (() => void) | null = null;
  #requests = 0;
  #armed = false;

  /** @param load brings the garbage collector, when it is first wanted */
  constructor(clock: Clock, load = loadCollector) {
    this.#clock = clock;
    this.#load = load;
  }

  /** The program was started, or has ended. */
  noteActivity(): void {
    if (this.#armed) return;
    this.#armed = true;
    this.#clock.after(QUIET, () => {
      this.#armed = false;
      this.#requests = 0;
      this.#collect ??= this.#load();
      this.#collect();
    });
  }

  /** A request was answered. */
  noteRequest(): void {
    this.#requests += 1;
    if (this.#requests >= MANY_REQUESTS) this.noteActivity();
  }
}

/**
 * Flags on the command line would do the same, but then V8 refuses the code caches of Node's own modules, and a start
 * takes a tenth longer.
 */
function loadCollector(): () => void {
  const { setFlagsFromString } = require('node:v8') as typeof import('node:v8');
  const { runInNewContext } = require('node:vm') as typeof import('node:vm');
  // A nursery of 1 MiB for good: a burst would let it grow to 16, which V8 hardly ever gives back.
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('typeof gc === "function" ? gc : null');
  setFlagsFromString('--no-expose-gc');
  return typeof collect === 'function' ? () => void collect() : () => {};
}
