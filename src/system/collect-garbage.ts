import type { Clock } from './clock';

/** Seconds from the first event to the collection, so that a burst of events causes only one. */
const QUIET = 1;
/** Number of requests that justify a collection; a single start or exit justifies one, too. */
const MANY_REQUESTS = 2000;

/**
 * Frees the memory that a start or a burst of requests has used. V8 itself would let a small heap grow to about 30 MB
 * before it collects, and an idle manager would hold that memory for months. No timer runs between bursts.
 */
export class GarbageCollector {
  readonly #clock: Clock;
  readonly #load: () => () => void;
  #collect: (() => void) | null = null;
  #requests = 0;
  #armed = false;

  /** @param load loads the garbage collector on first use */
  constructor(clock: Clock, load = loadCollector) {
    this.#clock = clock;
    this.#load = load;
  }

  /** Call this when the program has started or exited. */
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

  /** Call this when the manager has answered a request. */
  noteRequest(): void {
    this.#requests += 1;
    if (this.#requests >= MANY_REQUESTS) this.noteActivity();
  }
}

/**
 * Command-line flags would do the same, but V8 would then reject the code caches of Node's own modules, and a start
 * would take 10 % longer.
 */
function loadCollector(): () => void {
  const { setFlagsFromString } = require('node:v8') as typeof import('node:v8');
  const { runInNewContext } = require('node:vm') as typeof import('node:vm');
  // Limits the young generation to 1 MiB: a burst would let it grow to 16 MiB, and V8 rarely shrinks it.
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('typeof gc === "function" ? gc : null');
  setFlagsFromString('--no-expose-gc');
  return typeof collect === 'function' ? () => void collect() : () => {};
}
