import type { Clock } from '../../system/clock';
import { Burst } from './burst';
import { FileWatch } from './file-watch';

/** Names in a reason. */
const MOST_NAMES = 2;

export interface ChangeOptions {
  clock: Clock;
  paths: readonly string[];
  isOwn(path: string): boolean;
  failed(path: string, reason: string): void;
  /** Restarts the program. @param reason `/srv/app/app.yml has changed` */
  restart(reason: string): void;
  /** See `saved-contents.ts`. */
  save(pid: number, contents: ReadonlyMap<string, string>): void;
  read(pid: number): Map<string, string> | null;
}

/**
 * Restarts the program when files have another content than at its start. It stays over many runs: what changes between
 * the end of one and the start of the next is in the next; what changes while that one starts is not.
 */
export class RestartOnChange {
  readonly paths: readonly string[];
  readonly #options: ChangeOptions;
  readonly #watch: FileWatch;
  readonly #burst = new Burst();
  readonly #firstLook: Promise<void>;
  #pid: number | null = null;
  #isPaused = false;
  /** What the present run began with; null while that is being found out. */
  #former: Map<string, string> | null = null;
  /** The last run, and what it began with. */
  #known: { pid: number; former: Map<string, string> } | null = null;
  /** What changed while the last program was starting, and what is known to do so each time. */
  #late = new Set<string>();
  readonly #own = new Set<string>();
  #cancel = () => {};
  #isFirst = true;

  constructor(options: ChangeOptions) {
    const { clock, paths, isOwn, failed } = options;
    this.paths = paths;
    this.#options = options;
    this.#watch = new FileWatch({ clock, paths, isOwn, failed, changed: () => this.#note() });
    this.#firstLook = this.#watch.look();
  }

  get missing(): readonly string[] {
    return this.#watch.missing;
  }

  /** @param startedAt seconds on the monotonic clock */
  async begin({ pid, startedAt }: { pid: number; startedAt: number }): Promise<void> {
    this.#pid = pid;
    this.#isPaused = false;
    await this.#firstLook;
    if (this.#pid !== pid) return;
    this.#watch.isRegular = true;
    if (this.#known?.pid === pid) {
      // Settings have changed, and not the program.
      this.#former = this.#known.former;
      return this.#note();
    }
    this.#watch.forgetVanished();
    const saved = this.#isFirst ? this.#options.read(pid) : null;
    this.#isFirst = false;
    const former = saved ?? this.#watch.digests;
    if (!saved) for (const path of this.#takeLate(startedAt)) former.delete(path);
    this.#former = former;
    this.#known = { pid, former };
    this.#options.save(pid, former);
    this.#note();
  }

  pause(): void {
    this.#isPaused = true;
    this.#cancel();
  }

  resume(): void {
    this.#isPaused = false;
    this.#arm();
  }

  /** The run ends: from now on, changes are only noted. */
  end(): void {
    this.#pid = null;
    this.#former = null;
    this.#burst.clear();
    this.#cancel();
    this.#watch.isRegular = false;
  }

  close(): void {
    this.end();
    this.#watch.close();
  }

  /** Resolves after a look at the files; for tests. */
  look(): Promise<void> {
    return this.#watch.look();
  }

  /**
   * What has changed while a program was starting. What also did so at the start before is the program's own writing,
   * which must not restart it forever.
   */
  #takeLate(startedAt: number): string[] {
    const late = [...this.#watch.changedAfter(startedAt).keys()];
    const own = late.filter(path => this.#late.has(path));
    this.#late = new Set(late);
    for (const path of own.filter(one => !this.#own.has(one)))
      this.#options.failed(path, 'it changes at each start, so what the program writes then does not count');
    for (const path of own) this.#own.add(path);
    return late.filter(path => !this.#own.has(path));
  }

  #note(): void {
    if (!this.#former) return;
    const now = this.#options.clock.now();
    const times = this.#watch.changedAfter(Number.NEGATIVE_INFINITY);
    const found = this.#findChanged();
    // Changes of the time before this manager have no moment.
    for (const path of found) this.#burst.note(times.get(path) ?? now);
    // One that was undone extends the burst too, since another may follow.
    if (this.#burst.due !== null) this.#burst.note(Math.max(...times.values(), 0));
    this.#arm();
  }

  #arm(): void {
    const { due } = this.#burst;
    const { clock } = this.#options;
    this.#cancel();
    if (due !== null && !this.#isPaused && this.#former)
      this.#cancel = clock.after(due - clock.now(), () => void this.#act());
  }

  /** Looks once more, since the last notice may have been lost. */
  async #act(): Promise<void> {
    const due = this.#burst.due;
    await this.#watch.look();
    if (!this.#former || this.#isPaused) return;
    if (due === null || this.#burst.due !== due) return this.#arm();
    this.#burst.clear();
    const changed = this.#findChanged();
    if (changed.length === 0) return;
    // If the restart is refused, it is not asked for again.
    this.#former = this.#watch.digests;
    this.#known = this.#pid === null ? null : { pid: this.#pid, former: this.#former };
    this.#options.restart(describeChanged(changed));
  }

  #findChanged(): string[] {
    const former = this.#former ?? new Map<string, string>();
    return [...this.#watch.digests]
      .filter(([path, digest]) => former.get(path) !== digest)
      .map(([path]) => path);
  }
}

/** `/srv/app/a.yml has changed`, `/srv/app/a.yml, /srv/app/b.yml and 3 more have changed`. */
export function describeChanged(paths: readonly string[]): string {
  const more = paths.length - MOST_NAMES;
  const names = paths.slice(0, MOST_NAMES).join(more > 0 || paths.length === 1 ? ', ' : ' and ');
  return `${names}${more > 0 ? ` and ${more} more` : ''} ${paths.length === 1 ? 'has' : 'have'} changed`;
}
