import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { KINDS } from '../../protocol/keeper/wire';
import type { Clock } from '../../system/clock';
import { UserError } from '../../system/errors';
import { makeFifos } from '../../system/fifo';
import { findPerl } from '../../system/find-program';
import { type Identity, identify } from '../../system/identity';
import { isSuspended } from '../../system/processes';
import { withOwnFolder } from '../../system/trust/own-folder';
import type { Parent } from '../parent/parent';
import { type ControlFifos, findFreeControl } from './copier-control';
import { COPIER_SCRIPT } from './copier-script';
import { type CopierReport, CopierTalk, LATE } from './copier-talk';

/** Seconds to wait for an answer. Disks can stall; killing the copier earlier would lose what it has not written. */
const TIMEOUT = 30;
const SIGKILL = 9;
const SIGCONT = 18;
export const NO_ANSWER =
  "the process that copies the output does not answer; ps shows it as 'zd: copies to'; if it is stopped, continue it";
const { O_APPEND, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;
/** Without /proc, a copier cannot open its end of the FIFO anew, so it must not see the end of the manager. */
const CONTROL_FLAGS = (existsSync('/proc/self/fd') ? O_RDONLY : O_RDWR) | O_NONBLOCK;

export interface CopierOptions {
  parent: Parent;
  /** The path of the FIFO it reads; its control FIFOs are beside that. */
  fifo: string;
  /** A path by which that FIFO can be opened. */
  input: string;
  /** The descriptor it appends to. */
  output: number;
  /** The file's name, shown to users in `ps`. */
  title: string;
  clock: Pick<Clock, 'now'>;
  /** The folder of these FIFOs may be another user's, also for root. */
  insecure?: boolean | undefined;
  /** Seconds to wait for its answers; 30 unless given. */
  timeout?: number;
  /** Called once: it waits for its first `go`, or it cannot be started. */
  onReady(error: Error | null): void;
  /** Called when it should be dismissed: it cannot keep up, cannot write, or has exited. */
  onReport(report: CopierReport): void;
}

/**
 * A separate process that copies a program's output from its FIFO to its file. When the manager dies, output that the
 * copier has read but not yet written is not lost, and the copier continues without a manager.
 */
export class Copier {
  readonly #options: CopierOptions;
  readonly #talk: CopierTalk;
  /** What the new process gets; closed here once it has them. */
  #sources: number[] = [];
  #phase: 'beginning' | 'ready' | 'told' | 'gone' = 'beginning';
  #identity: Identity | null = null;

  /**
   * Begins a copier. `onReady` is not called before this returns.
   *
   * @throws the system's error when it cannot be started, for example without perl
   */
  constructor(options: CopierOptions) {
    const { fifo, input, output, clock, insecure, timeout = TIMEOUT } = options;
    this.#options = options;
    const perl = findPerl(process.env.PATH);
    if ('reason' in perl) throw new Error(perl.reason);
    const openIn = (folder: string) => {
      const control = findFreeControl(join(folder, basename(fifo)));
      makeFifos([control.control, control.result]);
      return this.#open(control, input);
    };
    const ends = withOwnFolder(dirname(fifo), openIn, insecure);
    this.#talk = new CopierTalk(ends.control, ends.result, timeout, clock);
    this.#talk.onSlow = () => this.#continue();
    this.#spawn(perl.file, output);
  }

  /** There is no other copier any more: it copies when the manager dies. */
  stay(): void {
    this.#phase = 'told';
    this.#talk.stay();
  }

  /** It copies from now on. */
  go(): void {
    this.#phase = 'told';
    this.#talk.go();
  }

  /**
   * Has it stop copying; everything that it has read is in the file then.
   *
   * @returns false if it must be dismissed instead
   */
  wait(): boolean {
    return this.#talk.wait();
  }

  /**
   * Waits until everything written to the FIFO so far is in the file.
   *
   * @returns false if the copier must be dismissed instead: it has exited, cannot write or does not answer
   */
  drain(): boolean {
    return this.#talk.drain();
  }

  /** Whether it has not answered: it is suspended, or the disk hangs. It keeps what it has read. */
  get isLate(): boolean {
    return this.#talk.isLate;
  }

  /** Ends the copier, once. @returns what it had read and could not write */
  dismiss(): Buffer {
    if (this.#phase === 'gone') return Buffer.alloc(0);
    const wasTold = this.#phase === 'told';
    this.#phase = 'gone';
    // One that was never told to copy has read nothing; its process may not even exist yet.
    if (!wasTold) this.#talk.leave();
    const leftover = wasTold ? this.#talk.dismiss() : Buffer.alloc(0);
    if (leftover !== null) return leftover;
    this.#talk.close();
    if (this.#identity) void this.#options.parent.signal(this.#identity, SIGKILL).catch(() => {});
    return Buffer.alloc(0);
  }

  /** Leaves it to the next manager. It copies on if it was ever told to. */
  leave(): void {
    this.#phase = 'gone';
    this.#talk.close();
  }

  /** Nobody has a reason to suspend it, except for a moment, such as a tracer. */
  #continue(): void {
    if (this.#identity && isSuspended(this.#identity.pid))
      void this.#options.parent.signal(this.#identity, SIGCONT).catch(() => {});
  }

  #open({ control, result }: ControlFifos, input: string): { control: number; result: number } {
    const opened: number[] = [];
    const open = (path: string, flags: number) => {
      const fd = openSync(path, flags);
      opened.push(fd);
      return fd;
    };
    try {
      const source = open(input, O_RDONLY | O_NONBLOCK);
      const ends = [open(control, CONTROL_FLAGS), open(result, O_RDWR)];
      this.#sources = [source, ...ends];
      return {
        control: open(control, O_WRONLY | O_NONBLOCK),
        result: open(result, O_RDONLY | O_NONBLOCK),
      };
    } catch (error) {
      for (const fd of opened) closeSync(fd);
      throw error;
    }
  }

  #spawn(perl: string, output: number): void {
    const { parent, title, onReady, onReport } = this.#options;
    const [input = 0, control = 0, result = 0] = this.#sources;
    const done = (error: Error | null) => {
      for (const fd of this.#sources.splice(0)) closeSync(fd);
      if (this.#phase === 'gone') return;
      this.#phase = 'ready';
      const problem = error ?? this.#listen(onReport);
      if (problem) this.dismiss();
      onReady(problem);
    };
    parent.spawn(
      {
        kind: KINDS.copier,
        file: perl,
        args: ['perl', '-e', COPIER_SCRIPT, '--', title],
        environment: { PATH: process.env.PATH },
        directory: '/',
        umask: process.umask(),
        ownSession: true,
        descriptors: [
          'null',
          'null',
          'null',
          { fd: input, flags: O_RDONLY | O_NONBLOCK },
          { fd: output, flags: O_WRONLY | O_APPEND },
          { fd: control, flags: CONTROL_FLAGS },
          { fd: result, flags: O_RDWR },
        ],
      },
      {
        spawned: pid => {
          this.#identity = identify(pid);
          process.nextTick(done, null);
        },
        failed: error => process.nextTick(done, error),
        exited() {},
      },
    );
  }

  #listen(onReport: (report: CopierReport) => void): Error | null {
    try {
      this.#talk.listen(onReport);
      return null;
    } catch (error) {
      return error as Error;
    }
  }
}

/** A copier of an earlier manager. */
export class LeftCopier {
  readonly #talk: CopierTalk;
  #isLate = false;

  private constructor(control: number, result: number, clock: Pick<Clock, 'now'>) {
    this.#talk = new CopierTalk(control, result, TIMEOUT, clock);
  }

  /**
   * @param fifos paths of its control FIFOs
   * @param clock measures the waits for its answers
   * @returns null if there is no such copier
   */
  static find({ control, result }: ControlFifos, clock: Pick<Clock, 'now'>): LeftCopier | null {
    let end: number;
    try {
      end = openSync(control, O_WRONLY | O_NONBLOCK);
    } catch {
      // ENXIO: no process has it open for reading; ENOENT: there never was a copier.
      return null;
    }
    return new LeftCopier(end, openSync(result, O_RDONLY | O_NONBLOCK), clock);
  }

  /**
   * Ends it.
   *
   * @param exited called when one that did not answer has exited; `dismiss` then returns
   * @returns what it had read and could not write
   * @throws an Error when it does not answer: then it reads nothing more, and writes what it has read when it can
   */
  dismiss(exited: () => void): Buffer {
    const leftover = this.#talk.dismiss(this.#isLate ? 0 : LATE);
    if (leftover !== null) return leftover;
    if (!this.#isLate) this.#talk.listen(report => report === 'exited' && exited());
    this.#isLate = true;
    throw new UserError(NO_ANSWER);
  }

  leave(): void {
    this.#talk.close();
  }
}
