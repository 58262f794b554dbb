import { addFacts, complain, print } from '../../client/context';
import type { Fleet } from '../../settings/fleet/fleet';
import { ExitStatus } from '../../system/errors';
import { isTerminal } from '../../system/terminal';
import type { Display } from './display';
import type { Many, Outcome, World } from './run-member';
import type { Selection } from './selectors';

export type { Display };

/**
 * How a command for many programs shows its outcomes.
 *
 * @param world
 * @param names the programs, in the order in which they are shown
 * @param fleet whose programs they are
 */
export function chooseDisplay(world: World, names: readonly string[], fleet: Fleet): Display {
  const lines = printLines(world);
  if (world.quiet || world.facts || !isTerminal(1) || process.env.TERM === 'dumb')
    return joinFaults(world, names.length, lines);
  const { LiveLines } = require('./live-lines') as typeof import('./live-lines');
  return joinFaults(world, names.length, new LiveLines(world, fleet, lines));
}

/** A fault of the command line is the same for each program, and is said once. */
function joinFaults(world: World, count: number, display: Display): Display {
  let held: Outcome[] = [];
  let isSame = count > 1;
  const release = () => {
    isSame = false;
    for (const outcome of held) display.show(outcome);
    held = [];
  };
  return {
    begin: name => display.begin(name),
    show(outcome) {
      const { status, text, errors } = outcome;
      const [first = outcome] = held;
      isSame &&= status === ExitStatus.usage && text === '' && errors.join('\n') === first.errors.join('\n');
      if (isSame) held.push(outcome);
      else {
        release();
        display.show(outcome);
      }
    },
    end() {
      const [first] = held;
      if (!first || held.length < count) release();
      display.end();
      if (first && isSame) for (const error of first.errors) complain(world, error);
    },
  };
}

/** Each outcome as lines of its own, with the name in front. */
export function printLines(world: World): Display {
  return {
    begin() {},
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
  const isNew = ({ name }: { name: string }) => !outcomes.some(outcome => outcome.name === name);
  addFacts(many.world as never, {
    fleet: many.fleet.file,
    ...(outcomes.some(({ facts }) => facts.changed === true) ? { changed: true } : {}),
    programs: [
      ...outcomes.map(({ name, status, text, errors, facts }) => ({ name, status, ...facts, text, errors })),
      ...faulty.filter(isNew).map(({ name, fault }) => ({ name, status: 2, text: '', errors: [fault] })),
    ],
  });
}
