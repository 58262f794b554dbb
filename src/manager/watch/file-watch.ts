import type { Clock } from '../../system/clock';
import { isPassing } from './names';
import { listenOnTheWay, Notices, placeOf, type Wanted } from './notices';
import { MOST_FILES, type Scan, WatchedTree } from './tree';

/** Seconds from a notice until the files are looked at, so that many notices lead to one look. */
const PAUSE = 0.05;
/** Seconds between looks without a notice, which can be lost; with many files, they are rarer. */
const LEAST_INTERVAL = 5;
const MOST_INTERVAL = 60;
const FILES_PER_SECOND = 200;
/** Seconds after which a file that was there counts as missing. */
const GONE = 1;

export interface FileWatchOptions {
  clock: Clock;
  /** Absolute paths of files and folders. */
  paths: readonly string[];
  /** Which files in folders are zd's own. */
  isOwn(path: string): boolean;
  /** Called after a look at the files at which some had another content than at the one before. */
  changed(): void;
  /** Called with a sentence when something cannot be watched, once for each. */
  failed(path: string, reason: string): void;
}

/** A change of content: what is there now, and when that was noticed, in seconds on the monotonic clock. */
interface Content {
  digest: string;
  changedAt: number | null;
}

/** Knows the content of files and folders, and when it changed. What vanishes keeps its content until it is back. */
export class FileWatch {
  readonly #options: FileWatchOptions;
  readonly #tree: WatchedTree;
  readonly #notices: Notices;
  readonly #told = new Set<string>();
  readonly #missingSince = new Map<string, number>();
  /** Whether what was missing at the first look has been told. */
  #isTold = false;
  readonly #contents = new Map<string, Content>();
  readonly #openedAt: number;
  #present = new Set<string>();
  #noticedAt: number | null = null;
  #look: Promise<void> | null = null;
  #cancelPause: (() => void) | null = null;
  /** Whether that pause is the short one. */
  #isSoon = false;
  #cancelInterval = () => {};
  #isRegular = false;
  #isClosed = false;
  #hasLooked = false;

  constructor(options: FileWatchOptions) {
    const { paths, isOwn, clock } = options;
    this.#options = options;
    this.#openedAt = clock.wall();
    this.#tree = new WatchedTree(paths, isOwn, () => clock.wall());
    this.#notices = new Notices((folder, name) => this.#hear(folder, name));
  }

  /** The given paths that are not there, or cannot be read. */
  missing: string[] = [];

  /** The content of each file that is there, as a short text. */
  get digests(): Map<string, string> {
    return new Map([...this.#present].map(path => [path, this.#contents.get(path)?.digest ?? '']));
  }

  /** The files of which a change was noticed after this moment, with the moment. */
  changedAfter(moment: number): Map<string, number> {
    const changed = [...this.#contents].filter(
      ([path, { changedAt }]) => this.#present.has(path) && changedAt !== null && changedAt > moment,
    );
    return new Map(changed.map(([path, { changedAt }]) => [path, changedAt as number]));
  }

  /** Looks from now on also without a notice, or only upon one. */
  set isRegular(isRegular: boolean) {
    this.#isRegular = isRegular;
    this.#cancelInterval();
    if (isRegular) this.#armInterval();
  }

  /** Looks at the files now; of several calls at a time, one look begins after the present one. */
  async look(): Promise<void> {
    this.#cancelPause?.();
    this.#cancelPause = null;
    this.#isSoon = false;
    while (this.#look) await this.#look;
    if (this.#isClosed) return;
    this.#look = this.#lookOnce();
    try {
      await this.#look;
    } finally {
      this.#look = null;
    }
  }

  /** Forgets what has vanished: if it comes back, it is new. */
  forgetVanished(): void {
    for (const path of this.#contents.keys()) if (!this.#present.has(path)) this.#contents.delete(path);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelPause?.();
    this.#cancelInterval();
    this.#notices.close();
  }

  #hear(folder: string, name: string | null): void {
    if (name !== null && isPassing(name) && !this.#options.paths.includes(placeOf(folder, name))) {
      // A symlink on the way can have any name, such as `..data`.
      if (!this.#wanted.get(folder)?.has(name)) return;
    } else if (name !== null && this.#options.isOwn(placeOf(folder, name))) return;
    this.#noticedAt ??= this.#options.clock.now();
    this.#lookSoon();
  }

  #wanted: Wanted = new Map();

  /** Whether a file that has vanished is back, or missing. */
  #lookLater(): void {
    this.#cancelPause ??= this.#options.clock.after(GONE, () => void this.look());
  }

  #lookSoon(): void {
    if (this.#isClosed) return;
    if (this.#isSoon) return;
    this.#cancelPause?.();
    this.#isSoon = true;
    this.#cancelPause = this.#options.clock.after(PAUSE, () => void this.look());
  }

  async #lookOnce(): Promise<void> {
    const at = this.#noticedAt ?? this.#options.clock.now();
    this.#noticedAt = null;
    const scan = await this.#tree.scan();
    if (this.#isClosed) return;
    const hasChanged = this.#compare(scan, at);
    if (this.#listen(scan)) this.#lookSoon();
    this.#tell(scan);
    if (this.#missingSince.size > this.missing.length) this.#lookLater();
    if (hasChanged) this.#options.changed();
  }

  /** @returns whether there is other content than before */
  #compare({ files }: Scan, at: number): boolean {
    let hasChanged = false;
    for (const [path, { digest, writtenAt }] of files) {
      if (this.#contents.get(path)?.digest === digest) continue;
      // The first look takes a moment too; in folders, what changes then is most likely the program's.
      const isLate = writtenAt > this.#openedAt && this.#options.paths.includes(path);
      const changedAt = this.#hasLooked ? at : isLate ? this.#options.clock.now() : null;
      this.#contents.set(path, { digest, changedAt });
      hasChanged ||= changedAt !== null;
    }
    this.#present = new Set(files.keys());
    this.#hasLooked = true;
    return hasChanged;
  }

  #listen({ folders }: Scan): boolean {
    const wanted: Wanted = new Map();
    for (const path of this.#options.paths) listenOnTheWay(path, wanted);
    this.#wanted = new Map(wanted);
    for (const folder of folders) wanted.set(folder, null);
    return this.#notices.update(wanted);
  }

  #tell({ missing, isCut }: Scan): void {
    const { failed, paths } = this.#options;
    const faults = new Map([...missing].filter(([path]) => this.#isGone(path)));
    if (isCut)
      faults.set(paths.join(', '), `there are more than ${MOST_FILES} files; the others are not watched`);
    if (this.#notices.problem !== null)
      faults.set(this.#notices.problem, `it is looked at every ${this.#interval} seconds`);
    this.missing = [...faults.keys()].filter(path => missing.has(path));
    for (const path of this.#missingSince.keys()) if (!missing.has(path)) this.#missingSince.delete(path);
    for (const path of this.#told) if (!faults.has(path)) this.#told.delete(path);
    for (const [path, reason] of faults) {
      if (this.#told.has(path)) continue;
      this.#told.add(path);
      failed(path, reason);
    }
    this.#isTold = true;
  }

  /** An editor that replaces a file removes it for a moment. */
  #isGone(path: string): boolean {
    const now = this.#options.clock.now();
    const since = this.#missingSince.get(path) ?? (this.#isTold ? now : Number.NEGATIVE_INFINITY);
    this.#missingSince.set(path, since);
    return now - since >= GONE;
  }

  get #interval(): number {
    const wanted = Math.ceil(this.#present.size / FILES_PER_SECOND);
    return Math.min(MOST_INTERVAL, Math.max(LEAST_INTERVAL, wanted));
  }

  #armInterval(): void {
    this.#cancelInterval = this.#options.clock.after(this.#interval, async () => {
      await this.look();
      if (this.#isRegular && !this.#isClosed) this.#armInterval();
    });
  }
}
