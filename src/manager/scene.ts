import type { News } from '../protocol/events';
import type { LaunchOrder, Refresh } from '../protocol/launch-order';
import type { Cause } from '../protocol/outcomes';
import type { SavedState } from '../state/saved-state';
import type { Clock } from '../system/clock';
import type { WholeUser } from '../system/users';
import type { Waiters } from './control/waiters';
import type { EventLog } from './event-log';
import type { InputHolder } from './input/holder';
import type { Event, Lifecycle } from './lifecycle/types';
import type { Parent } from './parent/parent';
import type { Program } from './program/program';
import type { ReadinessHolder } from './readiness/holder';
import type { RunRecord } from './record/run-record';
import type { Transcript } from './transcript/transcript';

/** Why a run is ended by a setting. */
export interface Renewal {
  by: Cause['by'];
  /** A clause for people: `port 80: connection refused`. */
  reason: string;
  /** It counts as an early end of the run, so that pauses grow if it happens again and again. */
  early?: boolean;
}

/** What the effects act on. */
export interface Scene {
  readonly clock: Clock;
  readonly eventLog: EventLog;
  /** Null with `daemon off`: the program is attached to the terminal. */
  readonly transcript: Transcript | null;
  /** The program's environment, before the configured variables are added. */
  readonly environment: Record<string, string | undefined>;
  /** The folders in which a relative program is looked up. */
  readonly folders: string[];
  /** Whom what is spawned is to become, if the manager stays root for that user. */
  readonly runAs: WholeUser | null;
  /** Where a service manager above this one listens (sd_notify(3)), or null. */
  readonly serviceSocket?: string | null;
  readonly program: Program;
  readonly record: RunRecord;
  readonly waiters: Waiters;
  /** The order the manager currently follows. */
  readonly order: LaunchOrder;
  /** The state after the step whose effects are being performed. */
  readonly life: Lifecycle;
  /** Seconds that a run may take, for messages. */
  readonly runTimeout: number | null;
  dispatch(event: Event): void;
  /** Tells the subscribers what no step of the lifecycle says. */
  emit(news: News): void;
  /** Changes what runs from the next start on. */
  refresh(changes: Refresh): void;
  /** A setting wants the program restarted. */
  renew(renewal: Renewal): void;
  /** Called when the program could not be spawned. */
  spawnFailed(reason: string): void;
  /** The parent of what is spawned. */
  readonly parent: Parent;
  /** Waits for probes; its code is loaded when a setting asks for it. */
  readonly readiness: ReadinessHolder;
  /** What the last manager has saved of a run that goes on. */
  readonly saved: Pick<SavedState, 'readiness' | 'input'> | null;
  /** What `zd send` writes to; its code is loaded when a setting asks for it. */
  readonly input: InputHolder;
  /** Saves the state, unless a program is being spawned: then it will be saved anyway. */
  saveSoon(): void;
  /** Why the start fails, before the event that says so: a clause for the user. */
  noteFailure(reason: string): void;
  /** Saves the state. @param spawning what `readTicks` returned just before a spawn */
  save(spawning?: number | null): void;
  /** Exits the manager. */
  leave(status: number): void;
}
