import { resolve } from 'node:path';
import type { Clock } from '../../system/clock';
import { describeReason, UserError } from '../../system/errors';
import { withOwnFile } from '../../system/trust/own-folder';
import type { Parent } from '../parent/parent';
import { Copier, LeftCopier, NO_ANSWER } from './copier';
import { type ControlFifos, nameControlFifos } from './copier-control';
import { CopierPolicy } from './copier-policy';
import type { CopierReport } from './copier-talk';
import type { Fifo } from './fifo';
import type { LogFile } from './file';
import { locateCopiers } from './unlinked-fifo';

/** Seconds until another copier is begun in place of one that has not lived longer than that. */
const PAUSE = 10;

export interface CopyingOptions {
  parent: Parent;
  /** The FIFO, and its path. */
  fifo: Fifo;
  path: string;
  /** The folder of the FIFO may be another user's, also for root. */
  insecure?: boolean | undefined;
  /** The pid of an adopted program, or null. */
  program: number | null;
  /** The file, if the settings require nothing that a copier cannot do; else null. */
  file: LogFile | null;
  clock: Clock;
  log(level: 'error' | 'warn', text: string): void;
  /** Whether the file can be written. */
  canWrite(): boolean;
  /** The copier is about to copy. */
  started(): void;
  /** The copier has stopped copying; it has written everything that it has read, but for `leftover`. */
  stopped(leftover: Buffer): void;
  /** A former copier is gone. */
  formerEnded(leftover: Buffer): void;
  /** Whoever reads, the copier or the manager, may have changed. */
  changed(): void;
}

/**
 * Decides who copies from a FIFO, a copier or the manager, so that never more than one does. The copier begins before
 * there is output, and waits; so the FIFO has a reader that outlives the manager and its keeper. The next copier begins
 * before the last one ends.
 */
export class Copying {
  readonly #options: CopyingOptions;
  readonly #policy = new CopierPolicy();
  #copier: Copier | null = null;
  #phase: 'beginning' | 'waiting' | 'copying' = 'beginning';
  #began = Number.NEGATIVE_INFINITY;
  /** Copiers to be dismissed as soon as the next one waits: those of an earlier manager, or of the file before. */
  readonly #former: (Copier | LeftCopier)[];
  #hasLoggedFormer = false;
  #cancelBegin = () => {};
  #isClosed = false;
  /** Resolves when a copier holds the FIFO open for good, or there can be none. */
  readonly settled: Promise<void>;
  #noteSettled = () => {};

  constructor(options: CopyingOptions) {
    this.#options = options;
    this.settled = new Promise(resolve => {
      this.#noteSettled = resolve;
    });
    this.#former = findLeftCopiers(options);
  }

  /** Whether the copier copies; else the manager may, if no former one is left. */
  get isActive(): boolean {
    return this.#phase === 'copying';
  }

  /** Whether a copier is about to copy; until then, output waits in the FIFO. */
  get isBeginning(): boolean {
    return this.#copier !== null && this.#phase === 'beginning';
  }

  /** Whether a former copier may still read: until then, output waits in the FIFO. */
  get awaitsFormer(): boolean {
    return this.#former.length > 0;
  }

  /** Begins a copier; `changed` follows, at once if there can be none. */
  begin(): void {
    const { file, parent, path, fifo, clock, insecure } = this.#options;
    this.#cancelBegin();
    this.#phase = 'beginning';
    if (!file?.stat().isFile()) return this.#settle();
    this.#began = clock.now();
    try {
      const copier: Copier = new Copier({
        parent,
        fifo: path,
        input: fifo.name,
        output: file.descriptor,
        title: resolve(file.path),
        clock,
        insecure,
        onReady: error => copier === this.#copier && this.#becomeReady(error),
        onReport: report => copier === this.#copier && this.#handleReport(report),
      });
      this.#copier = copier;
    } catch {
      // Without a copier, a SIGKILL of the manager loses only the bytes between a read and its write.
      this.#beginLater();
      this.#settle();
    }
  }

  /** Begins a copier for a file that could not be opened before. */
  ensure(): void {
    if (!this.#copier && !this.#isClosed) this.begin();
  }

  /** Counts bytes that the manager has read. @returns whether a copier should copy from now on */
  noteRead(bytes: number): boolean {
    return this.#options.file !== null && this.#policy.noteRead(bytes, this.#options.clock.now());
  }

  /** Has the copier copy, if it can and should. */
  engage(): void {
    const { clock, canWrite } = this.#options;
    if (this.#isClosed || !this.#copier) return;
    if (this.#phase !== 'waiting' || this.#former.length > 0) return;
    if (!canWrite() || !this.#policy.allows(clock.now())) return;
    this.#options.fifo.pause();
    this.#options.started();
    this.#phase = 'copying';
    this.#copier.go();
  }

  /** Waits until the copier has written everything. @returns false if the manager must read on */
  drain(): boolean {
    if (this.#phase !== 'copying') return false;
    if (this.#copier?.isLate || this.#copier?.drain()) return true;
    // The program and its supervision must not wait for a log; what it has read stays with the copier.
    if (this.#noteLate()) return true;
    this.#dismiss('file error');
    return false;
  }

  /**
   * Has the copier wait: all that it has read is in the file then.
   *
   * @throws UserError when it does not answer, and still copies
   */
  pause(): void {
    if (this.#phase !== 'copying') return;
    if (this.#copier?.isLate) throw new UserError(NO_ANSWER);
    if (!this.#copier?.wait()) {
      if (this.#noteLate()) throw new UserError(NO_ANSWER);
      return this.#dismiss('file error');
    }
    this.#phase = 'waiting';
    this.#options.stopped(Buffer.alloc(0));
  }

  /** Begins a copier for the file that was reopened, in place of the one that waits. */
  renew(): void {
    if (this.#copier) this.#former.push(this.#copier);
    this.#copier = null;
    this.begin();
  }

  /** Ends the copiers of another FIFO, whose output follows now. */
  addFormer(copiers: readonly LeftCopier[]): void {
    this.#former.push(...copiers);
    this.dismissFormer();
  }

  /** @returns false if one does not answer; `changed` follows when it has exited */
  dismissFormer(): boolean {
    const { log, file } = this.#options;
    try {
      for (let [copier] = this.#former; copier; [copier] = this.#former) {
        const leftover = copier.dismiss(() => this.#settle());
        this.#former.shift();
        this.#options.formerEnded(leftover);
      }
      return true;
    } catch (error) {
      if (!this.#hasLoggedFormer)
        log('warn', `${describeReason(error)}; output for ${file?.path} waits until then`);
      this.#hasLoggedFormer = true;
      return false;
    }
  }

  /** Leaves everything to the next manager; the only copier copies on. */
  release(): void {
    this.#isClosed = true;
    this.#cancelBegin();
    for (const copier of [...this.#former, this.#copier]) copier?.leave();
  }

  /** Ends all copiers. @returns false if one does not answer */
  close(): boolean {
    this.#isClosed = true;
    this.#cancelBegin();
    const isLate = this.#copier?.isLate ?? false;
    this.#dismiss('exited');
    return this.dismissFormer() && !isLate;
  }

  #tryToPause(): void {
    try {
      this.pause();
    } catch {
      // It copies on, which is slower, but complete.
    }
  }

  /** @returns whether the copier is late */
  #noteLate(): boolean {
    const { file, log } = this.#options;
    if (!this.#copier?.isLate) return false;
    log('warn', `${NO_ANSWER}; output for ${file?.path} waits until then`);
    return true;
  }

  #becomeReady(error: Error | null): void {
    if (error) {
      this.#copier = null;
      this.#beginLater();
    } else {
      this.#phase = 'waiting';
    }
    this.#settle();
  }

  #settle(): void {
    if (this.#isClosed || !this.dismissFormer()) return;
    if (this.#phase === 'waiting') this.#copier?.stay();
    this.#noteSettled();
    this.#options.changed();
  }

  #beginLater(): void {
    this.#cancelBegin();
    if (!this.#isClosed) this.#cancelBegin = this.#options.clock.after(PAUSE, () => this.begin());
  }

  #handleReport(report: CopierReport): void {
    const { file, log, clock, changed } = this.#options;
    if (report === 'answered late') {
      log('warn', `the process that copies to ${file?.path} answers again`);
      if (this.#phase === 'copying') this.#copier?.go();
      return;
    }
    if (report === 'exited') {
      const text = `the process that copies to ${file?.path} was killed; output that it had read may be missing`;
      log('warn', text);
    }
    if (report !== 'too much output') {
      this.#dismiss(report);
    } else if (this.#phase === 'copying') {
      // The manager reads for a while, because it is faster.
      this.#policy.notePaused(report, clock.now());
      this.#tryToPause();
    }
    changed();
  }

  /** Dismisses the copier, and begins another one. */
  #dismiss(why: 'file error' | 'exited'): void {
    const copier = this.#copier;
    if (!copier) return;
    const now = this.#options.clock.now();
    const wasCopying = this.#phase === 'copying';
    this.#copier = null;
    this.#phase = 'beginning';
    this.#policy.notePaused(why, now);
    // It writes what it has read when it can, and exits.
    if (this.#isClosed && copier.isLate) return copier.leave();
    const leftover = copier.dismiss();
    if (wasCopying) this.#options.stopped(leftover);
    if (this.#isClosed) return;
    if (why === 'exited' && now < this.#began + PAUSE) this.#beginLater();
    else this.begin();
  }
}

/** Runs after the FIFO is opened, because the previous manager's copier may be the last process that has it open. */
export function findLeftCopiers({
  path,
  fifo,
  program,
  clock,
  insecure,
}: Pick<CopyingOptions, 'path' | 'fifo' | 'program' | 'clock' | 'insecure'>): LeftCopier[] {
  const removed = program === null ? [] : locateCopiers(path, fifo.name);
  const find = (places: readonly ControlFifos[]) =>
    places.flatMap(place => LeftCopier.find(place, clock) ?? []);
  if (removed.length > 0) return find(removed);
  return withOwnFile(path, place => find(nameControlFifos(place)), insecure);
}
