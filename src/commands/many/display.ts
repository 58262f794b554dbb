import type { Outcome } from './run-member';

/** Shows how the programs fare, as that becomes known. */
export interface Display {
  /** Work on a program begins. */
  begin(name: string): void;
  /** A program is done. */
  show(outcome: Outcome): void;
  /** All are done. */
  end(): void;
}
