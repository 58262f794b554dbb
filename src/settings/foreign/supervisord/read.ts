import { dirname, join, resolve } from 'node:path';
import { errorAt } from '../../faults';
import { changed, dropped, LineReport, TAKEN } from '../line-report';
import { readForeignText } from '../read-foreign';
import type { ForeignReading, ForeignRequest } from '../reading';
import { refuseMany } from '../refuse-many';
import { type Config, type ConfigSection, DEFAULTS, parseInto } from './config-parser';
import { commonNames, readSurroundings } from './globals';
import { findIncluded } from './include';
import { addOrder, type Placed } from './order';
import { readProgram } from './program';
import { SectionReader } from './section-reader';

interface Files {
  paths: string[];
  identities: Record<string, string>;
}

/**
 * Reads a configuration of supervisord 4, with the files that it includes.
 *
 * @throws UsageError for what supervisord itself refuses
 */
export function readSupervisord({ file, path, env }: ForeignRequest): ForeignReading {
  const report = new LineReport();
  const files: Files = { paths: [], identities: {} };
  const config: Config = new Map();
  const folder = dirname(path);
  const names = commonNames(folder, env);
  const readerOf = (section: ConfigSection) =>
    new SectionReader(section, config.get(DEFAULTS), names, report);
  load(config, { file, path }, files, report);
  const include = config.get('include');
  // In an included file the section has no effect, so only that of the main file is read and judged.
  config.delete('include');
  if (include) loadIncluded(config, { reader: readerOf(include), file, folder }, files, report);
  for (const { replaced } of [...config.values(), ...(include ? [include] : [])])
    for (const { item, by } of replaced)
      report.judge(item.lines, dropped(`${by.lines[0]!.origin} replaces it`));

  const daemon = config.get('supervisord');
  const surroundings = readSurroundings(daemon ? readerOf(daemon) : null, folder);
  for (const { key, value } of surroundings.environment) names.set(`ENV_${key}`, value);
  const groups = [...config.values()].filter(({ name }) => name.startsWith('group:')).map(readerOf);
  const placed: Placed[] = [];
  for (const section of config.values()) {
    const name = nameOf(section, 'program:');
    if (name === null) continue;
    const reader = readerOf(section);
    const own = groups.filter(group => membersOf(group).includes(name));
    const programs = readProgram({
      reader,
      name,
      groups: own.map(group => nameOf(group.section, 'group:')!),
      surroundings,
      folder,
      report,
    });
    placed.push({ reader, programs, group: own[0] ?? null });
    refuseMany(
      placed.reduce((sum, one) => sum + one.programs.length, 0),
      file,
    );
  }
  addOrder(placed);
  for (const group of groups) judgeGroup(group, placed);
  const skipped = [...config.values()].flatMap(section => skip(section, report));
  judgeRest(config, report);
  const programs = placed.flatMap(one => one.programs);
  return { programs, skipped, report: report.toLines(), ...files };
}

function load(
  config: Config,
  { file, path }: { file: string; path: string },
  files: Files,
  report: LineReport,
): void {
  const { text, identity } = readForeignText(file, path);
  files.paths.push(path);
  files.identities[path] = identity;
  parseInto(config, { file, text, here: dirname(path) }, report);
}

/** More is hardly meant, and a fleet of so many is of no use. */
const MOST_FILES = 1000;

function loadIncluded(
  config: Config,
  { reader, file, folder }: { reader: SectionReader; file: string; folder: string },
  files: Files,
  report: LineReport,
): void {
  const text = reader.text('files');
  if (text === undefined)
    throw reader.fault('files', 'is missing; add files = PATTERN, or remove the section');
  const missing: string[] = [];
  for (const pattern of text.split(/\s+/).filter(word => word !== '')) {
    const matches = findIncluded(resolve(folder, pattern));
    if (files.paths.length + matches.length > MOST_FILES)
      throw reader.fault('files', `names more than ${MOST_FILES} files; name fewer`);
    for (const found of matches) {
      const shown = found.startsWith(`${folder}/`)
        ? join(dirname(file), found.slice(folder.length + 1))
        : found;
      load(config, { file: shown, path: found }, files, report);
    }
    if (matches.length === 0) missing.push(pattern);
  }
  if (missing.length > 0) reader.judge('files', changed(`no file matches ${missing.join(', ')}`));
}

function nameOf({ name, headers }: ConfigSection, kind: string): string | null {
  if (!name.startsWith(kind)) return null;
  const bare = name.slice(kind.length).trim();
  const wrong = /[ :/]/.exec(bare)?.[0];
  if (bare === '' || wrong !== undefined)
    throw errorAt(headers[0]!.origin, `[${name}] has no name, or one with a blank, ':' or '/'; change it`);
  return bare;
}

function membersOf(group: SectionReader): string[] {
  const text = group.text('programs') ?? '';
  return text === '' ? [] : text.split(',').map(name => name.trim());
}

function judgeGroup(group: SectionReader, placed: readonly Placed[]): void {
  const known = placed.map(({ reader }) => reader.section.name.slice('program:'.length).trim());
  const unknown = membersOf(group).find(name => !known.includes(name));
  group.judge('programs', TAKEN);
  if (unknown !== undefined)
    throw group.fault('programs', `names '${unknown}', which is not a program of the file`);
}

const SKIPPED = new Map([
  ['eventlistener', 'zd does not speak the protocol of event listeners; on-event runs a command'],
  ['fcgi-program', 'zd does not open the socket of a FastCGI program'],
]);

/** Sections that run something that zd cannot run. */
function skip(
  { name, headers, items }: ConfigSection,
  report: LineReport,
): { name: string; reason: string }[] {
  const [kind = '', ...rest] = name.split(':');
  const isReplaced = items.get('command')?.value.includes('supervisord_dependent_startup') ?? false;
  const usual = SKIPPED.get(kind);
  if (usual === undefined) return [];
  const reason = isReplaced ? "the setting 'after' does its work" : usual;
  const lines = [...headers, ...[...items.values()].flatMap(item => item.lines)];
  report.judge(lines, dropped(reason, !isReplaced));
  return [{ name: rest.join(':') || kind, reason }];
}

/** Keys that nothing has read. */
function judgeRest(config: Config, report: LineReport): void {
  for (const { name, headers, items } of config.values()) {
    const isOwn = /^(program|group):|^(supervisord|DEFAULT)$/.test(name);
    const isControl = /^(unix_http_server|inet_http_server|supervisorctl|(rpcinterface|ctlplugin):.*)$/s.test(
      name,
    );
    const why = isControl
      ? 'each program has a socket of its own'
      : name === 'include'
        ? 'supervisord does not follow it in an included file either'
        : 'supervisord does not know it either';
    const lines = [...items.values()].flatMap(item => item.lines);
    for (const line of isOwn ? lines : [...headers, ...lines])
      if (!report.isJudged(line)) report.judge([line], dropped(why));
  }
}
