import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { findKeeperPerl } from '../../protocol/keeper/command';
import { hasSyscalls, writeExecScript } from '../../protocol/keeper/script';
import { packFrame } from '../../protocol/keeper/wire';
import { textToBytes } from '../../system/bytes';
import { chooseCommand } from '../../system/run/executable';
import { systemError } from '../../system/run/system-error';

export interface ExactProgram {
  /** The executable, absolute. */
  file: string;
  /** Its argv. */
  words: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  /** The soft limit of open files; null leaves it as it is. */
  openFiles: number | null;
  /** Where it starts; null is the current folder. */
  directory: string | null;
  /** Null leaves it as it is. */
  umask: number | null;
}

/**
 * Starts a program with the caller's standard streams, and with exactly the bytes and the limit that it is given: Node
 * cannot pass bytes that are not UTF-8, and raises the limit. Where there is no perl for it, Node starts the program.
 *
 * @param failed called when the program cannot be executed, with the system's error
 * @returns its process
 */
export function startExactly(program: ExactProgram, failed: (error: Error) => void): ChildProcess {
  const former = program.umask === null ? null : process.umask(program.umask);
  try {
    return spawnExactly(program, failed);
  } finally {
    if (former !== null) process.umask(former);
  }
}

/** The child has the umask of this moment: spawn(2) returns after the fork. */
function spawnExactly(program: ExactProgram, failed: (error: Error) => void): ChildProcess {
  const { file, words, environment, openFiles } = program;
  const cwd = program.directory ?? undefined;
  const perl = findKeeperPerl(process.env.PATH);
  if (perl === null || !hasSyscalls(process.arch)) {
    const child = spawn(file, words.slice(1), { argv0: words[0], env: environment, stdio: 'inherit', cwd });
    return child.once('error', failed);
  }
  const child = spawn(perl, ['-e', writeExecScript(process.arch)], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { PATH: process.env.PATH },
    cwd,
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
