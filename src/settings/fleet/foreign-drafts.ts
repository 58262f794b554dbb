import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { isExecutable } from '../../system/files';
import { actsAsRoot, trustedUsers } from '../../system/trust/root';
import { refuseForeign } from '../../system/trust/trusted-file';
import type { Arguments } from '../argv';
import type { FileTree, Section } from '../file/tree';
import type {
  Candidate,
  ForeignKind,
  ForeignProgram,
  ForeignReader,
  ForeignReading,
  ReportLine,
} from '../foreign/reading';
import type { Draft } from './members';
import { makeName } from './names';

export interface ForeignDraftsRequest {
  argv: Arguments;
  env: NodeJS.ProcessEnv;
  file: string;
  path: string;
  /** Null if the content decides. */
  format: ForeignKind | null;
}

/** The most that is read to recognize a file. */
const HEAD = 64 * 1024;

/**
 * Reads a file of another system.
 *
 * @returns null if no reader recognizes it
 * @throws UsageError one sentence with file and line
 */
export function readForeignDrafts({ argv, env, file, path, format }: ForeignDraftsRequest) {
  const { readers } = require('../foreign/readers') as typeof import('../foreign/readers');
  const reader = findReader(readers, { file, path, format });
  if (!reader) return null;
  const runsIt = argv.flags.has('run-it');
  if (runsIt && !argv.flags.has('insecure')) refuseUntrusted(path);
  const variant = argv.flags.get('variant')?.text ?? null;
  const reading = reader.read({ file, path, env, runsIt, variant });
  const { skipped, report, telemetry = null } = reading;
  const drafts = draftPrograms(reading, file, path);
  const renamed = reading.programs.flatMap(({ name, entries }, at): ReportLine[] => {
    const how = `the name is ${drafts[at]!.name}`;
    const line = { origin: entries[0]?.origin ?? file, text: name, verdict: 'changed', how } as const;
    return name === drafts[at]!.name ? [] : [{ ...line, losesBehaviour: false }];
  });
  return {
    kind: reader.kind,
    drafts,
    foreign: reading.programs.map((program, at) => ({ ...program, name: drafts[at]!.name })),
    faulty: [],
    skipped,
    report: [...report, ...renamed],
    telemetry,
    notes: [],
  };
}

function findReader(
  readers: readonly ForeignReader[],
  { file, path, format }: Pick<ForeignDraftsRequest, 'file' | 'path' | 'format'>,
): ForeignReader | undefined {
  if (format !== null) return readers.find(({ kind }) => kind === format);
  const candidate = lookAt(file, path);
  return candidate === null ? undefined : readers.find(reader => reader.recognizes(candidate));
}

function lookAt(file: string, path: string): Candidate | null {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const isFolder = fstatSync(fd).isDirectory();
      const head = Buffer.alloc(isFolder ? 0 : HEAD);
      const length = isFolder ? 0 : readSync(fd, head, 0, HEAD, 0);
      return {
        file,
        path,
        isFolder,
        isExecutable: isExecutable(path),
        head: head.toString('utf8', 0, length).replace(/^\ufeff/, ''),
      };
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

/** Before root has something executed, nobody but the owner, as whom it runs, must be able to change it. */
function refuseUntrusted(path: string): void {
  if (!actsAsRoot()) return;
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) refuseForeign('the configuration', path, trustedUsers(found.uid));
}

/** Changes names that zd cannot use. */
function draftPrograms({ programs, paths, identities }: ForeignReading, file: string, path: string): Draft[] {
  const taken = new Set<string>();
  return programs.map(program => {
    const name = makeName(program.name, taken);
    taken.add(name.toLowerCase());
    const tree: FileTree = {
      file,
      paths: [path, ...paths.filter(one => one !== path)],
      identities,
      sections: sectionsOf(program, name, file),
      foreignSections: [],
      foreignKeys: [],
      imports: [],
      isIni: true,
    };
    return { name, file, tree };
  });
}

function sectionsOf(
  { entries, environment, steps, eventLog }: ForeignProgram,
  name: string,
  file: string,
): Section[] {
  const origin = entries[0]?.origin ?? file;
  const make = (type: string, label: string, own: typeof entries): Section => ({
    type,
    label,
    origin,
    entries: own,
    sections: [],
  });
  return [
    make('runner', `[program:${name}]`, entries),
    ...(environment.length > 0 ? [make('environment', `[environment:${name}]`, environment)] : []),
    ...(steps ? [make('steps', `[steps:${name}]`, steps)] : []),
    ...(eventLog ? [make('eventlog', `[eventlog:${name}]`, eventLog)] : []),
  ];
}
