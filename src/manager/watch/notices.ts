import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describeReason } from '../../system/errors';
import { tracePath } from '../../system/trust/traced-path';

/** A folder to listen to, and the names in it that matter; null for all. */
export type Wanted = Map<string, Set<string> | null>;

interface Listening {
  watcher: FSWatcher;
  identity: string;
  names: Set<string> | null;
}

/**
 * Listens for changes in folders, where the system reports them (inotify). What it reports can be lost, so whoever uses
 * this also looks from time to time.
 */
export class Notices {
  readonly #heard: (folder: string, name: string | null) => void;
  readonly #listening = new Map<string, Listening>();
  /** Why a folder cannot be listened to, or null. */
  problem: string | null = null;

  /** @param heard called for each notice; `name` is null if the system does not say which file it is */
  constructor(heard: (folder: string, name: string | null) => void) {
    this.#heard = heard;
  }

  /**
   * Listens to these folders, and to no others. One that was replaced since is another one.
   *
   * @returns whether it listens to a folder to which it did not listen before: what happened there meanwhile is unknown
   */
  update(wanted: Wanted): boolean {
    this.problem = null;
    let isNew = false;
    for (const [folder, { identity }] of this.#listening)
      if (!wanted.has(folder) || identify(folder) !== identity) this.#stop(folder);
    for (const [folder, names] of wanted) {
      const known = this.#listening.get(folder);
      if (known) known.names = names;
      else if (this.#listen(folder, names)) isNew = true;
    }
    return isNew;
  }

  close(): void {
    for (const folder of this.#listening.keys()) this.#stop(folder);
  }

  #listen(folder: string, names: Set<string> | null): boolean {
    const identity = identify(folder);
    if (identity === null) return false;
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        const filter = this.#listening.get(folder)?.names;
        if (!filter || name === null || filter.has(name)) this.#heard(folder, name);
      });
      watcher.on('error', () => this.#stop(folder));
      this.#listening.set(folder, { watcher, identity, names });
      return true;
    } catch (error) {
      this.problem ??= `${folder}: ${describeReason(error)}`;
      return false;
    }
  }

  #stop(folder: string): void {
    this.#listening.get(folder)?.watcher.close();
    this.#listening.delete(folder);
  }
}

/**
 * The names on the way to a path, each with its folder: every folder, and every symlink with what it leads to. If any of
 * them is replaced, another file is at the path.
 *
 * @param path absolute; it need not exist
 * @param wanted to add to
 */
export function listenOnTheWay(path: string, wanted: Wanted): void {
  const places = new Set([path]);
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) places.add(folder);
  try {
    for (const step of tracePath(path).steps) places.add(step.path);
  } catch {
    // The names above are enough for a path without symlinks.
  }
  for (const place of places) {
    const folder = dirname(place);
    if (folder === place) continue;
    const names = wanted.get(folder);
    if (names === undefined) wanted.set(folder, new Set([basename(place)]));
    else names?.add(basename(place));
  }
}

/** The path of a notice. */
export function placeOf(folder: string, name: string | null): string {
  return name === null ? folder : join(folder, name);
}

function identify(folder: string): string | null {
  try {
    const found = statSync(folder);
    return found.isDirectory() ? `${found.dev}:${found.ino}:${found.birthtimeMs}` : null;
  } catch {
    return null;
  }
}
