import { readdirSync, type Stats, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describeReason, UsageError } from '../../system/errors';
import { findCurrentFolder } from '../../system/files';
import { suggest } from '../../system/text/nearest';
import type { Arguments } from '../argv';
import { errorAt } from '../faults';
import { DEFAULTS, prependDefaults, readConfigurationTree } from '../file/read';
import { readSource } from '../file/source';
import { pathOf } from '../file/url';
import { FOREIGN_KINDS, type ForeignKind } from '../foreign/reading';
import type { FaultyMember, Fleet, FleetKind, Member } from './fleet';
import { readFleetFile } from './fleet-file';
import { readForeignDrafts } from './foreign-drafts';
import { type Draft, type MemberRequest, makeFaulty, readMembers } from './members';
import { findDoubles, isName } from './names';
import { findPlace } from './place';

export interface FleetRequest {
  /** The command line, with `-C`. */
  argv: Arguments;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** What is known before the values of the programs are read. */
type Drafts = Pick<Fleet, 'skipped' | 'report' | 'foreign' | 'telemetry' | 'notes'> & {
  kind: FleetKind;
  drafts: Draft[];
  faulty: FaultyMember[];
};

const NOTHING_FOREIGN = { skipped: [], report: [], foreign: [], telemetry: null, notes: [] };

/**
 * Reads the fleet that `-C` names. A faulty program is listed and does not keep the others from being read.
 *
 * @returns null if it is no fleet: a file with one program, or one that zd cannot read at all
 * @throws UsageError if nothing of it can be read
 */
export function readFleet({
  argv,
  cwd = findCurrentFolder() ?? '/',
  env = process.env,
}: FleetRequest): Fleet | null {
  const given = argv.flags.get('configure');
  if (!given) return null;
  const file = pathOf(given.text ?? '', given.written);
  const path = resolve(cwd, file);
  const read = readDrafts({ argv, cwd, env }, file, path);
  if (read === null) return null;
  refuseFlags(argv, file);
  const { place, homeOf } = findPlace(read.kind, path, env);
  const { drafts, ...found } = read;
  const fleet: Fleet = { ...found, file, path, place, members: [], withoutCopies: [] };
  refuseUnknownOverrides(argv, drafts);
  const doubles = findDoubles(drafts.map(({ name }) => name));
  const request: MemberRequest = { argv, cwd, env, homeOf, isFolder: read.kind === 'folder' };
  for (const [at, draft] of drafts.entries()) {
    try {
      const earlier = doubles.get(at);
      if (earlier)
        throw errorAt(draft.file, `${draft.name} and ${earlier} differ by case only; rename one of them`);
      const members = readMembers(draft, request);
      if (members.length === 0) fleet.withoutCopies.push(draft.name);
      fleet.members.push(...members);
    } catch (error) {
      fleet.faulty.push(makeFaulty(draft.name, error));
    }
  }
  moveDoubles(fleet);
  return fleet;
}

function readDrafts(request: Required<FleetRequest>, file: string, path: string): Drafts | null {
  const { argv, cwd, env } = request;
  const format = readFormat(argv);
  const found = examine(path);
  if (!found) return null;
  if (format === null && found.isDirectory() && !isForeignFolder(path))
    return readFolder(request, file, path);
  if (format !== null && format !== 'zd') return readForeignDrafts({ ...request, file, path, format });
  if (found.isFile()) {
    const own = readOwnFile(file, path);
    if (own !== null) return own;
    const single = readCopies({ cwd, env }, file, path);
    if (single !== null) return single;
  }
  return readForeignDrafts({ ...request, file, path, format: null });
}

/** @returns null for what cannot be seen: the reader of files with one program says why */
function examine(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** A folder of perp has services with `rc.main`. */
function isForeignFolder(path: string): boolean {
  const names = listFolder(path, path);
  if (names.some(name => name.endsWith('.conf'))) return false;
  return names.some(name => examine(join(path, name, 'rc.main')) !== null);
}

function readFolder({ cwd, env }: Required<FleetRequest>, file: string, path: string): Drafts {
  const stems = listFolder(file, path)
    .filter(name => /^[^.].*\.conf$/s.test(name) && name !== DEFAULTS)
    .map(name => basename(name, '.conf'))
    .sort();
  const notes = stems.length === 0 ? [`${file} has no programs: there is no *.conf in it`] : [];
  const result: Drafts = { kind: 'folder', drafts: [], faulty: [], ...NOTHING_FOREIGN, notes };
  for (const stem of stems) {
    const own = join(file, `${stem}.conf`);
    try {
      if (!isName(stem))
        throw errorAt(
          own,
          'the name of the file cannot be the name of a program; use letters, digits, dots, dashes and underscores',
        );
      const tree = readConfigurationTree({ file: own, cwd, env, usesDefaults: true, isFound: true });
      result.drafts.push({ name: stem, file: own, tree });
    } catch (error) {
      result.faulty.push(makeFaulty(stem, error));
    }
  }
  return result;
}

/** @returns null if it has no `[program:NAME]` with a `program` */
function readOwnFile(file: string, path: string): Drafts | null {
  const source = readTextOf(file, path);
  if (source === null || !looksLikeFleetFile(source.lines)) return null;
  const { tree, programs } = readFleetFile(source);
  const drafts = programs.map(({ name, sections }) => {
    const whole = prependDefaults({ ...tree, sections, isIni: true }, { file, path });
    return { name, file, tree: whole };
  });
  return { kind: 'file', drafts, faulty: [], ...NOTHING_FOREIGN };
}

/** Files of supervisord have such sections, too, but their programs have a `command`. */
function looksLikeFleetFile(lines: readonly string[]): boolean {
  let isProgram = false;
  let hasCommand = false;
  let hasProgram = false;
  let first = '';
  for (const line of lines) {
    const header = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
    if (header !== undefined) isProgram = /^\s*program\s*:/i.test(header);
    if (header !== undefined && isProgram) first ||= header;
    if (!isProgram) continue;
    hasProgram ||= /^\s*(program|run-steps|steps)\s*=/i.test(line);
    hasCommand ||= /^\s*command\s*[=:]/i.test(line);
  }
  if (hasProgram && hasCommand)
    throw new UsageError(
      `cannot tell whose file this is: [${first}] and others have both program, as zd's, and command, as supervisord's; say it with --format zd or --format supervisord`,
    );
  return first !== '' && !hasCommand;
}

/** @returns null for text that is not a configuration's: another reader may understand it */
function readTextOf(file: string, path: string) {
  try {
    return readSource(file, path);
  } catch {
    return null;
  }
}

/** @returns null unless it is the file of one program in copies */
function readCopies(
  { cwd, env }: Pick<Required<FleetRequest>, 'cwd' | 'env'>,
  file: string,
  path: string,
): Drafts | null {
  const name = basename(path, '.conf');
  try {
    const tree = readConfigurationTree({ file, cwd, env, usesDefaults: true });
    const entries = tree.sections.find(({ type }) => type === 'runner')?.entries ?? [];
    if (!entries.some(({ key }) => key.toLowerCase() === 'copies')) return null;
    return { kind: 'copies', drafts: [{ name, file, tree }], faulty: [], ...NOTHING_FOREIGN };
  } catch {
    return null;
  }
}

function readFormat({ flags }: Arguments): ForeignKind | 'zd' | null {
  const flag = flags.get('format');
  if (!flag) return null;
  const kinds = ['zd', ...FOREIGN_KINDS] as const;
  const kind = kinds.find(one => one === flag.text);
  if (kind) return kind;
  throw new UsageError(
    `unknown format '${flag.text}' after ${flag.written}${suggest(flag.text ?? '', kinds, `the formats are ${kinds.join(', ')}`)}`,
  );
}

function refuseFlags({ flags }: Arguments, file: string): void {
  const flag = flags.get('program') ?? flags.get('socket-name');
  if (flag)
    throw new UsageError(
      `cannot use ${flag.written} with ${file}: it has more than one program; leave it out`,
    );
}

function refuseUnknownOverrides({ overrides }: Arguments, drafts: readonly Draft[]): void {
  const names = drafts.map(({ name }) => name);
  const known = [...names, 'runner', 'environment', 'eventlog', 'steps'];
  for (const { path } of overrides)
    if (!known.includes(path[0] ?? '') && !known.includes((path[0] ?? '').toLowerCase()))
      throw errorAt(
        `-X ${path.join('/')}`,
        `there is no program ${path[0]}${suggest(path[0] ?? '', names, 'zd list shows them')}`,
      );
}

/** Two programs cannot have one socket or one name: the later one is faulty. */
function moveDoubles(fleet: Fleet): void {
  const sockets = new Map<string, Member>();
  const names = new Map<string, Member>();
  const kept: Member[] = [];
  for (const member of fleet.members) {
    const { socketName } = member.configuration.settings;
    const [twin, namesake] = [sockets.get(socketName), names.get(member.name.toLowerCase())];
    const origin = member.configuration.file ?? fleet.file;
    const fault = namesake
      ? `${origin}: a copy of ${namesake.base} and ${member.base} are both called ${member.name}; rename one of them`
      : twin &&
        `${origin}: ${member.name} and ${twin.name} have the same socket ${socketName}; give one of them another socket-name`;
    if (fault) fleet.faulty.push({ name: member.name, fault });
    else kept.push(member);
    sockets.set(socketName, twin ?? member);
    names.set(member.name.toLowerCase(), namesake ?? member);
  }
  fleet.members = kept;
}

function listFolder(file: string, path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    throw new UsageError(`cannot read the folder ${file}: ${describeReason(error)}`);
  }
}
