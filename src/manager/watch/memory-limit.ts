import type { Clock } from '../../system/clock';
import type { Usage } from '../../system/usage';

/** Seconds between two looks. */
export const INTERVAL = 5;
const MEGABYTE = 1024 ** 2;

export interface MemoryOptions {
  clock: Clock;
  /** Bytes. */
  limit: number;
  /** What the program and its descendants use now. */
  read(pid: number): Usage;
  /** Told of each look. */
  used(usage: Usage): void;
  /** Restarts the program. @param reason `812 MB` */
  restart(reason: string): void;
  /** The system does not say how much memory it uses; called once for a run. */
  failed(): void;
}

/** Restarts a program whose resident memory, with that of its descendants, is above a limit. */
export class MemoryLimit {
  readonly #options: MemoryOptions;
  #pid: number | null = null;
  #cancel = () => {};
  #hasFailed = false;

  constructor(options: MemoryOptions) {
    this.#options = options;
  }

  begin({ pid }: { pid: number }): void {
    this.#pid = pid;
    this.resume();
  }

  /** Its memory does not grow then. */
  pause(): void {
    this.#cancel();
  }

  resume(): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(INTERVAL, () => this.#look());
  }

  end(): void {
    this.#cancel();
    this.#pid = null;
  }

  #look(): void {
    if (this.#pid === null) return;
    const { limit, read, used, restart, failed } = this.#options;
    const usage = read(this.#pid);
    this.resume();
    if (usage.memory === null) {
      if (!this.#hasFailed) failed();
      this.#hasFailed = true;
      return;
    }
    used(usage);
    if (usage.memory > limit) restart(describeMemory(usage.memory));
  }
}

/** `812 MB`, in the unit of `memory-limit`, and never below the limit that it exceeds. */
export function describeMemory(bytes: number): string {
  return `${Math.ceil(bytes / MEGABYTE)} MB`;
}
