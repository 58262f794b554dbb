import { type ChildProcess, type IOType, spawn } from 'node:child_process';

/**
 * Starts a short Perl script for a system call that Node does not offer. Of the environment it gets only PATH. Node
 * exits without waiting for it. If perl is missing, only the `error` event reports it.
 *
 * @param script the source text
 * @param options `words`: its ARGV; `stdio`: its descriptors from 0 on; `detached`: run it in its own session, so that
 *   signals to the manager's group do not reach it
 * @returns the process; `pid` is undefined if perl could not be started
 * @throws the system's error if no process can be created
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
