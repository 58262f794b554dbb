import { type EndRecord, endOf, joinEnds } from '../../protocol/history';
import { appendHistory, type HistoryReading, readHistoryAt } from '../../state/history-file';
import type { SavedState } from '../../state/saved-state';

/** Characters kept of each line of output. */
const LONGEST_LINE = 200;
/** Ends that wait while the file cannot be written. */
const MOST_PENDING = 50;

/** Runs something with the path of the state folder, if that belongs to this manager. @throws the system's error */
export type InFolder = <T>(use: (place: string) => T) => T;

/** Counts the ends of the program over managers, and keeps the last ones in a file of the state folder. */
export class History {
  readonly #inFolder: InFolder;
  /** The number of the last end; null until it is known. */
  #last: number | null;
  /** Ends that are not in the file yet. */
  #pending: EndRecord[];
  /** Whether the file may have the pending end of the manager before this one. */
  #isDoubtful: boolean;
  #known: Pick<HistoryReading, 'lines' | 'isTorn'> | null = null;

  /**
   * @param inFolder gives access to the state folder
   * @param saved what the manager before this one has saved; it may have died before it wrote its last end
   */
  constructor(inFolder: InFolder, saved: Pick<SavedState, 'ends' | 'lastExit'> | null) {
    const end = saved?.lastExit ? endOf(saved.lastExit) : null;
    this.#inFolder = inFolder;
    this.#last = saved?.ends ?? null;
    this.#pending = end ? [shorten(end)] : [];
    this.#isDoubtful = end !== null;
  }

  /** The number of the last end, for the next manager; null if it is not known yet. */
  get last(): number | null {
    return this.#last;
  }

  /** The last ends, oldest first. */
  get ends(): EndRecord[] {
    return joinEnds(this.#read()?.ends ?? [], this.#pending);
  }

  /** The number of the next end. */
  next(): number {
    this.#last ??= this.#read()?.ends.at(-1)?.n ?? 0;
    this.#last += 1;
    return this.#last;
  }

  /** Keeps an end, which `write` writes. */
  add(end: EndRecord | null): void {
    if (end) this.#pending = [...this.#pending, shorten(end)].slice(-MOST_PENDING);
  }

  /** Writes what is pending. A failure, such as a full disk, is left to the next attempt. */
  write(): void {
    if (this.#pending.length === 0) return;
    const ends = this.#isDoubtful ? this.#forgetWritten() : this.#pending;
    try {
      this.#known ??= this.#read();
      const known = this.#known;
      if (known === null) return;
      this.#known = { lines: this.#inFolder(place => appendHistory(place, ends, known)), isTorn: false };
      this.#pending = [];
    } catch {
      // A part of a line may have been written.
      this.#known = null;
    }
  }

  #forgetWritten(): EndRecord[] {
    const written = this.#read();
    if (written === null) return this.#pending;
    this.#isDoubtful = false;
    this.#known = written;
    this.#pending = this.#pending.filter(({ n }) => !written.ends.some(end => end.n === n));
    return this.#pending;
  }

  /** @returns null while the folder is not this manager's */
  #read(): HistoryReading | null {
    try {
      return this.#inFolder(place => readHistoryAt(place, process.geteuid?.() ?? 0));
    } catch {
      return null;
    }
  }
}

function shorten(end: EndRecord): EndRecord {
  return { ...end, lines: end.lines.map(line => line.slice(0, LONGEST_LINE)) };
}
