import type { Chain } from '../../protocol/keeper/script-chain';
import type { Kind } from '../../protocol/keeper/wire';
import type { Identity } from '../../system/identity';
import type { Ending } from '../../system/signals';

/** A descriptor of the manager for a new process, and the flags of open(2) it is to have there. */
export interface Source {
  fd: number;
  flags: number;
}

export interface SpawnRequest {
  kind: Kind;
  /** Absolute. */
  file: string;
  /** Its path for the process, if the chain gives that another root. */
  inside?: string;
  /** argv, with argv[0] as the user wrote it. */
  args: readonly string[];
  environment: Record<string, string | undefined>;
  /** The working folder; null is the manager's. */
  directory: string | null;
  umask: number;
  /** Whether the process gets its own session and process group. */
  ownSession: boolean;
  /** What the process changes of itself before it runs the file; see `protocol/keeper/script-chain.ts`. */
  chain?: Chain;
  /** What becomes its descriptors, from 0 on: a source, /dev/null, what the parent itself has there, or nothing. */
  descriptors: readonly (Source | 'null' | 'same' | 'closed')[];
}

export interface SpawnListener {
  /** The process runs its file. The sources may be closed. */
  spawned(pid: number): void;
  /** There is no process. The sources may be closed. */
  failed(error: SpawnError): void;
  exited(ending: Ending): void;
}

/** Where a spawn failed: before the file was executed, the system refused a folder, a descriptor or a link of the chain. */
export type SpawnStage = 'fork' | 'directory' | 'descriptor' | 'link' | 'exec';

/** A process that could not be spawned; `errno` is a negative number of the system, as Node writes it. */
export class SpawnError extends Error {
  constructor(
    readonly stage: SpawnStage,
    readonly errno: number,
    readonly code: string,
    message: string,
    /** Which descriptor or link it was. */
    readonly index = 0,
  ) {
    super(message);
  }
}

/** The code of an error when the keeper died before it answered: whether it has done what it was told is unknown. */
export const KEEPER_LOST = 'KEEPERLOST';

/** The code of an error when the process needs a keeper, and there is none. */
export const NO_KEEPER = 'NOKEEPER';

/** A process that a run has left behind. */
export interface Leftover extends Identity {
  session: number | null;
  /** Its process group. */
  group: number;
}

/** The parent of the program and its helpers: a keeper, or the manager itself where there can be no keeper. */
export interface Parent {
  /** The pid of the keeper; null when the manager is the parent. */
  readonly keeperPid: number | null;
  /** Starts a process. Exactly one of `spawned` and `failed` follows, before `exited`. */
  spawn(request: SpawnRequest, listener: SpawnListener): void;
  /**
   * Sends a signal to a process, and to no other process that has got its pid since.
   *
   * @returns resolves when it is sent
   * @throws the system's error; ESRCH when the process has exited
   */
  signal(target: Identity, signal: number): Promise<void>;
  /** The same to the process group of a child that was spawned with its own session and has not exited. */
  signalGroup(leader: Identity, signal: number): Promise<void>;
  /**
   * Processes that are not known by a spawn: what the program has left behind, as far as this parent can see it.
   *
   * @throws the system's error; KEEPER_LOST when the keeper is dead, and the manager does not know yet
   */
  findDescendants(): Leftover[];
  /** Whether a spawn has not been answered: `findDescendants` may leave out what the program has left behind just now. */
  readonly isSpawning: boolean;
  /**
   * Keeps one end of a FIFO open, also while there is no manager: of an output for reading, without reading, so that its
   * writers never meet a broken pipe; of an input for writing, so that its reader never meets the end.
   *
   * @param name replaces what is held by that name
   * @param fd an open descriptor of the FIFO, which stays open in the manager
   * @param flags of open(2); O_RDONLY by default
   */
  hold(name: string, fd: number, flags?: number): void;
  /**
   * Locks a file with flock(2), and holds it until `release`, also while there is no manager. The next manager locks it
   * by the same name again.
   *
   * @param name as for `hold`
   * @param fd an open descriptor of the file, which stays open in the manager
   * @throws the system's error; EAGAIN when another process has the lock
   */
  lock(name: string, fd: number): Promise<void>;
  /** Lets go of what is held by that name. @returns resolves when that is done, or the keeper is gone */
  release(name: string): Promise<void>;
}
