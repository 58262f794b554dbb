import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { askFor, nearestName } from '../../system/text/nearest';
import type { Override } from '../argv';
import { errorAt, quoteText } from '../faults';
import { findHome } from '../fleet/home';
import type { Configuration, Origin } from '../settings';
import { readEventLog } from './event-log';
import { applyOverrides } from './overrides';
import { readEnvironment, readRunner, type SourcedValue } from './sections';
import { meaningfulLines, readSource, type Source } from './source';
import { readSteps } from './steps';
import { type FileTree, type Foreign, OWN_SECTIONS } from './tree';

/** The content of a configuration file, with -X applied. */
export interface FileSettings {
  /** See `FileTree`. */
  paths: string[];
  identities: Record<string, string>;
  /** The values by option key. */
  values: Map<string, SourcedValue>;
  environment: Record<string, string>;
  eventLog: Configuration['eventLog'];
  notes: string[];
  /** `[runner]` or `<runner>`; null if the file has none. */
  runner: string | null;
  /** Where the runner section is, or should be: `app.conf:1`. */
  runnerOrigin: Origin;
}

export interface FileRequest {
  /** As the user wrote it. */
  file: string;
  /** The base of a relative path; the current directory by default. */
  cwd: string | undefined;
  env: NodeJS.ProcessEnv;
  overrides: readonly Override[];
  /** Reads `defaults.conf` beside an INI file before it; called as zd. */
  usesDefaults?: boolean;
  /** See `readSource`. */
  isFound?: boolean;
}

/**
 * Reads a configuration file of either format.
 *
 * @returns its values, already checked
 * @throws UsageError one sentence with file and line
 */
export function readConfigurationFile({
  file,
  cwd,
  env,
  overrides,
  usesDefaults = false,
}: FileRequest): FileSettings {
  const tree = readConfigurationTree({ file, cwd, env, usesDefaults });
  return interpretTree(usesDefaults ? nameProgram(tree) : tree, { file, env, overrides });
}

/** In a file of a folder of many programs, `${name}` is its name also when the file is named alone. */
function nameProgram(tree: FileTree): FileTree {
  const path = tree.paths[0] ?? '';
  const isOfMany = tree.paths.length > 1 || findHome(path) !== null;
  if (!tree.isIni || !isOfMany || !path.endsWith('.conf')) return tree;
  const { expandNames } = require('../fleet/defaults') as typeof import('../fleet/defaults');
  return expandNames(tree, basename(path, '.conf'), null);
}

/**
 * Reads the sections of a configuration file of either format, behind those of `defaults.conf`.
 *
 * @throws UsageError one sentence with file and line; ManyPrograms
 */
export function readConfigurationTree({
  file,
  cwd,
  env,
  usesDefaults = false,
  isFound = false,
}: Omit<FileRequest, 'overrides'>): FileTree {
  const source = readSource(file, absolute(file, cwd), isFound);
  const tree = readTree(source, env);
  refuseNearMisses(tree);
  return usesDefaults && tree.isIni ? prependDefaults(tree, source) : tree;
}

/**
 * Reads the values of a tree.
 *
 * @param tree changed by the overrides
 * @returns its values, already checked
 * @throws UsageError one sentence with file and line
 */
export function interpretTree(
  tree: FileTree,
  { file, env, overrides }: Pick<FileRequest, 'file' | 'env' | 'overrides'>,
): FileSettings {
  const own = (type: string) => tree.sections.find(section => section.type === type);
  const written = own('runner');
  applyOverrides(tree, overrides);
  const [runner, environment, steps] = [own('runner'), own('environment'), own('steps')];
  const { values, notes } = runner ? readRunner(runner, env) : { values: new Map(), notes: [] };
  if (steps) values.set('steps', readSteps(steps, env));
  const log = runner?.sections[0] ?? own('eventlog');
  const eventLog = log ? readEventLog(log, env, tree.imports.length > 0) : null;
  return {
    paths: tree.paths,
    identities: tree.identities,
    values,
    environment: environment ? readEnvironment(environment) : {},
    eventLog: eventLog?.settings ?? null,
    notes: [...foreignNotes(tree), ...notes, ...(eventLog?.notes ?? [])],
    runner: written?.label ?? null,
    runnerOrigin: written?.origin ?? `${file}:1`,
  };
}

/** Puts `defaults.conf` before an INI file. A file of that name that is not zd's belongs to another program. */
export function prependDefaults(tree: FileTree, { path, file }: Pick<Source, 'file' | 'path'>): FileTree {
  const place = join(dirname(path), DEFAULTS);
  if (basename(path) === DEFAULTS || !existsSync(place)) return tree;
  const { readDefaults } = require('../fleet/defaults') as typeof import('../fleet/defaults');
  return readDefaults(tree, join(dirname(file), DEFAULTS), place) ?? tree;
}

/** Read before each INI file of its folder. */
export const DEFAULTS = 'defaults.conf';

function absolute(file: string, cwd: string | undefined): string {
  if (file === '') throw errorAt('-C', 'the file name is empty; name a file');
  if (isAbsolute(file)) return file;
  try {
    return resolve(cwd ?? process.cwd(), file);
  } catch {
    throw errorAt(`cannot read ${file}`, 'the current directory no longer exists; change to another one');
  }
}

/** Detects the format by the first line that only one format allows, and loads only the reader of that format. */
function readTree(source: Source, env: NodeJS.ProcessEnv): FileTree {
  const lines = [...meaningfulLines(source, ';#')];
  const decisive = lines.find(({ text }) => /^[[<%]/.test(text));
  if (decisive === undefined) {
    const what = lines[0] ? `${quoteText(lines[0].text)} is outside any section` : 'the file is empty';
    throw errorAt(
      lines[0]?.origin ?? `${source.file}:1`,
      `${what}; start with [runner] and put the keys below it`,
    );
  }
  if (decisive.text.startsWith('[')) {
    return { ...(require('./ini') as typeof import('./ini')).readIni(source), isIni: true };
  }
  return (require('./zconfig') as typeof import('./zconfig')).readZConfig(source, env);
}

const CLOSE = 2;

/** Sections of other programs are skipped, but `<runer>` in a file without a runner section is a typo. */
function refuseNearMisses({ sections, foreignSections }: FileTree): void {
  const missing = OWN_SECTIONS.filter(type => !sections.some(section => section.type === type));
  // A short name is soon close to that of another program.
  const shorter = missing.filter(type => type === 'steps');
  const longer = missing.filter(type => type !== 'steps');
  for (const { name, origin } of foreignSections) {
    const near = nearestName(name, longer, CLOSE) ?? nearestName(name, shorter, CLOSE - 1);
    if (near !== null)
      throw errorAt(
        origin,
        `unknown section ${quoteText(`<${name}>`).slice(1, -1)}; ${askFor(name, `<${near}>`)}`,
      );
  }
}

function foreignNotes({ foreignSections, foreignKeys, imports }: FileTree): string[] {
  return [
    ...foreignNote('skipped sections of other programs:', foreignSections),
    ...foreignNote('skipped keys of other programs:', foreignKeys),
    ...foreignNote('skipped %import of', imports),
  ];
}

function foreignNote(what: string, foreign: readonly Foreign[]): string[] {
  if (foreign[0] === undefined) return [];
  const names = [...new Set(foreign.map(({ name }) => name))];
  return [`${foreign[0].origin}: ${what} ${names.join(', ')}`];
}
