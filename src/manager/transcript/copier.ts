import type { ChildProcess } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import type { Clock } from '../../system/clock';
import { makeFifos } from '../../system/fifo';
import { startPerl } from '../../system/perl';
import { COPIER_SCRIPT } from './copier-script';
import { type CopierReport, CopierTalk } from './copier-talk';

/** Seconds to wait for an answer. Disks can stall; killing the copier earlier would lose what it has not written. */
const TIMEOUT = 30;
const { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;

export interface CopierOptions {
  /** The path of the FIFO it reads; its control FIFOs are beside that. */
  fifo: string;
  /** A path by which that FIFO can be opened. */
  input: string;
  /** The descriptor it appends to. */
  output: number;
  /** The file's name, shown to users in `ps`. */
  title: string;
  clock: Pick<Clock, 'now'>;
  /** Seconds to wait for its answers; 30 unless given. */
  timeout?: number;
  /** Called when it should be dismissed: it cannot keep up, cannot write, or has exited. */
  onReport(report: CopierReport): void;
}

/**
 * A separate process that copies a program's output from its FIFO to its file. When the manager dies, output that the
 * copier has read but not yet written is not lost, and the copier continues without a manager.
 */
export class Copier {
  readonly #child: ChildProcess;
  readonly #talk: CopierTalk;

  /** @throws the system's error when it cannot be started, for example without perl */
  constructor({ fifo, input, output, title, clock, timeout = TIMEOUT, onReport }: CopierOptions) {
    const { control, result } = nameControlFifos(fifo);
    makeFifos([control, result]);
    const opened: number[] = [];
    const open = (path: string, flags: number) => {
      const fd = openSync(path, flags);
      opened.push(fd);
      return fd;
    };
    try {
      const controlEnd = open(control, O_RDWR | O_NONBLOCK);
      const copierResult = open(result, O_RDWR);
      const managerResult = open(result, O_RDONLY | O_NONBLOCK);
      const source = open(input, O_RDONLY | O_NONBLOCK);
      const descriptors = [source, output, controlEnd, copierResult];
      const stdio = ['ignore' as const, 'ignore' as const, 'ignore' as const, ...descriptors];
      this.#child = startPerl(COPIER_SCRIPT, { words: [title], stdio, detached: true });
      if (this.#child.pid === undefined) throw new Error('perl cannot be started');
      closeSync(source);
      closeSync(copierResult);
      this.#talk = new CopierTalk(controlEnd, managerResult, timeout, clock);
    } catch (error) {
      for (const fd of opened) closeSync(fd);
      throw error;
    }
    try {
      this.#talk.listen(onReport);
    } catch (error) {
      this.dismiss();
      throw error;
    }
  }

  /**
   * Waits until everything written to the FIFO so far is in the file.
   *
   * @returns false if the copier must be dismissed instead: it has exited, cannot write or does not answer
   */
  drain(): boolean {
    return this.#talk.drain();
  }

  /** Ends the copier. @returns what it had read and could not write */
  dismiss(): Buffer {
    const leftover = this.#talk.dismiss();
    if (leftover !== null) return leftover;
    this.#child.kill('SIGKILL');
    return Buffer.alloc(0);
  }
}

/**
 * Ends the copier of an earlier manager.
 *
 * @param fifo the path of the FIFO it reads
 * @param found the paths of its descriptors if its control FIFOs were removed, or null
 * @param clock measures the wait for its answer
 * @returns what it had read and could not write; empty if there is no copier
 * @throws an Error when it does not answer: two copiers must never read the same FIFO
 */
export function dismissLeftCopier(
  fifo: string,
  found: ControlFifos | null,
  clock: Pick<Clock, 'now'>,
): Buffer {
  const { control, result } = found ?? nameControlFifos(fifo);
  let controlEnd: number;
  try {
    controlEnd = openSync(control, O_WRONLY | O_NONBLOCK);
  } catch {
    // ENXIO: no process has it open for reading; ENOENT: there never was a copier.
    return Buffer.alloc(0);
  }
  const talk = new CopierTalk(controlEnd, openSync(result, O_RDONLY | O_NONBLOCK), TIMEOUT, clock);
  const leftover = talk.dismiss();
  if (leftover === null) throw new Error('the process that copies the output does not answer');
  return leftover;
}

export interface ControlFifos {
  control: string;
  result: string;
}

/** Names a copier's control FIFOs. @param fifo the path of the FIFO it reads */
export function nameControlFifos(fifo: string): ControlFifos {
  return { control: `${fifo}-control`, result: `${fifo}-result` };
}
