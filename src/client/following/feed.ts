import { type EndRecord, type HistoryReply, isEnd } from '../../protocol/history';
import type { OutputReply, StatusReport } from '../../protocol/messages';
import { sleep } from '../../system/clock';
import { UserError } from '../../system/errors';
import type { ActionContext } from '../context';
import { findEnds } from '../history';
import { viewReport } from '../query';
import { PlainManager, RequestFailed } from '../request';
import { observe, type Situation, viewOf } from '../situation';
import { openSubscription } from './follow';
import type { Subscription } from './subscription';

/** Seconds after which a manager that does not answer counts as lost. */
const PATIENCE = 2;
/** Seconds between two looks, however fast events follow each other. */
const REST = 0.1;
/** Bytes of output that are kept. */
const MOST_OUTPUT = 64 * 1024;

export interface FeedOptions {
  /** Called when there may be something new. */
  changed(): void;
  /** Whether output and ends are asked for as well. */
  isWhole: boolean;
}

/**
 * What is known of a program and its manager, for as long as somebody looks. Events say when to ask; a manager that dies,
 * is replaced or begins is followed, and one that does not answer is waited for.
 */
export class Feed {
  /** The last situation that was seen. */
  situation: Situation;
  /** The last ends, oldest first. */
  ends: readonly EndRecord[] = [];
  /** The last bytes of output. */
  output: Buffer = Buffer.alloc(0);
  /** Rises when the situation was looked at with what the manager runs. */
  version = 0;
  /** Why nothing is known now, as a sentence; null if there is no such reason. */
  fault: string | null = null;
  readonly #context: ActionContext;
  readonly #options: FeedOptions;
  readonly #over = new AbortController();
  #subscription: Subscription | null = null;
  #position: { managerPid: number; to: number } | null = null;
  #wake = () => {};
  #isRung = false;
  #hasNews = false;
  #lostAt: number | null = null;
  #askedAt: number | null = null;

  /** @param situation the first look */
  constructor(context: ActionContext, situation: Situation, options: FeedOptions) {
    this.#context = context;
    this.situation = situation;
    this.#options = options;
  }

  /** Seconds since the manager was heard last; null while it answers, and where there is none. */
  get silence(): number | null {
    const now = this.#context.clock.now();
    if (this.#lostAt !== null) return now - this.#lostAt;
    return this.#askedAt !== null && now - this.#askedAt > PATIENCE ? now - this.#askedAt : null;
  }

  /** Looks until `close`. @throws what is not a fault of the user or of the system */
  async run(): Promise<void> {
    while (!this.#over.signal.aborted) {
      try {
        if (!(await this.#follow())) await this.#look();
        this.fault = null;
      } catch (error) {
        this.#askedAt = null;
        if (!(error instanceof UserError) && !isSystemError(error)) throw error;
        this.fault = (error as Error).message;
      }
      this.#options.changed();
      await this.#next();
    }
  }

  /** Looks again soon. */
  tick(): void {
    this.#ring();
  }

  close(): void {
    this.#over.abort();
    this.#subscription?.close();
    this.#ring();
  }

  /** @returns whether the connection was open, and has ended */
  async #follow(): Promise<boolean> {
    this.#askedAt = this.#context.clock.now();
    const opened = await openSubscription(this.#context, undefined, this.#over.signal).catch(error => {
      // A manager of zdaemon or of an earlier zd, or one with too many subscribers.
      if (error instanceof RequestFailed || error instanceof PlainManager) return null;
      throw error;
    });
    if (opened === null) {
      this.#askedAt = null;
      return false;
    }
    const { subscription } = opened;
    this.#subscription = subscription;
    this.#hasNews = true;
    this.#position = null;
    const pump = this.#pump(subscription);
    try {
      while (!this.#over.signal.aborted) {
        await this.#refresh(subscription);
        this.#options.changed();
        await sleep(REST, this.#context.clock);
        await this.#next();
      }
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
    } finally {
      this.#subscription = null;
      this.#askedAt = null;
      subscription.close();
      await pump;
    }
    this.#lostAt = this.#context.clock.now();
    await sleep(REST, this.#context.clock);
    this.#ring();
    return true;
  }

  /** Each event rings, and so does the end of the connection. */
  async #pump(subscription: Subscription): Promise<void> {
    while ((await subscription.next()) !== null) {
      this.#hasNews = true;
      this.#ring();
    }
    this.#ring();
  }

  async #refresh(subscription: Subscription): Promise<void> {
    const hasNews = this.#hasNews;
    this.#hasNews = false;
    this.#askedAt = this.#context.clock.now();
    const report = (await subscription.ask('status', { settings: hasNews })) as StatusReport;
    const before = viewOf(this.situation)?.report;
    const running = report.running ?? before?.running;
    this.situation = { kind: 'managed', view: viewReport({ ...report, ...(running ? { running } : {}) }) };
    this.#lostAt = null;
    if (hasNews) this.version += 1;
    if (this.#options.isWhole) {
      if (hasNews) this.ends = ((await subscription.ask('history', {})) as HistoryReply).ends.filter(isEnd);
      await this.#readOutput(subscription);
    }
    this.#askedAt = null;
  }

  /** A program with `daemon off` has no transcript. */
  async #readOutput(subscription: Subscription): Promise<void> {
    const after = this.#position ? { after: this.#position.to } : {};
    try {
      const { managerPid, from, to, bytes } = (await subscription.ask('output', after)) as OutputReply;
      const isNext = this.#position?.managerPid === managerPid && from === this.#position.to;
      const fresh = Buffer.from(bytes, 'base64');
      // A manager that has just begun may have nothing yet.
      const isSame = this.#position === null && fresh.length === 0;
      if (isNext) this.output = Buffer.concat([this.output, fresh]).subarray(-MOST_OUTPUT);
      else if (!isSame) this.output = fresh;
      this.#position = { managerPid, to };
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
    }
  }

  /** Without a connection. What the manager has left is read anew, so that its end is known. */
  async #look(): Promise<void> {
    const before = this.situation;
    const situation = await observe(this.#context, { settings: true }, this.#over.signal);
    this.situation = situation;
    this.#lostAt = null;
    if (viewOf(situation)) this.version += 1;
    if (this.#options.isWhole && (viewOf(situation) || before.kind !== situation.kind))
      this.ends = (await findEnds(this.#context, situation)) ?? [];
  }

  #ring(): void {
    this.#isRung = true;
    this.#wake();
  }

  async #next(): Promise<void> {
    while (!this.#isRung)
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    this.#isRung = false;
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'code' in error;
}
