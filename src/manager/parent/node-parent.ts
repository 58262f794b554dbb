import { type ChildProcess, type IOType, spawn } from 'node:child_process';
import { errorCode } from '../../system/errors';
import { type Identity, isRunning } from '../../system/identity';
import { refuseForeignMachine } from '../../system/run/executable';
import { parseSignal } from '../../system/signals';
import type { Leftover } from './parent';
import { NO_KEEPER, type Parent, SpawnError, type SpawnListener, type SpawnRequest } from './parent';

/**
 * The manager itself as parent, where there can be no keeper. Differences that Node makes: it raises the soft limit of
 * open files, writes bytes that are not UTF-8 anew, reports a death by a signal without a name as exit status 0, and an
 * exit is lost with the manager.
 */
export class NodeParent implements Parent {
  readonly keeperPid = null;
  readonly isSpawning = false;
  /** Children that have not been reaped: their pids are still their own. */
  readonly #children = new Set<number>();

  spawn(request: SpawnRequest, listener: SpawnListener): void {
    // The flags of a source are those of its descriptor: what is opened for both directions stays so.
    const stdio = request.descriptors.map((source, index): IOType | number => {
      // From 3 on, Node opens nothing for it (child_process.spawn).
      if (source === 'null' || source === 'closed') return 'ignore';
      return source === 'same' ? index : source.fd;
    });
    if (request.chain) return listener.failed(new SpawnError('link', 0, NO_KEEPER, 'there is no keeper'));
    const foreign = refuseForeignMachine(request.file);
    if (foreign !== null) return listener.failed(new SpawnError('exec', 0, 'ENOEXEC', foreign));
    const umask = process.umask(request.umask);
    let child: ChildProcess;
    try {
      child = spawn(request.file, request.args.slice(1), {
        argv0: request.args[0],
        env: request.environment,
        stdio,
        detached: request.ownSession,
        ...(request.directory === null ? {} : { cwd: request.directory }),
      });
    } catch (error) {
      return listener.failed(toSpawnError(error));
    } finally {
      process.umask(umask);
    }
    const { pid } = child;
    if (pid === undefined) return void child.once('error', error => listener.failed(toSpawnError(error)));
    child.on('error', () => {});
    this.#children.add(pid);
    child.once('exit', (code, name) => {
      this.#children.delete(pid);
      listener.exited({ code, signal: name === null ? null : parseSignal(name) });
    });
    listener.spawned(pid);
  }

  async signal(target: Identity, signal: number): Promise<void> {
    // Without /proc, only children are known to be running.
    if (!this.#children.has(target.pid) && !isRunning(target))
      throw Object.assign(new Error('no such process'), { code: 'ESRCH', errno: -3 });
    process.kill(target.pid, signal);
  }

  async signalGroup({ pid }: Identity, signal: number): Promise<void> {
    process.kill(-pid, signal);
  }

  findDescendants(): Leftover[] {
    return [];
  }

  /** The program itself has it open for reading. */
  hold(): void {}

  lock(): Promise<void> {
    return Promise.reject(Object.assign(new Error('a lock needs a keeper'), { code: NO_KEEPER }));
  }

  async release(): Promise<void> {}
}

function toSpawnError(error: unknown): SpawnError {
  const { errno = 0, message } = error as NodeJS.ErrnoException;
  return new SpawnError('exec', errno, errorCode(error), message);
}
