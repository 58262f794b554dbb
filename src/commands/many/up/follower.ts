import type { ActionContext } from '../../../client/context';
import { openSubscription } from '../../../client/following/follow';
import { followOutput } from '../../../client/following/output';
import { RequestFailed } from '../../../client/request';
import { sleep } from '../../../system/clock';
import { UserError } from '../../../system/errors';
import { describeEvent } from '../../inspect/events';
import type { Voice } from './voice';

/** Seconds between looks for a manager where there is none. */
const PAUSE = 0.3;
/** Seconds that the last words of a program may take. */
const LAST_WORDS = 1;
/** Lines of a program that began before its output was followed. */
const MOST_LINES = 10_000;
/** Each is followed by another event at once. */
const DULL = ['starting', 'stopping', 'stopped'];

/** Follows the output and the events of one program, over the ends of its managers. */
export class Follower {
  readonly #context: ActionContext;
  readonly #name: string;
  readonly #voice: Voice;
  readonly #changed: () => void;
  readonly #over = new AbortController();
  readonly #ended: Promise<unknown>;
  #isLast = false;
  /** What has gone wrong, so that it is said once. */
  #fault = '';

  /**
   * @param isUp its manager has said before what it knows
   * @param changed called when something has happened to the program
   */
  constructor(name: string, context: ActionContext, voice: Voice, isUp: boolean, changed: () => void) {
    this.#name = name;
    this.#context = context;
    this.#voice = voice;
    this.#changed = changed;
    const events = this.#again(() => this.#followEvents(isUp));
    let lines = isUp ? 0 : MOST_LINES;
    const output = this.#again(async () => {
      const hasManager = await this.#followOutput(lines);
      if (hasManager || !isUp) lines = MOST_LINES;
    });
    this.#ended = Promise.all([events, output]);
  }

  /** Ends with the manager, or now if that goes on. */
  async finish(): Promise<void> {
    this.#isLast = true;
    await Promise.race([this.#ended, sleep(LAST_WORDS, this.#context.clock)]);
    this.#over.abort();
  }

  async #again(follow: () => Promise<void>): Promise<void> {
    while (!this.#over.signal.aborted) {
      const isLast = this.#isLast;
      try {
        await follow();
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        if (this.#fault !== error.message && !this.#over.signal.aborted)
          this.#voice.say(`cannot follow ${this.#name}: ${error.message}`);
        this.#fault = error.message;
      }
      if (isLast || this.#isLast) return;
      await sleep(PAUSE, this.#context.clock);
    }
  }

  #followOutput(lines: number): Promise<boolean> {
    return followOutput(this.#context, {
      lines,
      over: this.#over.signal,
      onLine: line => this.#voice.line(this.#name, line),
      onDropped: count =>
        this.#voice.say(`${count ?? 'some'} lines of ${this.#name} were dropped: they came too fast`),
    });
  }

  #last: number | undefined;

  async #followEvents(isUp: boolean): Promise<void> {
    const after = this.#last ?? (isUp ? undefined : 0);
    const opened = await openSubscription(this.#context, after, this.#over.signal);
    if (opened === null) return;
    const { subscription, report } = opened;
    this.#last ??= after ?? report.lastEvent;
    try {
      for (let notice = await subscription.next(); notice; notice = await subscription.next()) {
        if (!('n' in notice)) continue;
        this.#last = notice.n;
        if (!DULL.includes(notice.event)) this.#voice.news(this.#name, describeEvent(notice), notice);
        this.#changed();
      }
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
    } finally {
      subscription.close();
      this.#changed();
    }
  }
}
