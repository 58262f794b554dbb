import { UserError } from '../../system/errors';
import type { Arguments, Override } from '../argv';
import { errorAt } from '../faults';
import { applyOverrides } from '../file/overrides';
import { interpretTree } from '../file/read';
import { placeFault } from '../file/sections';
import type { FileTree, Section } from '../file/tree';
import { fileOptions, parseValue, settingOptions } from '../options';
import { mergeSettings } from '../resolve';
import type { Configuration } from '../settings';
import { expandNames } from './expand-names';
import type { FaultyMember, Member } from './fleet';
import type { Home } from './home';

/** A program of a fleet before its values are read. */
export interface Draft {
  name: string;
  /** Its file as the user wrote it, for messages and origins. */
  file: string;
  tree: FileTree;
}

export interface MemberRequest {
  argv: Arguments;
  cwd: string;
  env: NodeJS.ProcessEnv;
  homeOf(name: string): Home;
  /** Each program has a file of its own. */
  isFolder: boolean;
}

/**
 * Reads the values of a program, once for each of its copies.
 *
 * @returns one member, or as many as it has copies
 * @throws UsageError
 */
export function readMembers(draft: Draft, request: MemberRequest): Member[] {
  const tree: FileTree = { ...draft.tree, sections: draft.tree.sections.map(copySection) };
  applyOverrides(tree, overridesFor(draft.name, request.argv.overrides));
  const count = findCopies(tree, request.env);
  if (count === null) return [readMember({ ...draft, tree }, null, request)];
  const members = Array.from({ length: count }, (_, at) => readMember({ ...draft, tree }, at + 1, request));
  refuseShared(members);
  return members;
}

/** A fault of one program, in place of its members; any other error is thrown. */
export function makeFaulty(name: string, error: unknown): FaultyMember {
  if (!(error instanceof UserError)) throw error;
  return { name, fault: error.message };
}

/** The overrides of a program: `-X NAME/key=value`, and those of sections that all have. */
function overridesFor(name: string, overrides: readonly Override[]): Override[] {
  const isSection = (word: string) =>
    ['runner', 'environment', 'eventlog', 'steps'].includes(word.toLowerCase());
  return overrides.flatMap(override => {
    const [first = '', ...rest] = override.path;
    if (first !== name) return isSection(first) ? [override] : [];
    const path = isSection(rest[0] ?? '') ? rest : ['runner', ...rest];
    return [{ ...override, path, typed: override.path }];
  });
}

function findCopies(tree: FileTree, env: NodeJS.ProcessEnv): number | null {
  const entries = tree.sections.find(({ type }) => type === 'runner')?.entries ?? [];
  const entry = entries.findLast(({ key }) => key.toLowerCase() === 'copies');
  const option = fileOptions.get('copies');
  if (!entry || !option || option.field === null) return null;
  return placeFault(entry, () => parseValue(option, entry.value, env)) as number;
}

function readMember({ name: base, file, tree }: Draft, copy: number | null, request: MemberRequest): Member {
  const { argv, cwd, env, homeOf } = request;
  const name = copy === null ? base : `${base}-${copy}`;
  const read = interpretTree(expandNames(tree, name, copy), { file, env, overrides: [] });
  const named = read.values.get('name');
  if (named)
    throw errorAt(
      named.origin,
      'name is not allowed for a program of a fleet: it has the name of its file or section',
    );
  const configuration = mergeSettings({ argv, cwd, env, placesPaths: true }, file, read, homeOf(name));
  if (!configuration.settings.daemon)
    throw errorAt(
      configuration.origins.daemon,
      'daemon = off runs one program in the foreground; remove it, and run zd up for all programs in the foreground',
    );
  configuration.settings.name = name;
  if (!request.isFolder || copy !== null) configuration.member = { name, reader: readerOf(argv) };
  if (copy !== null) configuration.environment = { ...configuration.environment, ZD_COPY: String(copy) };
  return { name, base, copy, configuration };
}

function readerOf({ flags }: Arguments): NonNullable<Configuration['member']>['reader'] {
  const [format, variant] = [flags.get('format')?.text, flags.get('variant')?.text];
  return {
    ...(format ? { format } : {}),
    ...(flags.has('run-it') ? { runsIt: true as const } : {}),
    ...(variant ? { variant } : {}),
  };
}

/** Paths that two programs cannot share. */
const EXCLUSIVE = ['transcript', 'stderrTranscript', 'pidfile', 'socketName', 'lockFile'];

function refuseShared(members: readonly Member[]): void {
  const [one, other] = members;
  if (!one || !other) return;
  for (const { field, key, default: usual } of settingOptions) {
    if (!EXCLUSIVE.includes(field)) continue;
    const value = one.configuration.settings[field];
    const isSame = value !== null && value !== usual && value === other.configuration.settings[field];
    if (isSame && value !== '/dev/null')
      throw errorAt(
        originOf(one.configuration, field),
        `${key} is the same for all ${members.length} copies; write \${copy} into it`,
      );
  }
}

function originOf({ origins }: Configuration, field: string): string {
  return (origins as Record<string, string>)[field] ?? '';
}

/** The overrides change it. */
function copySection(section: Section): Section {
  return { ...section, entries: [...section.entries], sections: section.sections.map(copySection) };
}
