import type { Clock } from '../../system/clock';
import type { Parent } from '../parent/parent';
import type { LogRecord } from './record';

/** One way to send a record. */
export interface Sender {
  /** For messages: `syslog daemon`. */
  name: string;
  /** How many records of one level are sent at once, and the seconds for each further one; the rest is withheld. */
  rate?: { most: number; every: number };
  /**
   * Sends a record.
   *
   * @param job `withheld` counts the records that were withheld since the last one
   * @param done called once, unless the sending was ended
   * @returns a function that ends it
   */
  send(job: SendJob, done: (failure: Failure | null) => void): () => void;
}

export interface SendJob {
  record: LogRecord;
  withheld: number;
  parent: Parent;
}

export interface Failure {
  reason: string;
  /** The same record would fail again. */
  isFinal?: boolean;
}

export interface HandlerSurroundings {
  clock: Clock;
  /** The name of the daemon. */
  name: string;
  /** PATH. */
  path: string | undefined;
}
