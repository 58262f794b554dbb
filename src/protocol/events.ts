import type { EventKind } from '../settings/value-types/event-kinds';

/*
 * What happens to a program and its manager, as notifications on the socket (docs/history.rst). A name is a promise to
 * users: scripts and hooks match it.
 */

export { EVENT_KINDS, type EventKind } from '../settings/value-types/event-kinds';

/** What one part of the manager reports; the stream adds number, time and program. */
export interface News {
  event: EventKind;
  [detail: string]: unknown;
}

/** The `params` of a notification `event`. */
export interface ProgramEvent extends News {
  /** Rises by one with each event; after a manager was killed, it may skip some. */
  n: number;
  /** Seconds since 1970. */
  at: number;
  /** The daemon's name. */
  program: string;
}

/** Sent in place of events for which a subscriber that does not read had no room. */
export interface DroppedEvents {
  event: 'dropped';
  count: number;
}

/** Subscribers at the same time, and bytes that wait for each of them. */
export const MOST_SUBSCRIBERS = 64;
export const SUBSCRIBER_BYTES = 1 << 20;

/** A notification of JSON-RPC 2.0, with its newline. */
export function formatNotification(params: ProgramEvent | DroppedEvents): string {
  return `${JSON.stringify({ jsonrpc: '2.0', method: 'event', params })}\n`;
}

/**
 * Reads a line that follows the reply to `subscribe`.
 *
 * @returns the event, or null for any other line
 */
export function readNotification(line: string): ProgramEvent | DroppedEvents | null {
  try {
    const { method, params } = JSON.parse(line) as { method?: unknown; params?: Record<string, unknown> };
    if (method !== 'event' || typeof params?.event !== 'string') return null;
    if (params.event === 'dropped') return Number.isSafeInteger(params.count) ? (params as never) : null;
    const isWhole = Number.isSafeInteger(params.n) && Number.isFinite(params.at);
    return isWhole && typeof params.program === 'string' ? (params as never) : null;
  } catch {
    return null;
  }
}
