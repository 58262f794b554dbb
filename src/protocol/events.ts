/*
 * What happens to a program and its manager, as notifications on the socket (docs/history.rst). A name is a promise to
 * users: scripts and hooks match it.
 */

/** Every kind of event, with what it means; the pages and the check of `on-event-kinds` read this list. */
export const EVENT_KINDS = {
  starting: 'a start has begun; without a pid, it waits for wait-for or before-start',
  started: 'the program counts as started',
  ready: 'the readiness probe holds',
  'not-ready': 'the readiness probe did not hold in time',
  exited: 'the program has exited, or could not be run',
  restarting: 'the program was asked to exit, and another start follows',
  stopping: 'the program was asked to exit',
  stopped: 'nothing of the program is left: after a stop, or an exit that is not followed by a start',
  paused: 'the program was suspended with zd pause',
  continued: 'the program was continued with zd continue',
  waiting: 'the next run is scheduled',
  failed: 'the start has failed for good, or an exit was one of failure-codes',
  'gave-up': 'too many early exits in a row; the manager does not start it again',
  reloaded: 'the program was asked to read its files again',
  'config-changed': 'the configuration file was saved with other content',
  'config-applied': 'what runs was made equal to the configuration file',
  'config-failed': 'the saved configuration file cannot be applied, and changes nothing',
  'transcript-fault': 'output cannot be written to the transcript',
  'transcript-well': 'output is written to the transcript again',
  reopened: 'the transcript and the event log were reopened',
  'hook-failed': 'a hook failed, or did not finish in time',
  'probe-failed': 'a probe could not be tried at all',
  'watch-failed': 'a file or folder cannot be watched',
  'schedule-failed': 'steps or environment of the next run could not be read; the former ones stay',
  upgraded: 'another manager has taken over',
} as const;

export type EventKind = keyof typeof EVENT_KINDS;

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
