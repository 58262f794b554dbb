import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultyMember, Fleet, Member } from '../../settings/fleet/fleet';
import { isName } from '../../settings/fleet/names';
import { UsageError } from '../../system/errors';
import { askFor, nearestName } from '../../system/text/nearest';

/** What words select of a fleet. */
export interface Selection {
  members: Member[];
  faulty: FaultyMember[];
  /** Names that were written in full; the others are meant only as far as a command makes sense for them. */
  named: ReadonlySet<string>;
  /** Whether no word selects, so all are meant. */
  isAll: boolean;
}

/**
 * Finds the programs that words select: names, also of all copies of a program, globs and `@tag`; none: all.
 *
 * @throws UsageError for a word that matches nothing, with the nearest name
 */
export function selectMembers(fleet: Fleet, words: readonly string[]): Selection {
  const { members, faulty } = fleet;
  if (words.length === 0) return { members, faulty, named: new Set(), isAll: true };
  const chosen = new Set<Member | FaultyMember>();
  const named = new Set<string>();
  for (const word of words) {
    const found = [...members, ...faulty].filter(one => matches(one, word));
    if (found.length === 0 && !fleet.withoutCopies.includes(word)) throw nothingMatches(fleet, word);
    for (const one of found) {
      chosen.add(one);
      if (isPlainName(word)) named.add(one.name);
    }
  }
  return {
    members: members.filter(one => chosen.has(one)),
    faulty: faulty.filter(one => chosen.has(one)),
    named,
    isAll: false,
  };
}

/** Whether a word is neither a glob nor a tag. */
export function isPlainName(word: string): boolean {
  return !/^@|[*?[]/.test(word);
}

function matches(one: Member | FaultyMember, word: string): boolean {
  const names = 'base' in one ? [one.name, one.base] : [one.name];
  if (word.startsWith('@')) return 'base' in one && tagsOf(one).includes(word.slice(1));
  if (isPlainName(word)) return names.includes(word);
  return toPattern(word).test(one.name);
}

function tagsOf({ configuration }: Member): string[] {
  return configuration.settings.tags ?? [];
}

/** The globs of a shell: `*`, `?` and `[...]`. */
function toPattern(glob: string): RegExp {
  const source = glob.replace(/\[(!?)([^\]]+)\]|[\s\S]/g, (whole, not, set) => {
    if (set !== undefined) return `[${not ? '^' : ''}${set.replace(/[\\^[]/g, '\\$&')}]`;
    if (whole === '*') return '.*';
    return whole === '?' ? '.' : whole.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  });
  try {
    return new RegExp(`^${source}$`);
  } catch {
    throw new UsageError(`cannot understand the pattern '${glob}'; write for example 'web*'`);
  }
}

function nothingMatches({ file, place, members, faulty }: Fleet, word: string): UsageError {
  if (isName(word) && existsSync(join(place, word, 'sock')))
    return new UsageError(`${word} is no longer configured in ${file}; zd -C ${file} apply stops it`);
  const isTag = word.startsWith('@');
  const names = isTag
    ? [...new Set(members.flatMap(tagsOf))].map(tag => `@${tag}`)
    : [
        ...new Set([
          ...members.map(({ base }) => base),
          ...members.map(({ name }) => name),
          ...faulty.map(({ name }) => name),
        ]),
      ];
  const near = nearestName(word, names);
  const advice =
    near !== null
      ? askFor(word, `'${near}'`)
      : names.length === 0
        ? `it has no ${isTag ? 'tags' : 'programs'}`
        : `it has ${listSome(names)}`;
  return new UsageError(`nothing in ${file} matches '${word}'; ${advice}`);
}

const SOME = 8;

function listSome(names: readonly string[]): string {
  const rest = names.length - SOME;
  return names.slice(0, SOME).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
