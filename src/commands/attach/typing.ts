import type { ActionContext } from '../../client/context';
import { askManager } from '../../client/situation';
import type { ScreenSize } from '../../protocol/console';
import type { SendParams, SendRefusal, SendReply } from '../../protocol/sending';
import { nameCaller } from '../../system/users';

/** Bytes of one request; on a socket that others can use, a request has 10 KB at most. */
const PIECE = 6 * 1024;
/** Seconds that a manager takes to answer at most. */
const ANSWER_LIMIT = 30;

/** Sends what a visitor types, in order. What is typed while a request is under way goes with the next one. */
export class Typing {
  readonly #context: ActionContext;
  readonly #refused: (why: SendRefusal) => void;
  #waiting: Buffer[] = [];
  #isSending = false;
  /** The number of the visitor, as the present manager has it. */
  #visitor = 0;
  /** The new size of the window, to be told before anything else is sent. */
  #size: { size: ScreenSize; redraw: boolean } | null = null;

  /** @param refused called when the program did not take what was typed */
  constructor(context: ActionContext, refused: (why: SendRefusal) => void) {
    this.#context = context;
    this.#refused = refused;
  }

  type(bytes: Buffer): void {
    this.#waiting.push(Buffer.from(bytes));
    void this.#send();
  }

  /** Another manager has answered. */
  begin(visitor: number): void {
    this.#visitor = visitor;
  }

  /** The window has another size. @param redraw have the program draw its screen again */
  resize(size: ScreenSize, redraw = false): void {
    this.#size = { size, redraw: redraw || (this.#size?.redraw ?? false) };
    void this.#send();
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      for (let bytes = this.#take(); bytes !== null; bytes = this.#take()) await this.#sendPart(bytes);
    } catch {
      // Without a manager there is nobody to type for; the visit says what has happened.
      this.#waiting = [];
      this.#refused('down');
    } finally {
      this.#isSending = false;
    }
  }

  #take(): Buffer | null {
    const all = Buffer.concat(this.#waiting);
    if (all.length === 0 && this.#size === null) return null;
    this.#waiting = all.length > PIECE ? [all.subarray(PIECE)] : [];
    return all.subarray(0, PIECE);
  }

  async #sendPart(bytes: Buffer): Promise<void> {
    const size = this.#size;
    this.#size = null;
    const visitor = this.#visitor;
    // The next manager is told anyway.
    if (size) await this.#ask('resize', { visitor, ...size }).catch(() => {});
    for (let rest = bytes; rest.length > 0; ) {
      const params: SendParams = { data: rest.toString('base64'), visitor, user: nameCaller() };
      const { sent, refused } = (await this.#ask('send', params)) as SendReply;
      rest = rest.subarray(sent);
      if (!refused) return;
      if (refused !== 'moved') return this.#refused(refused);
    }
  }

  #ask(method: 'resize' | 'send', params: object): Promise<unknown> {
    return askManager(this.#context, { limit: ANSWER_LIMIT }, method, params);
  }
}
