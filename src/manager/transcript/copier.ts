import type { ChildProcess } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import type { Clock } from '../../system/clock';
import { makeFifos } from '../../system/fifo';
import { startPerl } from '../../system/perl';
import { COPIER_SCRIPT } from './copier-script';
import { CopierTalk } from './copier-talk';

/** Seconds to wait for it. A disk may be busy for long, and who is not waited for takes along what it has read. */
const PATIENCE = 30;
const { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;

export interface CopierOptions {
  /** The path of the FIFO it reads; its own two are beside it. */
  fifo: string;
  /** The FIFO by a name that can be opened. */
  input: string;
  /** The descriptor it appends to. */
  output: number;
  /** What people see of it in `ps`. */
  title: string;
  clock: Pick<Clock, 'now'>;
  /** Seconds to wait for its answers; 30 unless given. */
  patience?: number;
  /** Called when it should be dismissed: it cannot keep up, cannot write, or has ended. */
  onWord(word: 'much' | 'fault' | 'end'): void;
}

/**
 * A process of its own that moves a program's output from its FIFO to its file. What it has read and not yet written
 * does not die with the manager, and it goes on while there is none.
 */
export class Copier {
  readonly #child: ChildProcess;
  readonly #talk: CopierTalk;

  /** @throws the system's error when it cannot be started: there need be no perl */
  constructor({ fifo, input, output, title, clock, patience = PATIENCE, onWord }: CopierOptions) {
    const { control, result } = nameOwnFifos(fifo);
    makeFifos([control, result]);
    const opened: number[] = [];
    const open = (path: string, flags: number) => {
      const fd = openSync(path, flags);
      opened.push(fd);
      return fd;
    };
    try {
      const ourControl = open(control, O_RDWR | O_NONBLOCK);
      const theirResult = open(result, O_RDWR);
      const ourResult = open(result, O_RDONLY | O_NONBLOCK);
      const source = open(input, O_RDONLY | O_NONBLOCK);
      const descriptors = [source, output, ourControl, theirResult];
      const stdio = ['ignore' as const, 'ignore' as const, 'ignore' as const, ...descriptors];
      this.#child = startPerl(COPIER_SCRIPT, { words: [title], stdio, detached: true });
      if (this.#child.pid === undefined) throw new Error('perl cannot be started');
      closeSync(source);
      closeSync(theirResult);
      this.#talk = new CopierTalk(ourControl, ourResult, patience, clock);
    } catch (error) {
      for (const fd of opened) closeSync(fd);
      throw error;
    }
    try {
      this.#talk.listen(onWord);
    } catch (error) {
      this.dismiss();
      throw error;
    }
  }

  /**
   * Waits until all that was written to the FIFO before is in the file.
   *
   * @returns false when it must be dismissed instead: it has ended, cannot write or does not answer
   */
  drain(): boolean {
    return this.#talk.drain();
  }

  /** Ends it. @returns what it had read and could not write */
  dismiss(): Buffer {
    const leftover = this.#talk.dismiss();
    if (leftover !== null) return leftover;
    this.#child.kill('SIGKILL');
    return Buffer.alloc(0);
  }
}

/**
 * Ends the copier that a manager left behind.
 *
 * @param fifo the path of the FIFO it reads
 * @param found where its descriptors are when the names of its FIFOs are gone, or null
 * @param clock measures how long it takes to answer
 * @returns what it had read and could not write; nothing if there is none
 * @throws an Error when it does not answer: two must never read one FIFO
 */
export function dismissLeftCopier(fifo: string, found: OwnFifos | null, clock: Pick<Clock, 'now'>): Buffer {
  const { control, result } = found ?? nameOwnFifos(fifo);
  let ourControl: number;
  try {
    ourControl = openSync(control, O_WRONLY | O_NONBLOCK);
  } catch {
    // ENXIO: nobody has it open for reading; ENOENT: there never was one.
    return Buffer.alloc(0);
  }
  const talk = new CopierTalk(ourControl, openSync(result, O_RDONLY | O_NONBLOCK), PATIENCE, clock);
  const leftover = talk.dismiss();
  if (leftover === null) throw new Error('the process that copies the output does not answer');
  return leftover;
}

export interface OwnFifos {
  control: string;
  result: string;
}

/** @param fifo the path of the FIFO a copier reads */
export function nameOwnFifos(fifo: string): OwnFifos {
  return { control: `${fifo}-control`, result: `${fifo}-result` };
}
