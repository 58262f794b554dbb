import { type ChildProcess, type IOType, spawn } from 'node:child_process';

/**
 * Starts a small Perl script for something Node has no call for. It gets PATH and nothing else of our environment, and
 * is not waited for; where there is no perl, its `error` event is the only sign of it.
 *
 * @param script the text
 * @param options `words` for its ARGV, its descriptors from 0 on, and whether it gets a session of its own, so that
 *   nothing sent to the manager's group reaches it
 * @returns the process; `pid` is undefined when there is none
 * @throws the system's error when no process is to be had
 */
export function startPerl(
  script: string,
  {
    words = [],
    stdio,
    detached = false,
  }: { words?: string[]; stdio: (IOType | number)[]; detached?: boolean },
): ChildProcess {
  const child = spawn('perl', ['-e', script, '--', ...words], {
    stdio,
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
    cwd: '/',
    detached,
  });
  child.on('error', () => {});
  child.unref();
  return child;
}
