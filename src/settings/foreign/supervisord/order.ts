import type { Entry } from '../../file/tree';
import { makeName } from '../../fleet/names';
import { changed, dropped, entryOf, TAKEN } from '../line-report';
import type { ForeignProgram } from '../reading';
import type { SectionReader } from './section-reader';

/** A section with the programs that were made of it. */
export interface Placed {
  reader: SectionReader;
  programs: ForeignProgram[];
  /** The group that decides when it starts. */
  group: SectionReader | null;
}

/**
 * Turns priorities into `after`, as an order only: those of a lower number start before, and stop after. A plugin that
 * knows dependencies, `supervisord-dependent-startup`, decides instead where it is used.
 */
export function addOrder(placed: readonly Placed[]): void {
  if (
    placed.some(({ reader }) => reader.item('dependent_startup') ?? reader.item('dependent_startup_wait_for'))
  ) {
    for (const one of placed) addDependencies(one, placed);
    return;
  }
  const isGiven = placed.some(({ reader, group }) => reader.item('priority') ?? group?.item('priority'));
  if (!isGiven) return;
  const levels = new Map<string, { rank: readonly number[]; names: string[] }>();
  const rankOf = ({ reader, group }: Placed) => {
    const own = reader.whole('priority', USUAL);
    return [group?.whole('priority', USUAL) ?? own, own] as const;
  };
  for (const one of placed) {
    const rank = rankOf(one);
    const level = levels.get(String(rank)) ?? { rank, names: [] };
    // Nothing comes after a program that runs once, because in zd that would be after its end.
    level.names.push(...one.programs.filter(program => !runsOnce(program)).map(({ name }) => name));
    levels.set(String(rank), level);
  }
  const sorted = [...levels.values()].sort(({ rank: a }, { rank: b }) => a[0]! - b[0]! || a[1]! - b[1]!);
  for (const one of placed) {
    const own = sorted.findIndex(({ rank }) => String(rank) === String(rankOf(one)));
    const before = sorted.slice(0, own).findLast(({ names }) => names.length > 0);
    const verdict = before ? changed('it waits until those of a lower number count as started') : TAKEN;
    one.reader.judge('priority', verdict);
    one.group?.judge('priority', verdict);
    if (before)
      addAfter(
        one,
        before.names.map(name => `?${name}`),
        one.reader.item('priority') ? 'priority' : null,
      );
  }
}

/** The priority without a line. */
const USUAL = 999;

function addDependencies(one: Placed, placed: readonly Placed[]): void {
  const { reader } = one;
  reader.judge('priority', dropped('dependent_startup decides'));
  one.group?.judge('priority', dropped('dependent_startup decides'));
  if (reader.item('dependent_startup') && reader.flag('dependent_startup')) {
    reader.judge('dependent_startup', TAKEN);
    reader.judge('autostart', TAKEN);
    for (const program of one.programs)
      program.entries = program.entries.filter(({ key }) => key !== 'autostart');
  }
  const wanted = (reader.text('dependent_startup_wait_for') ?? '').split(/\s+/).filter(word => word !== '');
  const names = wanted.map(word => word.split(':')[0]!);
  for (const word of wanted) {
    const [name, state = 'running'] = word.split(':');
    if (state.toLowerCase() === 'running')
      for (const { programs } of placed)
        for (const other of programs) if (other.name === name) keepFromOnce(other);
  }
  const known = names.filter(name =>
    placed.some(({ programs }) => programs.some(other => other.name === name)),
  );
  reader.judge(
    'dependent_startup_wait_for',
    known.length === names.length
      ? changed('it waits until they count as started, or have ended with success if they run once')
      : dropped('it names a program that is not there', true),
  );
  if (known.length > 0) addAfter(one, known, 'dependent_startup_wait_for');
}

function runsOnce({ entries }: ForeignProgram): boolean {
  return entries.some(({ key }) => key === 'once');
}

/** What waits for a program with `once` waits for its end, so a list of all ends says the same instead. */
function keepFromOnce(program: ForeignProgram): void {
  program.entries = program.entries.map(entry =>
    entry.key === 'once' ? { ...entry, key: 'exit-codes', value: EVERY_END } : entry,
  );
}

/** Any signal, and every status. */
const EVERY_END = Array.from({ length: 257 }, (_, index) => index - 1).join(',');

function addAfter({ reader, programs }: Placed, names: readonly string[], key: string | null): void {
  const origin = key === null ? reader.section.headers[0]!.origin : reader.originOf(key);
  const entry = (own: string): Entry[] => {
    const others = names.map(toWord).filter(name => name.replace('?', '') !== own);
    return others.length > 0 ? [entryOf('after', others.join(', '), origin)] : [];
  };
  for (const program of programs) program.entries.push(...entry(program.name));
}

/** As the fleet changes names that zd cannot use. */
function toWord(name: string): string {
  const [mark, rest] = name.startsWith('?') ? ['?', name.slice(1)] : ['', name];
  return mark + makeName(rest, new Set());
}
