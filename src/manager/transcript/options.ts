import type { TranscriptSettings } from '../../settings/settings';
import type { Clock } from '../../system/clock';

export interface TranscriptOptions {
  /** The state folder: its FIFOs are there. */
  folder: string;
  /** The file that gets the output. */
  path: string;
  settings: TranscriptSettings;
  /** The pid of a program that runs and is to be read on from, or null. */
  program: number | null;
  clock: Clock;
  /** For the manager's own log. */
  log(level: 'error' | 'warn', text: string): void;
}
