import { basename } from 'node:path';
import {
  formatNotification,
  MOST_SUBSCRIBERS,
  type News,
  type ProgramEvent,
  SUBSCRIBER_BYTES,
} from '../../protocol/events';
import type { LaunchOrder } from '../../protocol/launch-order';
import type { SavedState } from '../../state/saved-state';
import type { Clock } from '../../system/clock';

/** Events that a subscriber can still get after it has connected again. */
const KEPT = 64;
/** Numbers that a manager may use before it must save its state again. */
const RESERVE = 100;

/** A client that gets events, one line each. */
export interface Subscriber {
  /** Bytes that it has not read yet, beyond what the system holds. */
  readonly waiting: number;
  /** Whether it has sent its end: it may have gone. */
  readonly hasEnded: boolean;
  send(line: string): void;
  close(): void;
}

export interface EventStreamOptions {
  clock: Pick<Clock, 'wall'>;
  /** The number of the last event of an earlier manager, or one that is larger. */
  last: number;
  /** The daemon's name. */
  program(): string;
  /** Called when the numbers that the saved state reserves are used up. */
  reserve(): void;
  /** Called with each event of this manager, after the subscribers. */
  observe(event: ProgramEvent): void;
}

/**
 * The stream of a manager, whose numbers follow those of the one before.
 *
 * @param saved what that one has saved, or null
 * @param clock for the time of each event
 * @param manager the order it follows, and how it saves its state
 */
export function openStream(
  saved: SavedState | null,
  clock: Pick<Clock, 'wall'>,
  { order, reserve, observe }: { order(): LaunchOrder } & Pick<EventStreamOptions, 'reserve' | 'observe'>,
): EventStream {
  const program = () => order().name ?? basename(order().settings.program[0] ?? '');
  return new EventStream({ clock, last: saved?.events ?? 0, program, reserve, observe });
}

/**
 * Numbers the events, and sends them to the subscribers. What a subscriber does not read is bounded: beyond that, events
 * are dropped for it and counted. Nobody waits for a subscriber.
 */
export class EventStream {
  /** Called with each event, before the subscribers get it. */
  heard: ((event: ProgramEvent) => void) | null = null;
  readonly #options: EventStreamOptions;
  readonly #kept: ProgramEvent[] = [];
  /** Each with the count of events that it had no room for. */
  readonly #subscribers = new Map<Subscriber, number>();
  #last: number;
  #reserved: number;
  /** Events of a manager that is handing over: the successor has their numbers, unless it gives up. */
  #held: News[] | null = null;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#last = options.last;
    this.#reserved = reserveAfter(this.#last);
  }

  /** The number of the last event; 0 before the first one. */
  get last(): number {
    return this.#last;
  }

  /** A number that no event exceeds until the state is saved again: the next manager goes on behind it. */
  get reserved(): number {
    return this.#held ? this.#last : this.#reserved;
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }

  /** Numbers an event, and sends it. */
  emit(news: News): void {
    if (this.#held) return void this.#held.push(news);
    this.#last += 1;
    const event: ProgramEvent = {
      n: this.#last,
      at: this.#options.clock.wall(),
      program: this.#options.program(),
      ...news,
    };
    this.heard?.(event);
    this.#kept.push(event);
    if (this.#kept.length > KEPT) this.#kept.shift();
    if (this.#subscribers.size > 0) {
      const line = formatNotification(event);
      for (const one of [...this.#subscribers.keys()]) this.#send(one, line);
    }
    if (this.#reserved < this.#last + RESERVE) {
      this.#reserved = reserveAfter(this.#last);
      this.#options.reserve();
    }
    this.#options.observe(event);
  }

  /** Makes room for a subscriber, if one of the present ones may have gone. @throws an Error when there are too many */
  makeRoom(): void {
    if (this.#subscribers.size < MOST_SUBSCRIBERS) return;
    const gone = [...this.#subscribers.keys()].find(({ hasEnded }) => hasEnded);
    if (!gone) throw new Error(`there are ${MOST_SUBSCRIBERS} subscribers already`);
    this.unsubscribe(gone);
    gone.close();
  }

  /**
   * Sends every event from now on.
   *
   * @param after also those that are still in memory and have a larger number than this; null = none
   */
  subscribe(subscriber: Subscriber, after: number | null): void {
    this.#subscribers.set(subscriber, 0);
    for (const event of after === null ? [] : this.#kept)
      if (event.n > (after as number)) this.#send(subscriber, formatNotification(event));
  }

  /** The same for a connection, which tells when it is drained and closed. */
  follow(subscriber: Subscriber, after: number | null): { drained(): void; closed(): void } {
    this.subscribe(subscriber, after);
    return { drained: () => this.drained(subscriber), closed: () => this.unsubscribe(subscriber) };
  }

  unsubscribe(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
  }

  /** The subscriber has read everything: it learns now what it has missed. */
  drained(subscriber: Subscriber): void {
    const count = this.#subscribers.get(subscriber) ?? 0;
    if (count > 0) this.#tellDropped(subscriber, count);
  }

  /** Sends nothing until `release`, because another manager may be about to use the next numbers. */
  hold(): void {
    this.#held ??= [];
  }

  /** The other manager has given up. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const news of held) this.emit(news);
  }

  #send(subscriber: Subscriber, line: string): void {
    const dropped = this.#subscribers.get(subscriber) ?? 0;
    if (subscriber.waiting + line.length > SUBSCRIBER_BYTES)
      return void this.#subscribers.set(subscriber, dropped + 1);
    if (dropped > 0) this.#tellDropped(subscriber, dropped);
    subscriber.send(line);
  }

  #tellDropped(subscriber: Subscriber, count: number): void {
    this.#subscribers.set(subscriber, 0);
    subscriber.send(formatNotification({ event: 'dropped', count }));
  }
}

function reserveAfter(last: number): number {
  return (Math.floor(last / RESERVE) + 2) * RESERVE;
}
