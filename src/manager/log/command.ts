import { findLogTool, type LogTool } from '../../system/run/log-tools';
import { describeEnding } from '../../system/signals';
import type { Parent } from '../parent/parent';
import { runHelper } from '../program/helper';
import type { Failure } from './sender';

export interface LogCommand {
  tool: LogTool;
  /** PATH. */
  path: string | undefined;
  parent: Parent;
  /** The command with the file of the tool. */
  words(file: string): string[];
  variables?: Record<string, string>;
}

/** The most bytes of a text that is passed on in one word or variable; the system allows 128 KiB. */
export const MOST_TEXT = 60_000;

/**
 * Runs a command that sends a record. The parent runs it, so that it counts as nothing that the program has left behind
 * if this manager dies.
 *
 * @returns a function that ends it
 */
export function runLogCommand(
  { tool, path, parent, words, variables = {} }: LogCommand,
  done: (failure: Failure | null) => void,
): () => void {
  const found = findLogTool(tool, path);
  if ('reason' in found) {
    done(found);
    return () => {};
  }
  const args = words(found.file);
  const command = {
    file: args[0] ?? found.file,
    args,
    environment: { ...(path === undefined ? {} : { PATH: path }), ...variables },
    directory: '/',
    umask: 0o077,
  };
  return runHelper(
    { parent, command, output: { descriptors: ['null', 'null', 'null'], close() {} } },
    {
      failed: reason => done({ reason }),
      exited: ending =>
        done(ending.code === 0 ? null : { reason: `${found.file} failed: ${describeEnding(ending)}` }),
    },
  );
}
