import type { FleetPlan } from './plan';
import type { Action, Step } from './steps';

const VERBS: Record<Action, string> = {
  start: 'start',
  stop: 'stop',
  restart: 'restart',
  adjust: 'adjust',
  upgrade: 'new manager',
  replace: 'stop and start',
  dismiss: 'no manager',
  adopt: 'adopt',
};

/**
 * A plan as lines for people: one for each program that something is done with or would be, and the number of the others.
 *
 * @param plan
 * @returns for example `web: restart: environment X changed`
 */
export function describePlan({ stops, steps, left, same }: FleetPlan): string[] {
  const lines = [...stops, ...steps].map(describeStep);
  const others = left.map(({ name, why }) => `${name}: stays down: ${why}`);
  if (lines.length === 0) return [...others, 'nothing differs'];
  const rest =
    same.length === 0 ? [] : [`${same.length} ${same.length === 1 ? 'stays' : 'stay'} as they are`];
  return [...lines, ...others, ...rest.map(line => (same.length === 1 ? '1 stays as it is' : line))];
}

/** The same as fields of `--json`. */
export function listPlan({ stops, steps, left, same, faulty }: FleetPlan): object[] {
  return [
    ...[...stops, ...steps].map(({ name, action, why, changes }) => ({
      name,
      action,
      why,
      changes: changes.map(({ key, step }) => ({ key, step })),
    })),
    ...left.map(({ name, why }) => ({ name, action: 'none', why, changes: [] })),
    ...same.map(name => ({ name, action: 'none', why: null, changes: [] })),
    ...faulty.map(({ name, fault }) => ({ name, action: 'none', why: fault, changes: [] })),
  ];
}

function describeStep({ name, action, why }: Step): string {
  return `${name}: ${VERBS[action]}: ${why}`;
}
