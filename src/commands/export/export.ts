import { type ActionContext, addFacts, print } from '../../client/context';
import { nameDaemon } from '../../client/preflight/name';
import { namedFile } from '../../settings/place-paths';
import { requireProgram } from '../../settings/resolve';
import type { Configuration } from '../../settings/settings';
import { isWellFormed } from '../../system/bytes';
import { ExitStatus, UsageError } from '../../system/errors';
import { showControls } from '../../system/show-controls';
import { suggest } from '../../system/text/nearest';
import { readMachine } from './machine';
import { targets } from './targets';
import type { Exported, ExportedFile, ExportedFleet, ExportedProgram, ExportRequest, Under } from './types';
import { writeFiles } from './write-files';

/** What the words after `export` say. */
export interface ExportOptions {
  /** The system, such as `systemd`. */
  target: string;
  /** The folder to write to; null for standard output. */
  output: string | null;
  isDirect: boolean;
  image: string | null;
  under: string | null;
  /** Replace files with other content. */
  force: boolean;
}

/**
 * `export SYSTEM`: writes the files with which another system runs the program, under zd or without it. Starts nothing.
 *
 * @param fleet null for the one program of the configuration
 * @returns 0
 * @throws UsageError for a system that is unknown, and for what its files cannot hold
 */
export function exportPrograms(
  context: ActionContext,
  options: ExportOptions,
  fleet: ExportedFleet | null = null,
): number {
  const target = Object.hasOwn(targets, options.target) ? targets[options.target] : undefined;
  const names = Object.keys(targets);
  if (target === undefined)
    throw new UsageError(
      options.target === ''
        ? `export needs a system: ${names.join(', ')}`
        : `cannot export to '${options.target}'${suggest(options.target, names, `use ${names.join(', ')}`)}`,
    );
  const programs = fleet?.programs ?? [describeOne(context.configuration)];
  if (programs.length === 0) throw new UsageError('cannot export: there is no program');
  if (options.target !== 'systemd') for (const program of programs) refuseBytes(program, options.target);
  const request: ExportRequest = {
    programs,
    fleet: fleet?.name ?? null,
    file: fleet?.path ?? namedFile(context.configuration),
    flags: fleet?.flags ?? [],
    selected: fleet?.isWhole === false ? programs.map(({ name }) => name) : [],
    isDirect: options.isDirect,
    under: readUnder(options.under),
    image: options.image,
    machine: readMachine(),
  };
  const exported = target(request);
  refuseDoubles(exported, options.target);
  deliver(context, options, exported);
  for (const remark of exported.remarks) context.stderr.write(`zd: note: ${showControls(remark)}\n`);
  return ExitStatus.done;
}

function describeOne(configuration: Configuration): ExportedProgram {
  requireProgram(configuration);
  const name = nameDaemon(configuration);
  return { name, base: name, copy: null, configuration };
}

function readUnder(word: string | null): Under | null {
  if (word === null || word === 'fg' || word === 'up') return word;
  throw new UsageError(`--under must be fg or up, not '${word}'`);
}

/** Bytes that are not UTF-8 have no place in these files; systemd has an escape for them. */
function refuseBytes(
  { name, configuration: { settings, environment } }: ExportedProgram,
  system: string,
): void {
  const texts = [...settings.program, ...Object.entries(environment).flat()];
  if (texts.every(isWellFormed)) return;
  throw new UsageError(
    `cannot export ${name} to ${system}: it has bytes that are not UTF-8; put it into a script`,
  );
}

/** Other systems have fewer characters for names. */
function refuseDoubles({ files }: Exported, system: string): void {
  const names = files.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw new UsageError(`cannot export to ${system}: two programs would have the file ${twice}; rename one`);
}

function deliver(
  context: ActionContext,
  { output, force }: ExportOptions,
  { files, remarks }: Exported,
): void {
  addFacts(context, { remarks });
  if (output !== null) {
    const written = writeFiles(output, files, force);
    addFacts(context, {
      changed: written.some(({ isNew }) => isNew),
      files: written.map(({ path }) => path),
    });
    for (const { path, isNew } of written) print(context, isNew ? path : `${path} is as it was`);
    return;
  }
  addFacts(context, { changed: false, files });
  if (!context.facts) context.write(joinFiles(files));
}

/** One file is printed as it is; several documents of YAML can still be read as one. */
function joinFiles(files: readonly ExportedFile[]): string {
  if (files.length === 1) return files[0]?.text ?? '';
  return files
    .map(({ name, text }, index) => {
      const parting = index === 0 ? '' : name.endsWith('.yaml') ? '---\n' : '\n';
      return `${parting}# ${name}\n${text}`;
    })
    .join('');
}
