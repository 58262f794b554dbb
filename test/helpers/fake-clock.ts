import type { Clock } from '../../src/system/clock';

interface Alarm {
  due: number;
  action: () => void;
}

/** A clock that stands still until a test advances it. */
export class FakeClock implements Clock {
  #now = 1000;
  /** Seconds between the two clocks; a test can step the wall clock. */
  wallOffset = 1_795_000_000;
  readonly #alarms = new Set<Alarm>();

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#now + this.wallOffset;
  }

  after(seconds: number, action: () => void): () => void {
    const alarm = { due: this.#now + Math.max(0, seconds), action };
    this.#alarms.add(alarm);
    return () => void this.#alarms.delete(alarm);
  }

  /** The number of pending actions. */
  get pending(): number {
    return this.#alarms.size;
  }

  /**
   * Advances the time, and calls each action that becomes due at its own moment, in order.
   *
   * @param seconds to advance
   */
  advance(seconds: number): void {
    const end = this.#now + seconds;
    for (let next = this.#nextUntil(end); next; next = this.#nextUntil(end)) {
      this.#alarms.delete(next);
      this.#now = Math.max(this.#now, next.due);
      next.action();
    }
    this.#now = end;
  }

  #nextUntil(end: number): Alarm | undefined {
    let next: Alarm | undefined;
    for (const alarm of this.#alarms) if (alarm.due <= end && (!next || alarm.due < next.due)) next = alarm;
    return next;
  }
}
