import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { findKeeperPerl } from '../../protocol/keeper/command';
import { hasSyscalls, writeExecScript } from '../../protocol/keeper/script';
import { packFrame } from '../../protocol/keeper/wire';
import { textToBytes } from '../../system/bytes';
import { closeForeignDescriptors } from '../../system/descriptors';
import { chooseCommand } from '../../system/run/executable';
import { systemError } from '../../system/run/system-error';

export interface ExactProgram {
  /** The executable, absolute. */
  file: string;
  /** Its argv. */
  words: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  /** Where it runs; null for the current folder. */
  directory: string | null;
  /** The soft limit of open files; null leaves it as it is. */
  openFiles: number | null;
  /** Null leaves it as it is. */
  umask: number | null;
}

/** What becomes a program's standard output and standard error: a descriptor, or that of the caller. */
export type Outputs = readonly [output: number | 'inherit', errors: number | 'inherit'];

/**
 * Starts a program with the caller's standard streams and no other descriptors, and with exactly the bytes and the limit
 * that it is given: Node cannot pass bytes that are not UTF-8, and raises the limit. Where there is no perl for it, Node
 * starts the program.
 *
 * @param failed called when the program cannot be executed, with the system's error
 * @param outputs those of the caller by default
 * @returns its process
 */
export function startExactly(
  program: ExactProgram,
  failed: (error: Error) => void,
  outputs: Outputs = ['inherit', 'inherit'],
): ChildProcess {
  closeForeignDescriptors();
  return withUmask(program, () => spawnExactly(program, failed, outputs));
}

/** The child has the umask of this moment: spawn(2) returns after the fork. */
export function withUmask<T>({ umask }: ExactProgram, start: () => T): T {
  const former = umask === null ? null : process.umask(umask);
  try {
    return start();
  } finally {
    if (former !== null) process.umask(former);
  }
}

/** A program as one frame, for a script of `protocol/keeper/script.ts`. */
export function packProgram({ file, words, environment, openFiles }: ExactProgram): Buffer {
  const command = chooseCommand(file, words);
  const variables = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [textToBytes(`${name}=${value}`)],
  );
  return packFrame([
    openFiles ?? '',
    textToBytes(command.file),
    command.args.length,
    ...command.args.map(textToBytes),
    variables.length,
    ...variables,
  ]);
}

function spawnExactly(program: ExactProgram, failed: (error: Error) => void, outputs: Outputs): ChildProcess {
  const { file, words, environment, directory } = program;
  const place = directory === null ? {} : { cwd: directory };
  const perl = findKeeperPerl(process.env.PATH);
  if (perl === null || !hasSyscalls(process.arch)) {
    const child = spawn(file, words.slice(1), {
      ...place,
      argv0: words[0],
      env: environment,
      stdio: ['inherit', ...outputs],
    });
    return child.once('error', failed);
  }
  const child = spawn(perl, ['-e', writeExecScript(process.arch)], {
    ...place,
    stdio: ['inherit', ...outputs, 'pipe'],
    env: { PATH: process.env.PATH },
  });
  child.once('error', failed);
  const wire = child.stdio[3] as Duplex | undefined;
  wire?.on('error', () => {});
  wire?.on('data', errno => failed(systemError(Number(errno), 'execve')));
  wire?.write(packProgram(program));
  return child;
}
