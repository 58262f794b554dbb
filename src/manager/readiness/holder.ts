import type { StatusReport } from '../../protocol/messages';
import type { SavedReadiness } from '../../state/saved-state';
import type { Equipment } from './signs/equipment';

/** What the rest of the manager knows of probes, whose code is loaded when a setting asks for it. */
export interface ReadinessHolder {
  /** Waits for what must be there before a start: calls `done`, or dispatches `unprepared`. */
  prepare(done: () => void): void;
  /** Waits for the program to be ready; `tested` or, before it, `notReady` is dispatched. */
  test(): void;
  /** Ends what is waited for. */
  endWait(): void;
  /** The clock of a wait stands still, and goes on. */
  pause(): void;
  resume(): void;
  /**
   * Gets ready for a run, before its spawn.
   *
   * @param done called with what the program needs for its probes, or with what prevents its start
   */
  equip(done: (equipment: Equipment | { reason: string }) => void): void;
  /** Continues with a run that an earlier manager has begun; does nothing for one of this manager's. */
  continueRun(): void;
  /** The run has ended. */
  endRun(): void;
  /** Another manager takes over. */
  release(): void;
  /** The manager leaves for good. */
  close(): void;
  /** What accompanies a run with `alive`, or null. */
  makeAlive(): { begin(): void; pause(): void; resume(): void; end(): void } | null;
  /** For the next manager; undefined when it need not know anything. */
  readonly saved: SavedReadiness | undefined;
  /** As the report has it. */
  describe(): Pick<StatusReport, 'waitingFor' | 'programStatus' | 'aliveError'>;
}
