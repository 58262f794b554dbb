import { spawnSync } from 'node:child_process';
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder } from './temp';

/** What zd and the programs of such tests need. */
const TOOLS = ['cat', 'env', 'flock', 'mkfifo', 'sh', 'sleep', 'tail'];

/**
 * Makes a folder of links to tools, without perl: as PATH it leaves the manager as the program's parent.
 *
 * @param more tools
 * @returns its path
 */
export function makePathWithoutPerl(more: readonly string[] = []): string {
  const folder = makeTemporaryFolder();
  chmodSync(folder, 0o755);
  for (const tool of [...TOOLS, ...more])
    symlinkSync(ask('sh', ['-c', `command -v ${tool}`]), join(folder, tool));
  // What is found on PATH may be a script that looks for the real one.
  symlinkSync(ask('python3', ['-c', 'import sys; print(sys.executable)']), join(folder, 'python3'));
  return folder;
}

function ask(file: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}
