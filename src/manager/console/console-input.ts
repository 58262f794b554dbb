import type { Clock } from '../../system/clock';
import type { Interruption, ProgramInput, Taken } from '../input/holder';
import { PIECE, writeWhenRoom } from '../input/room';
import type { Console } from './console';

/** What the terminal takes for the end of a file, at the beginning of a line (VEOF of termios(3)). */
const END = Buffer.from('\x04');

export interface ConsoleScene {
  readonly clock: Clock;
  /** Its console can be another one after a handover that has failed. */
  readonly transcript: { readonly console: Console | null } | null;
}

/** The terminal of the program as its input: what is written to it counts as typed. */
export class ConsoleInput implements ProgramInput {
  readonly enter = '\r';
  readonly isConsole = true;
  readonly state = undefined;
  readonly #scene: ConsoleScene;
  #endWait: (why: Interruption) => void = () => {};

  constructor(scene: ConsoleScene) {
    this.#scene = scene;
  }

  async write(bytes: Buffer, until: number): Promise<Taken> {
    for (let taken = 0; ; ) {
      const console = this.#scene.transcript?.console;
      if (!console?.isOpen) return { taken, why: 'closed' };
      taken += console.type(bytes.subarray(taken));
      if (taken === bytes.length) return { taken, why: null };
      const fd = console.openInput();
      if (fd === null) return { taken, why: 'closed' };
      const piece = bytes.subarray(taken, taken + PIECE);
      const wait = writeWhenRoom(fd, piece, { until, clock: this.#scene.clock });
      this.#endWait = wait.end;
      const why = await wait.done;
      if (why !== null) return { taken, why };
      taken += piece.length;
    }
  }

  end(): 'closed' | null {
    const console = this.#scene.transcript?.console;
    if (!console?.isOpen) return 'closed';
    console.type(END);
    return null;
  }

  interrupt(why: Interruption): void {
    this.#endWait(why);
  }

  close(): void {
    this.#endWait('closed');
  }
}
