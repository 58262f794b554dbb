import type { SendParams, SendReply } from '../../protocol/sending';
import type { Clock } from '../../system/clock';
import type { ProgramInput } from './holder';

/** Seconds that a program may take to read what was sent. */
const ROOM_LIMIT = 5;

/** Writes what several clients send one after another, so that the pieces of one stay together. */
export class SendQueue {
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();
  #isHeld = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Another manager takes over: nothing more is written here. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
  }

  /** The time limit counts from now on, also while others are being served. */
  send(input: ProgramInput, params: SendParams): Promise<Pick<SendReply, 'sent' | 'refused'>> {
    const until = this.#clock.now() + ROOM_LIMIT;
    const turn = this.#last.then(() => this.#write(input, params, until));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #write(
    input: ProgramInput,
    { data, enter, eof }: SendParams,
    until: number,
  ): Promise<Pick<SendReply, 'sent' | 'refused'>> {
    if (this.#isHeld) return { sent: 0, refused: 'moved' };
    const bytes = Buffer.concat([Buffer.from(data, 'base64'), Buffer.from(enter ? input.enter : '')]);
    const { taken, why } = await input.write(bytes, until);
    if (why !== null) return { sent: taken, refused: why };
    const refused = eof ? input.end() : null;
    return { sent: taken, ...(refused ? { refused } : {}) };
  }
}
