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

/**
 * Starts a program with the caller's standard streams and no other descriptors, and with exactly the bytes and the limit
 * that it is given: Node cannot pass bytes that are not UTF-8, and raises the limit. Where there is no perl for it, Node
 * starts the program.
 *
 * @param failed called when the program cannot be executed, with the system's error
 * @returns its process
 */
export function startExactly(program: ExactProgram, failed: (error: Error) => void): ChildProcess {
  const former = program.umask === null ? null : process.umask(program.umask);
  closeForeignDescriptors();
  try {
    return spawnExactly(program, failed);
  } finally {
    if (former !== null) process.umask(former);
  }
}

/** The child has the umask of this moment: spawn(2) returns after the fork. */
function spawnExactly(program: ExactProgram, failed: (error: Error) => void): ChildProcess {
  const { file, words, environment, openFiles, directory } = program;
  const place = directory === null ? {} : { cwd: directory };
  const perl = findKeeperPerl(process.env.PATH);
  if (perl === null || !hasSyscalls(process.arch)) {
    const child = spawn(file, words.slice(1), {
      ...place,
      argv0: words[0],
      env: environment,
      stdio: 'inherit',
    });
    return child.once('error', failed);
  }
  const child = spawn(perl, ['-e', writeExecScript(process.arch)], {
    ...place,
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { PATH: process.env.PATH },
  });
  child.once('error', failed);
  const command = chooseCommand(file, words);
  const wire = child.stdio[3] as Duplex | undefined;
  const variables = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [textToBytes(`${name}=${value}`)],
  );
  wire?.on('error', () => {});
  wire?.on('data', errno => failed(systemError(Number(errno), 'execve')));
  wire?.write(
    packFrame([
      openFiles ?? '',
      textToBytes(command.file),
      command.args.length,
      ...command.args.map(textToBytes),
      variables.length,
      ...variables,
    ]),
  );
  return child;
}
