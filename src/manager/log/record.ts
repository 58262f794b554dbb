import type { LevelName } from '../../settings/event-log-levels';
import type { Parent } from '../parent/parent';

/** One record of the event log. */
export interface LogRecord {
  level: LevelName;
  /** Seconds since 1970. */
  time: number;
  /** Without control characters. */
  text: string;
}

/** What gets records beside files: it sends them on, and never makes the manager wait. */
export interface Receiver {
  readonly level: number;
  /** Why it cannot send, or null. */
  readonly problem: string | null;
  /** Records that it could not send. */
  readonly lost: number;
  take(record: LogRecord): void;
  connect(parent: Parent): void;
  /** Resolves when everything is sent, when something cannot be sent, or after a few seconds. */
  flush(): Promise<void>;
  close(): void;
}

/** The manager's own log. */
export interface EventLog {
  /** Writes one record to every file, and gives it to every handler, whose level admits it. Never throws. */
  log(level: LevelName, text: string): void;
  /**
   * Reopens the files by their names. If a file cannot be opened, the old one stays in use.
   *
   * @returns a sentence for each file that could not be opened
   */
  reopen(): string[];
  /** The last records at warn and above as lines, oldest first, even those that were not written. */
  recent(): string[];
  /** Why a file cannot be written, or a handler does not get its records, or null. */
  readonly problem: string | null;
  /** How many records could not be written or sent since the manager started. */
  lost(): number;
  /** Handlers wait for this: they run commands. */
  connect(parent: Parent): void;
  /** Resolves when the handlers have sent what they have, or after a few seconds; null without handlers. */
  flush(): Promise<void> | null;
  close(): void;
}
