import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionContext } from '../../../client/context';
import { findEnds } from '../../../client/history';
import { observe, viewOf } from '../../../client/situation';
import type { EndRecord } from '../../../protocol/history';
import { nameStateFolder } from '../../../state/folder';
import { locateSocket } from '../../../state/socket-path';
import { nameStateFile, readPlainFile } from '../../../state/state-file';

/** Finds the ends of a program whose manager came and left between two looks. */
export class MissedEnds {
  readonly #context: ActionContext;
  readonly #folder: string;
  /** When the state was saved last, as far as that was looked at. */
  #stamp: number;
  #last: number | null = null;

  constructor(context: ActionContext) {
    this.#context = context;
    this.#folder = nameStateFolder(locateSocket(context.configuration.settings));
    this.#stamp = readTime(nameStateFile(this.#folder));
  }

  /** The ends before now are known. */
  async begin(): Promise<void> {
    const ends = (await findEnds(this.#context, await observe(this.#context))) ?? [];
    this.#last = ends.at(-1)?.n ?? 0;
  }

  /** @returns those since the last call, oldest first; none as long as there is a manager */
  async next(): Promise<EndRecord[]> {
    if (this.#last === null) await this.begin();
    const stamp = readTime(nameStateFile(this.#folder));
    if (stamp === this.#stamp) return [];
    const situation = await observe(this.#context);
    if (viewOf(situation)) return [];
    this.#stamp = stamp;
    const ends = (await findEnds(this.#context, situation)) ?? [];
    const fresh = ends.filter(({ n }) => n > (this.#last ?? 0));
    this.#last = ends.at(-1)?.n ?? this.#last;
    return fresh;
  }

  /** The output of the last of them, line by line. */
  readLastOutput(): string[] {
    try {
      const owner = lstatSync(this.#folder).uid;
      const text = readPlainFile(join(this.#folder, 'last-output'), owner);
      return text.split('\n').filter((line, at, all) => at < all.length - 1 || line !== '');
    } catch {
      return [];
    }
  }
}

function readTime(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
