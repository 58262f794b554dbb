import type { Clock } from '../../system/clock';
import type { Parent } from '../parent/parent';
import type { LogRecord, Receiver } from './record';
import type { Failure, Sender } from './sender';

/** Records that wait at most. */
const MOST = 100;
/** Seconds for one record. */
const LIMIT = 10;
/** Seconds between attempts: doubled with each, from the first to the last. */
const PAUSE = { first: 1, last: 60 };
/** Seconds that a manager waits for its last records. */
const FLUSH_LIMIT = 5;

export interface DeliveryOptions {
  clock: Clock;
  level: number;
  /** Gets one sentence when sending begins to fail. */
  report(text: string): void;
}

/** Sends records one after the other. What cannot be sent waits and is tried again; what has no room is counted. */
export class Delivery implements Receiver {
  readonly level: number;
  lost = 0;
  readonly #sender: Sender;
  readonly #options: DeliveryOptions;
  readonly #queue: LogRecord[] = [];
  readonly #buckets = new Map<string, Bucket>();
  #parent: Parent | null = null;
  /** Ends what is being sent. */
  #end: (() => void) | null = null;
  #cancelPause: (() => void) | null = null;
  #pause = PAUSE.first;
  #failure: string | null = null;
  /** Records lost, and withheld, since the last one that was sent. */
  #gap = 0;
  #withheld = 0;
  #settled: (() => void)[] = [];

  constructor(sender: Sender, options: DeliveryOptions) {
    this.#sender = sender;
    this.#options = options;
    this.level = options.level;
  }

  get problem(): string | null {
    if (this.#failure === null) return null;
    const waiting = this.#queue.length;
    const counts = `${waiting} ${waiting === 1 ? 'record waits' : 'records wait'}, ${this.lost} lost`;
    return `cannot send the event log to ${this.#sender.name}: ${this.#failure}; ${counts}`;
  }

  take(record: LogRecord): void {
    if (!this.#admits(record)) this.#withheld += 1;
    else if (this.#queue.length < MOST) this.#queue.push(record);
    else this.#lose();
    this.#next();
  }

  connect(parent: Parent): void {
    this.#parent = parent;
    this.#next();
  }

  flush(): Promise<void> {
    if (this.#queue.length === 0 || !this.#parent) return Promise.resolve();
    return new Promise(resolve => {
      const cancel = this.#options.clock.after(FLUSH_LIMIT, resolve);
      this.#settled.push(() => {
        cancel();
        resolve();
      });
      this.#resume();
    });
  }

  close(): void {
    this.#cancelPause?.();
    this.#end?.();
    this.#parent = null;
  }

  #admits({ level }: LogRecord): boolean {
    const { rate } = this.#sender;
    if (!rate) return true;
    const now = this.#options.clock.now();
    const bucket = this.#buckets.get(level) ?? { left: rate.most, since: now };
    this.#buckets.set(level, bucket);
    bucket.left = Math.min(rate.most, bucket.left + (now - bucket.since) / rate.every);
    bucket.since = now;
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  }

  #lose(): void {
    this.lost += 1;
    this.#gap += 1;
  }

  #next(): void {
    const [record] = this.#queue;
    if (!record) return this.#settle();
    if (this.#end || this.#cancelPause || !this.#parent) return;
    const { clock } = this.#options;
    const text = this.#gap > 0 ? `(${this.#gap} records lost) ${record.text}` : record.text;
    const [lost, withheld] = [this.#gap, this.#withheld];
    let isOver = false;
    const finish = (failure: Failure | null) => {
      if (isOver) return;
      isOver = true;
      cancel();
      this.#end = null;
      this.#finish(failure, { lost, withheld });
    };
    const cancel = clock.after(LIMIT, () => {
      this.#end?.();
      finish({ reason: `no answer within ${LIMIT} seconds` });
    });
    const job = { record: { ...record, text }, withheld, parent: this.#parent };
    const end = this.#sender.send(job, finish);
    const stop = () => {
      cancel();
      end();
    };
    if (!isOver) this.#end = stop;
  }

  #finish(failure: Failure | null, told: { lost: number; withheld: number }): void {
    if (failure === null || failure.isFinal) this.#queue.shift();
    if (failure === null) {
      this.#gap -= told.lost;
      this.#withheld -= told.withheld;
      this.#failure = null;
      this.#pause = PAUSE.first;
      return this.#next();
    }
    const isNew = this.#failure !== failure.reason;
    this.#failure = failure.reason;
    if (failure.isFinal) this.#lose();
    if (isNew) this.#options.report(`cannot send the event log to ${this.#sender.name}: ${failure.reason}`);
    this.#cancelPause = this.#options.clock.after(this.#pause, () => this.#resume());
    this.#pause = Math.min(PAUSE.last, this.#pause * 2);
    this.#settle();
  }

  #resume(): void {
    this.#cancelPause?.();
    this.#cancelPause = null;
    this.#next();
  }

  #settle(): void {
    for (const settled of this.#settled.splice(0)) settled();
  }
}

/** How many records of a level may be sent now. */
interface Bucket {
  left: number;
  since: number;
}
