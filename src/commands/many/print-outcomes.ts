import { addFacts, complain, print } from '../../client/context';
import type { Many, Outcome, World } from './run-member';
import type { Selection } from './selectors';

/** Shows how the programs fare, as that becomes known. */
export interface Display {
  /** A program is done. */
  show(outcome: Outcome): void;
  /** All are done. */
  end(): void;
}

/** Each outcome as lines of its own, with the name in front. */
export function printLines(world: World): Display {
  return {
    show({ name, text, errors }) {
      for (const line of text.split('\n')) if (line !== '') print(world as never, `${name}: ${line}`);
      for (const error of errors) complain(world, `${name}: ${error}`);
    },
    end() {},
  };
}

/** Says which of the selected programs cannot be read. */
export function complainOfFaulty({ world }: Many, { faulty }: Selection): void {
  for (const { fault } of faulty) complain(world, fault);
}

/** The fields of `--json` for many programs. */
export function addOutcomes(many: Many, { faulty }: Selection, outcomes: readonly Outcome[]): void {
  addFacts(many.world as never, {
    fleet: many.fleet.file,
    programs: [
      ...outcomes.map(({ name, status, text, errors, facts }) => ({ name, status, ...facts, text, errors })),
      ...faulty.map(({ name, fault }) => ({ name, status: 2, text: '', errors: [fault] })),
    ],
  });
}
