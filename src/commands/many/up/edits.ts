import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { markFiles } from '../../../client/configured/mark-files';
import type { Fleet } from '../../../settings/fleet/fleet';
import type { Clock } from '../../../system/clock';

/** Seconds without another change after which a saved edit is applied. */
const QUIET = 2;
/** Seconds from a notice to a look at the files, so that many notices lead to one look. */
const PAUSE = 0.2;
/** Seconds between looks without a notice, which can be lost; and where the system sends none. */
const RARELY = 10;
const OFTEN = 2;

/** Notices when the files of a fleet are saved. Notices of the system only say when to look: the files decide. */
export class Edits {
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #fleet: Fleet;
  #seen: string;
  #applied: string;
  #isFailing = false;
  #cancelLook: (() => void) | null = null;
  #cancelQuiet = () => {};
  #cancelPoll = () => {};

  /** @param changed called when files have changed and nothing has followed for a while */
  constructor(clock: Clock, fleet: Fleet, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
    this.#fleet = fleet;
    this.#seen = mark(fleet);
    this.#applied = this.#seen;
    this.#listen();
    this.#poll();
  }

  /** The files are about to be read: what is saved from now on is another edit. */
  note(): void {
    this.#seen = mark(this.#fleet);
    this.#applied = this.#seen;
  }

  /** The files are those of this fleet from now on. */
  update(fleet: Fleet): void {
    this.#fleet = fleet;
    this.#listen();
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#cancelLook?.();
    this.#cancelQuiet();
    this.#cancelPoll();
  }

  #listen(): void {
    const wanted = new Set(listPaths(this.#fleet).map(path => dirname(path)));
    if (isFolder(this.#fleet)) wanted.add(this.#fleet.path);
    for (const [folder, watcher] of this.#watchers)
      if (!wanted.has(folder)) {
        watcher.close();
        this.#watchers.delete(folder);
      }
    for (const folder of wanted) if (!this.#watchers.has(folder)) this.#listenTo(folder);
  }

  #listenTo(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#lookSoon());
      watcher.on('error', () => {
        this.#isFailing = true;
        this.#watchers.delete(folder);
        watcher.close();
      });
      this.#watchers.set(folder, watcher);
    } catch {
      this.#isFailing = true;
    }
  }

  #poll(): void {
    this.#cancelPoll = this.#clock.after(this.#isFailing ? OFTEN : RARELY, () => {
      this.#look();
      this.#poll();
    });
  }

  #lookSoon(): void {
    this.#cancelLook ??= this.#clock.after(PAUSE, () => this.#look());
  }

  /** A transcript in the same folder must not put an edit off. */
  #look(): void {
    this.#cancelLook?.();
    this.#cancelLook = null;
    const now = mark(this.#fleet);
    if (now === this.#seen) return;
    this.#seen = now;
    this.#cancelQuiet();
    this.#cancelQuiet = this.#clock.after(QUIET, () => {
      if (this.#seen === this.#applied) return;
      this.#applied = this.#seen;
      this.#changed();
    });
  }
}

/** Which files there are, and when each was written. */
function mark(fleet: Fleet): string {
  return `${isFolder(fleet) ? listFolder(fleet.path).join('/') : ''} ${markFiles({ paths: listPaths(fleet) })}`;
}

/** Also those that cannot be read now. */
function listPaths(fleet: Fleet): string[] {
  const { path, members } = fleet;
  const files = isFolder(fleet) ? listFolder(path).map(name => `${path}/${name}`) : [path];
  return [...new Set([...files, ...members.flatMap(({ configuration }) => configuration.paths)])];
}

function isFolder({ kind }: Fleet): boolean {
  return kind === 'folder' || kind === 'perp';
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path).filter(name => !name.startsWith('.') && /\.conf$|^[^.]*$/.test(name));
  } catch {
    return [];
  }
}
