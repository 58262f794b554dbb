import { closeSync, constants, fchmodSync, fstatSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { SavedInput } from '../../state/saved-state';
import { nameDescriptor } from '../../system/descriptors';
import { errorCode } from '../../system/errors';
import { makeFifos } from '../../system/fifo';
import { withOwnFile } from '../../system/trust/own-folder';
import type { Source } from '../parent/parent';
import type { Scene } from '../scene';
import { locateFifo } from '../transcript/unlinked-fifo';
import type { Interruption, ProgramInput, Taken } from './holder';
import { PIECE, writeWhenRoom } from './room';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const NAME = 'input';
/** A program that has changed its user can open /dev/stdin; only those who have the FIFO reach it in its folder. */
const MODE = 0o644;

type InputScene = Pick<Scene, 'clock' | 'parent' | 'order' | 'saveSoon'>;

/**
 * Makes a FIFO in the state folder for the next run, instead of the one of an earlier run.
 *
 * @returns the input, and the end that becomes the program's standard input
 * @throws the system's error; as `withOwnFile`
 */
export function makeControlInput(scene: InputScene): { input: ProgramInput; source: Source } {
  const { path, insecure } = placeOf(scene);
  return withOwnFile(
    path,
    place => {
      remove(place);
      makeFifos([place]);
      const first = openSync(place, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
      try {
        fchmodSync(first, MODE);
        const name = nameDescriptor(first, place);
        const writeEnd = openSync(name, O_WRONLY | O_NONBLOCK);
        try {
          const source = { fd: openSync(name, O_RDONLY), flags: O_RDONLY };
          return { input: new ControlInput(scene, writeEnd, 'open'), source };
        } catch (error) {
          closeSync(writeEnd);
          throw error;
        }
      } finally {
        closeSync(first);
      }
    },
    insecure,
  );
}

/**
 * Finds the FIFO of a run that an earlier manager has begun.
 *
 * @param state what that one has saved
 * @param program the pid of the program
 */
export function findControlInput(scene: InputScene, state: SavedInput, program: number): ProgramInput {
  const { path, insecure } = placeOf(scene);
  // That manager may have died before it let go of it.
  if (state === 'ended') scene.parent.release(NAME);
  const open = (place: string) => {
    const found = locateFifo(path, program, [0]);
    const isRemoved = found !== path;
    return openWriteEnd(isRemoved ? found : place, isRemoved ? 0 : O_NOFOLLOW);
  };
  return new ControlInput(scene, state === 'ended' ? null : withOwnFile(path, open, insecure), state);
}

/**
 * A FIFO that the program reads. Keeper and manager hold it open for writing, so that the program reads an end of file
 * when both let go of it, and not when a manager dies.
 */
class ControlInput implements ProgramInput {
  readonly enter = '\n';
  readonly isConsole = false;
  state: SavedInput;
  readonly #scene: InputScene;
  readonly #place: { path: string; insecure: boolean };
  /** The end for writing; null once the program has closed it, and after the end. */
  #fd: number | null;
  #endWait: (why: Interruption) => void = () => {};

  /** @param fd an end for writing that does not block, or null */
  constructor(scene: InputScene, fd: number | null, state: SavedInput) {
    this.#scene = scene;
    this.#place = placeOf(scene);
    this.#fd = fd;
    this.state = state;
    if (fd !== null) scene.parent.hold(NAME, fd, O_WRONLY);
  }

  async write(bytes: Buffer, until: number): Promise<Taken> {
    for (let taken = 0; ; ) {
      if (this.state === 'ended') return { taken, why: 'ended' };
      if (taken === bytes.length) return { taken, why: null };
      const { count, code } = this.#tryWrite(bytes.subarray(taken));
      taken += count;
      if (code === '') continue;
      if (code !== 'EAGAIN') return { taken, why: 'closed' };
      const piece = bytes.subarray(taken, taken + PIECE);
      const why = await this.#writeWhenRoom(piece, until);
      if (why !== null) return { taken, why };
      taken += piece.length;
    }
  }

  end(): 'closed' | null {
    const isRead = this.#isRead();
    this.state = 'ended';
    this.#scene.saveSoon();
    this.#letGo();
    return isRead ? null : 'closed';
  }

  interrupt(why: Interruption): void {
    this.#endWait(why);
  }

  close(): void {
    this.#endWait('closed');
    this.#letGo();
    const { path, insecure } = this.#place;
    try {
      withOwnFile(path, remove, insecure);
    } catch {
      // The folder is not available; the next run makes its own FIFO in any case.
    }
  }

  /** Without a reader, a FIFO cannot be opened for writing alone. */
  #isRead(): boolean {
    const fd = this.#fd === null ? null : openWriteEnd(nameDescriptor(this.#fd, this.#place.path));
    if (fd !== null) closeSync(fd);
    return fd !== null;
  }

  #letGo(): void {
    if (this.#fd === null) return;
    this.#scene.parent.release(NAME);
    closeSync(this.#fd);
    this.#fd = null;
  }

  #tryWrite(bytes: Buffer): { count: number; code: string } {
    if (this.#fd === null) return { count: 0, code: 'EPIPE' };
    try {
      return { count: writeSync(this.#fd, bytes), code: '' };
    } catch (error) {
      return { count: 0, code: errorCode(error) };
    }
  }

  /**
   * Writes a piece as soon as the program has made room. The room of a FIFO is an event only for a stream, which gets an
   * end of its own: the piece is still unwritten when that is closed early.
   *
   * @returns null when it is written
   */
  #writeWhenRoom(piece: Buffer, until: number): Promise<Interruption | 'full' | null> {
    const fd = this.#fd === null ? null : openWriteEnd(nameDescriptor(this.#fd, this.#place.path));
    if (fd === null) return Promise.resolve('closed');
    const wait = writeWhenRoom(fd, piece, { until, clock: this.#scene.clock });
    this.#endWait = wait.end;
    return wait.done;
  }
}

function placeOf({ order }: InputScene): { path: string; insecure: boolean } {
  return { path: join(order.stateFolder, NAME), insecure: order.settings.insecure };
}

/** @returns null without a reader, or without the FIFO */
function openWriteEnd(path: string, flags = 0): number | null {
  let fd: number;
  try {
    fd = openSync(path, O_WRONLY | O_NONBLOCK | flags);
  } catch {
    return null;
  }
  if (fstatSync(fd).isFIFO()) return fd;
  closeSync(fd);
  return null;
}

/** Leaves a folder of that name to `makeFifos`. */
function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // There is none.
  }
}
