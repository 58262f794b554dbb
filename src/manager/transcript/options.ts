import type { News } from '../../protocol/events';
import type { TranscriptSettings } from '../../settings/settings';
import type { Clock } from '../../system/clock';
import type { Parent } from '../parent/parent';
import type { Receiver } from './receiver/receiver';

export interface TranscriptOptions {
  /** Spawns the copiers, and holds the FIFOs. */
  parent: Parent;
  /** The state folder, which contains the FIFOs. */
  folder: string;
  /** The state folder may be another user's, also for root. */
  insecure?: boolean | undefined;
  /** What ps(1) shows of the daemon. */
  title: string;
  /** The file that receives the output. */
  path: string;
  settings: TranscriptSettings;
  /** Keeps the command of `transcript-program` running; absent without one. */
  receiver?: Receiver | null;
  /** What still runs matters more than a file that cannot be opened: its output waits in memory. */
  mayLack: boolean;
  /** The pid of an adopted program, whose output must be read on, or null. */
  program: number | null;
  clock: Clock;
  /** Writes to the manager's own log. */
  log(level: 'error' | 'warn', text: string): void;
  /** Tells the subscribers of events. */
  emit?(news: News): void;
}
