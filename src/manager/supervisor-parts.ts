import type { SavedState } from '../state/saved-state';
import type { Clock } from '../system/clock';
import type { Identity } from '../system/identity';
import type { WholeUser } from '../system/users';
import type { EventLog } from './event-log';
import type { Parent } from './parent/parent';
import type { InFolder } from './record/history';
import type { Transcript } from './transcript/transcript';

export interface SupervisorParts {
  clock: Clock;
  eventLog: EventLog;
  /** See `Scene`. */
  readonly transcript: Transcript | null;
  environment: Record<string, string | undefined>;
  folders: string[];
  /** See `Scene`. */
  runAs: WholeUser | null;
  /** See `Scene`. */
  serviceSocket?: string | null;
  parent: Parent;
  /** The keeper, for whoever finds its manager dead. */
  keeper(): Identity | null;
  /** What the previous manager saved. */
  saved: SavedState | null;
  /** Access to the state folder. */
  inFolder: InFolder;
  /** Saves what the next manager must know. @returns false if that failed; `saveState` is then called later */
  save(state: SavedState): boolean;
  /** Called once; nothing happens after it. */
  leave(status: number): void;
}
