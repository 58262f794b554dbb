import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readers } from '../../src/settings/foreign/readers';
import type { ForeignKind, ForeignReading } from '../../src/settings/foreign/reading';
import { UsageError } from '../../src/system/errors';
import { makeTemporaryFolder } from './temp';

export interface ReadAs extends ForeignReading {
  folder: string;
  names: string[];
  /** The settings of a program: `transcript` for example. */
  settings(name: string): Record<string, string>;
  environment(name: string): Record<string, string>;
  /** What became of a line: `changed: how`, with `!` behind the verdict for a loss. Several parts are joined by ` | `. */
  verdict(line: string): string;
}

interface Options {
  env?: NodeJS.ProcessEnv;
  variant?: string;
  runsIt?: boolean;
}

/**
 * Writes files and reads the first of them with the reader of a kind.
 *
 * @param files names and contents
 */
export function readAs(kind: ForeignKind, files: Record<string, string>, options: Options = {}): ReadAs {
  const folder = makeTemporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const file = Object.keys(files)[0]!;
  const reading = readerOf(kind).read({
    file,
    path: join(folder, file),
    env: options.env ?? { PATH: process.env.PATH },
    runsIt: options.runsIt ?? false,
    variant: options.variant ?? null,
  });
  const find = (name: string) => {
    const program = reading.programs.find(one => one.name === name);
    if (!program) throw new Error(`no ${name} among ${reading.programs.map(one => one.name)}`);
    return program;
  };
  const toObject = (entries: { key: string; value: string }[]) =>
    Object.fromEntries(entries.map(({ key, value }) => [key, value]));
  return {
    ...reading,
    folder,
    names: reading.programs.map(({ name }) => name),
    settings: name => toObject(find(name).entries),
    environment: name => toObject(find(name).environment),
    verdict: line =>
      reading.report
        .filter(({ origin }) => origin === `${file}:${line}` || origin === line)
        .map(
          ({ verdict, how, losesBehaviour }) =>
            `${verdict}${losesBehaviour ? '!' : ''}${how ? `: ${how}` : ''}`,
        )
        .join(' | '),
  };
}

/** The sentence with which a file is refused. */
export function refusalOf(kind: ForeignKind, files: Record<string, string>, options: Options = {}): string {
  try {
    readAs(kind, files, options);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('it was read');
}

/** Whether the reader of a kind, and no other, recognizes a file. */
export function isRecognized(kind: ForeignKind, name: string, head: string): boolean {
  const path = `/srv/${name}`;
  const candidate = { file: name, path, isFolder: false, isExecutable: false, head };
  const found = readers.filter(reader => reader.recognizes(candidate)).map(reader => reader.kind);
  return found.length === 1 && found[0] === kind;
}

function readerOf(kind: ForeignKind) {
  return readers.find(reader => reader.kind === kind)!;
}
