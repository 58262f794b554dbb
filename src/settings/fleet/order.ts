import { suggest } from '../../system/text/nearest';
import { errorAt } from '../faults';
import { findCircles } from './circles';
import type { Fleet, Member } from './fleet';

/** What `after` says of the programs of a fleet. */
export interface Order {
  /** Every name, also of those that cannot be read, in the order of the fleet. */
  names: readonly string[];
  /** The programs that are started before this one and stopped after it. */
  before(name: string): ReadonlySet<string>;
  /** Those of them that it needs: written without `?`. */
  needs(name: string): ReadonlySet<string>;
  /** What is wrong with `after` of a program: one sentence with file and line. It must not be started. */
  faults: ReadonlyMap<string, string>;
}

type Readable = Pick<Fleet, 'file' | 'members' | 'faulty' | 'withoutCopies'>;

/**
 * Reads the order of a fleet. A name of a program with copies means all of them.
 *
 * @param fleet its members, also those that cannot be read
 * @returns a graph without circles: what is in one is a fault, and has no order there
 */
export function readOrder(fleet: Readable): Order {
  const { members, faulty } = fleet;
  const faults = new Map<string, string>();
  const before = new Map<string, Set<string>>();
  const needs = new Map<string, Set<string>>();
  const groups = groupByBase(fleet);
  for (const { name, configuration } of members) {
    const [all, hard] = [new Set<string>(), new Set<string>()];
    for (const written of configuration.settings.after ?? []) {
      const isNeed = !written.startsWith('?');
      const word = isNeed ? written : written.slice(1);
      const found = groups.get(word);
      if (!found && isNeed) faults.set(name, describeUnknown(fleet, configuration.origins.after, word));
      for (const other of found ?? []) {
        all.add(other);
        if (isNeed) hard.add(other);
      }
    }
    before.set(name, all);
    needs.set(name, hard);
  }
  breakCircles(members, { before, needs, faults });
  const nothing: ReadonlySet<string> = new Set();
  return {
    names: [...new Set([...members, ...faulty].map(({ name }) => name))],
    before: name => before.get(name) ?? nothing,
    needs: name => needs.get(name) ?? nothing,
    faults,
  };
}

/**
 * The programs, and all that they need, directly or not.
 *
 * @returns in the order of the fleet
 */
export function withNeeds({ names, needs }: Order, chosen: Iterable<string>): string[] {
  const reached = spread(chosen, needs);
  return names.filter(name => reached.has(name));
}

/**
 * The programs, and all that need them, directly or not.
 *
 * @returns in the order of the fleet
 */
export function withDependents(order: Order, chosen: Iterable<string>): string[] {
  const reached = spread(chosen, name => neededBy(order, name));
  return order.names.filter(one => reached.has(one));
}

/** The programs that need this one without another between them. */
export function neededBy({ names, needs }: Order, name: string): string[] {
  return names.filter(one => needs(one).has(name));
}

function spread(chosen: Iterable<string>, next: (name: string) => Iterable<string>): Set<string> {
  const reached = new Set(chosen);
  for (const name of reached) for (const other of next(name)) reached.add(other);
  return reached;
}

/** For each name that `after` may have, the programs that it means. */
function groupByBase({ members, faulty, withoutCopies }: Readable): Map<string, string[]> {
  const groups = new Map<string, string[]>(withoutCopies.map(name => [name, []]));
  const add = (word: string, name: string) => {
    const group = groups.get(word) ?? [];
    if (!group.includes(name)) groups.set(word, [...group, name]);
  };
  for (const { name } of faulty) add(name, name);
  for (const { name, base } of members) {
    add(base, name);
    if (name !== base) add(name, name);
  }
  return groups;
}

function describeUnknown({ file, members }: Readable, origin: string, word: string): string {
  const names = new Set(members.map(({ base }) => base));
  const advice = suggest(word, names, `write ?${word} if it need not be there`);
  return errorAt(origin, `after names ${word}, which is no program of ${file}${advice}`).message;
}

interface Edges {
  before: Map<string, Set<string>>;
  needs: Map<string, Set<string>>;
  faults: Map<string, string>;
}

function breakCircles(members: readonly Member[], { before, needs, faults }: Edges): void {
  for (const [name, { path, others }] of findCircles(before)) {
    const origin = members.find(one => one.name === name)?.configuration.origins.after ?? '';
    const isOwn = path.length === 2 || before.get(name)?.has(name);
    const sentence = isOwn
      ? 'after names the program itself; leave it out'
      : `after goes in a circle: ${path.join(' -> ')}; leave one of them out`;
    faults.set(name, errorAt(origin, sentence).message);
    for (const other of others) {
      before.get(name)?.delete(other);
      needs.get(name)?.delete(other);
    }
  }
}
