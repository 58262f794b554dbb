import type { ActionContext } from '../../../client/context';
import { openSubscription } from '../../../client/following/follow';
import { followOutput } from '../../../client/following/output';
import { RequestFailed } from '../../../client/request';
import type { ProgramEvent } from '../../../protocol/events';
import type { EndRecord } from '../../../protocol/history';
import { sleep } from '../../../system/clock';
import { UserError } from '../../../system/errors';
import { describeEvent } from '../../inspect/events';
import { MissedEnds } from './missed-ends';
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
  /** Where the manager listens. */
  readonly socket: string;
  readonly #context: ActionContext;
  readonly #name: string;
  readonly #voice: Voice;
  readonly #changed: () => void;
  readonly #over = new AbortController();
  readonly #ended: Promise<unknown>;
  /** Resolves when the ends before now are known: what ends from then on is told. */
  readonly ready: Promise<unknown>;
  readonly #exited = new Set<number>();
  /** The number of the last event that was heard; undefined if only new ones are wanted. */
  #lastEvent: number | undefined;
  #isLast = false;
  /** What has gone wrong, so that it is said once. */
  #fault = '';

  /**
   * @param isManaged there is a manager, whose output and events before are not wanted
   * @param changed called when something has happened to the program
   */
  constructor(name: string, context: ActionContext, voice: Voice, isManaged: boolean, changed: () => void) {
    this.socket = context.configuration.settings.socketName;
    this.#name = name;
    this.#context = context;
    this.#voice = voice;
    this.#changed = changed;
    this.#lastEvent = isManaged ? undefined : 0;
    const [output, events] = [new MissedEnds(context), new MissedEnds(context)];
    this.ready = Promise.all([output.begin(), events.begin()]).catch(() => {});
    let lines = isManaged ? 0 : MOST_LINES;
    const follow = async () => {
      const wasHeard = await this.#followOutput(lines);
      lines = MOST_LINES;
      const missed = await output.next();
      if (wasHeard || missed.length === 0) return;
      for (const text of output.readLastOutput())
        voice.line(name, { bytes: Buffer.from(text), isPart: false, isError: false });
    };
    this.#ended = Promise.all([
      this.#again(follow),
      this.#again(async () => {
        await this.#followEvents();
        for (const end of await events.next()) this.#tellEnd(end);
      }),
    ]);
  }

  /** Ends with the manager, or soon if that goes on. */
  async finish(): Promise<void> {
    this.#isLast = true;
    await Promise.race([this.#ended, sleep(LAST_WORDS, this.#context.clock)]);
    this.#over.abort();
  }

  async #again(follow: () => Promise<void>): Promise<void> {
    while (!this.#over.signal.aborted) {
      const isLast = this.#isLast;
      await this.ready;
      try {
        await follow();
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        if (this.#fault !== error.message && !this.#over.signal.aborted)
          this.#voice.say(`cannot follow ${this.#name}: ${error.message}`);
        this.#fault = error.message;
      }
      if (isLast) return;
      await sleep(PAUSE, this.#context.clock);
    }
  }

  #followOutput(lines: number): Promise<boolean> {
    return followOutput(this.#context, {
      lines,
      over: this.#over.signal,
      onLine: line => this.#voice.line(this.#name, line),
      onDropped: count => this.#noteDropped(count ?? 0),
    });
  }

  #dropped: number | null = null;

  /** Of a program that says too much, at most once a second. */
  #noteDropped(count: number): void {
    if (this.#dropped !== null) {
      this.#dropped += count;
      return;
    }
    this.#dropped = count;
    this.#context.clock.after(1, () => {
      const lines = this.#dropped ? `${this.#dropped} lines` : 'lines';
      this.#voice.say(`${lines} of ${this.#name} were dropped: they came too fast`);
      this.#dropped = null;
    });
  }

  async #followEvents(): Promise<void> {
    const after = this.#lastEvent;
    const opened = await openSubscription(this.#context, after, this.#over.signal);
    if (opened === null) return;
    const { subscription, report } = opened;
    this.#lastEvent = after ?? report.lastEvent;
    try {
      for (let notice = await subscription.next(); notice; notice = await subscription.next())
        if ('n' in notice) this.#tell(notice);
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
    } finally {
      subscription.close();
      this.#changed();
    }
  }

  #tell(event: ProgramEvent): void {
    this.#lastEvent = event.n;
    if (event.event === 'exited' && typeof event.pid === 'number') this.#exited.add(event.pid);
    if (!DULL.includes(event.event)) this.#voice.news(this.#name, describeEvent(event), event);
    this.#changed();
  }

  /** As the event would have told it. */
  #tellEnd({ n: _, lines: __, ...end }: EndRecord): void {
    const isTold = end.pid !== undefined && this.#exited.delete(end.pid);
    if (isTold) return;
    const { code = null, signal = null } = end;
    const event: ProgramEvent = { event: 'exited', n: 0, program: this.#name, ...end, code, signal };
    this.#voice.news(this.#name, describeEvent(event), event);
    this.#changed();
  }
}
