import type { Change } from '../../../client/configured/changes';
import { launchOptions } from '../../../settings/reach';
import type { Need, Step } from './steps';
import { orderSteps } from './turns';

/**
 * What is true of a program before `apply`. `up`: its manager keeps it up, or waits for its next run; `orphaned`: it runs
 * without a manager; `lost`: it ended with its manager; `withdrawn`: `apply` or `up` has stopped it; `stopped`: somebody
 * has.
 */
export type Life = 'up' | 'orphaned' | 'never' | 'lost' | 'withdrawn' | 'stopped' | 'failed' | 'done';

/** A program of the files, and what runs of it. */
export interface Seen {
  name: string;
  life: Life;
  /** Whether it has a manager. */
  isManaged: boolean;
  /** Whether it is to run once, and has ended with success: what needs it can start. */
  isDone: boolean;
  needs: readonly Need[];
  /** Where it is disabled; null if it is not. */
  disabledIn: string | null;
  autostart: boolean;
  /** What differs from what runs or, after a failure, from what ran last. */
  changes: readonly Change[];
  /** Why nothing can be done with it, as a sentence; null if nothing is in the way. */
  fault: string | null;
}

export interface FleetPlan {
  stops: Step[];
  steps: Step[];
  /** Programs that are as the files say. */
  same: string[];
  /** Programs that stay down for a reason that the files do not have. */
  left: { name: string; why: string }[];
  /** Programs that stay as they are because they cannot be read, or checked. */
  faulty: { name: string; fault: string }[];
}

export interface PlanRequest {
  seen: readonly Seen[];
  /** Programs that run and are no longer configured. */
  gone: readonly string[];
  faulty: readonly { name: string; fault: string; isUp: boolean }[];
  /** `up`: what was stopped by hand, has failed or is done is started. */
  forgetsStops: boolean;
}

/** Decides what makes the world equal to the files. Nothing is done that the files do not ask for. */
export function planFleet({ seen, gone, faulty, forgetsStops }: PlanRequest): FleetPlan {
  const plan: FleetPlan = { stops: [], steps: [], same: [], left: [], faulty: [] };
  const starts = new Map<string, string>();
  for (const one of seen) {
    if (one.fault !== null) plan.faulty.push({ name: one.name, fault: one.fault });
    else place(plan, one, decide(one, forgetsStops && !isInUse(one, seen)), starts);
  }
  for (const { name, fault } of faulty) plan.faulty.push({ name, fault });
  addStarts(plan, seen, starts, new Set(faulty.filter(({ isUp }) => !isUp).map(({ name }) => name)));
  const needs = new Map(seen.map(one => [one.name, one.needs]));
  const leaving = gone.map(
    (name): Step => ({ name, action: 'stop', why: 'no longer configured', changes: [] }),
  );
  plan.stops = [...leaving, ...orderSteps(plan.stops, needs, true)];
  const places = new Map(seen.map(({ name }, at) => [name, at]));
  const placeOf = ({ name }: Step) => places.get(name) ?? 0;
  plan.steps.sort((one, other) => placeOf(one) - placeOf(other));
  plan.steps = orderSteps(plan.steps, needs, false);
  return plan;
}

/** Whether the plan changes nothing. */
export function isEmpty({ stops, steps }: FleetPlan): boolean {
  return stops.length === 0 && steps.length === 0;
}

/** What is done, and what runs has needed it. */
function isInUse({ name, life }: Seen, seen: readonly Seen[]): boolean {
  const isUp = (one: Seen) => one.life === 'up' || one.life === 'orphaned';
  return life === 'done' && seen.some(one => isUp(one) && one.needs.some(need => need.name === name));
}

type Decision = { start: string } | { left: string } | Pick<Step, 'action' | 'why'> | null;

function decide(one: Seen, forgetsStops: boolean): Decision {
  const { life, disabledIn, autostart, changes, isManaged } = one;
  const isUp = life === 'up' || life === 'orphaned';
  if (disabledIn !== null) return isUp ? { action: 'stop', why: `disabled in ${disabledIn}` } : null;
  if (life === 'orphaned') return { action: 'adopt', why: describe(changes, 'its manager is dead') };
  if (isUp) return adapt(changes, true);
  const why = whyStart(one, forgetsStops);
  if (why !== null && autostart) return { start: why };
  if (isManaged && changes.length > 0) return adapt(changes, false);
  if (life === 'stopped') return { left: 'was stopped by hand' };
  return life === 'failed' ? { left: 'has failed, and has not changed since' } : null;
}

function whyStart({ life, changes }: Seen, forgetsStops: boolean): string | null {
  switch (life) {
    case 'never':
      return 'new';
    case 'lost':
      return 'it ended with its manager';
    case 'withdrawn':
      return 'configured again';
    case 'stopped':
      return forgetsStops ? 'was stopped by hand' : null;
    case 'failed':
      if (forgetsStops) return 'has failed';
      return changes.length > 0 ? describe(changes, 'has failed') : null;
    case 'done':
      return forgetsStops ? 'was done' : null;
    default:
      return null;
  }
}

/** @param isUp whether there is a program to restart */
function adapt(changes: readonly Change[], isUp: boolean): Decision {
  if (changes.length === 0) return null;
  const why = describe(changes);
  const needs = (step: string) => changes.some(change => change.step.includes(step));
  if (needs('stop and start')) return { action: isUp ? 'replace' : 'dismiss', why };
  if (needs('restart') && isUp) return { action: 'restart', why };
  return { action: needs('new manager') ? 'upgrade' : 'adjust', why };
}

const SETTINGS = new Set(['eventlog', ...launchOptions.map(({ key }) => key)]);

/** `environment X, program changed`: no values, which may be secrets. */
function describe(changes: readonly Change[], before = ''): string {
  if (changes.length === 0) return before;
  const names = changes.map(({ key }) => (SETTINGS.has(key) ? key : `environment ${key}`));
  return `${before === '' ? '' : `${before}; `}${names.join(', ')} changed`;
}

function place(plan: FleetPlan, one: Seen, decision: Decision, starts: Map<string, string>): void {
  const { name, changes } = one;
  if (decision === null) plan.same.push(name);
  else if ('start' in decision) starts.set(name, decision.start);
  else if ('left' in decision) plan.left.push({ name, why: decision.left });
  else (decision.action === 'stop' ? plan.stops : plan.steps).push({ name, ...decision, changes });
}

/**
 * Adds the programs to start. What they need and what only a start by name or by need starts is started with them; a
 * program whose needs stay down stays down.
 *
 * @param absent programs that cannot be read, and do not run
 */
function addStarts(
  plan: FleetPlan,
  seen: readonly Seen[],
  starts: Map<string, string>,
  absent: ReadonlySet<string>,
): void {
  const known = new Map(seen.map(one => [one.name, one]));
  for (const name of starts.keys())
    for (const need of known.get(name)?.needs ?? []) {
      const needed = known.get(need.name);
      const isIdle = needed?.life === 'never' && !needed.autostart && needed.disabledIn === null;
      if (isIdle && needed.fault === null && !need.isWeak && !starts.has(need.name)) {
        starts.set(need.name, `${name} needs it`);
        plan.same = plan.same.filter(same => same !== need.name);
      }
    }
  const isThere = ({ name, isWeak }: Need) => {
    const one = known.get(name);
    if (isWeak || starts.has(name)) return true;
    // What is not selected is not judged.
    if (!one) return !absent.has(name);
    return one.isDone || (['up', 'orphaned'].includes(one.life) && one.disabledIn === null);
  };
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (const name of [...starts.keys()]) {
      const missing = known.get(name)?.needs.find(need => !isThere(need));
      if (!missing) continue;
      starts.delete(name);
      plan.left.push({ name, why: `needs ${missing.name}, which is down` });
      hasChanged = true;
    }
  }
  for (const [name, why] of starts)
    plan.steps.push({ name, action: 'start', why, changes: known.get(name)?.changes ?? [] });
}
