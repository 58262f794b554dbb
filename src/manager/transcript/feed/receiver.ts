import { closeSync, constants, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { News } from '../../../protocol/events';
import { KINDS, ROLES } from '../../../protocol/keeper/wire';
import type { LaunchOrder } from '../../../protocol/launch-order';
import type { Clock } from '../../../system/clock';
import { describeReason, UserError } from '../../../system/errors';
import { type Identity, identify, isRunning } from '../../../system/identity';
import { describeEnding, type Ending } from '../../../system/signals';
import type { EventLog } from '../../event-log';
import type { KeeperParent } from '../../parent/keeper-parent';
import type { KeptRun } from '../../parent/kept-run';
import { KEEPER_LOST, type Parent, SpawnError } from '../../parent/parent';
import { describeFailure } from '../../program/describe-failure';
import { prepareSpawn, type SpawnSurroundings } from '../../program/prepare-spawn';
import { NewsFifo } from '../../readiness/signs/news-fifo';
import type { OutputCommand } from '../options';
import type { Destination } from '../sink';
import { Complaints } from './complaints';
import { endReceiver, killSession } from './end';
import { ReceiverFifo } from './fifo';
import { findKept, retire, SLOTS } from './kept';
import { Sinks } from './sinks';
import { type ReceiverState, ReceiverTarget } from './target';

const { O_RDONLY, O_WRONLY } = constants;
/** Seconds: one that has lived shorter is started again after a pause. */
const SHORT_LIFE = 1;
/** Seconds between looks at whether one that reads nothing is still there. */
const LOOK = 1;
export interface ReceiverOptions {
  order: LaunchOrder;
  parent: Parent;
  /** May still have the command of an earlier manager as its child. */
  keeper: KeeperParent | null;
  surroundings: Pick<SpawnSurroundings, 'environment' | 'folders' | 'runAs'>;
  /** The command that the manager before has run, if it has saved one. */
  former: readonly string[] | null;
  clock: Clock;
  log: EventLog;
  /** Tells the subscribers of events. */
  emit(news: News): void;
  /** A start must not go on without it. */
  mustRun: boolean;
}

/**
 * Keeps the command of `transcript-program` running. It outlives its manager: the keeper has it as a child and holds its
 * FIFO, and the next manager takes it over. Its reader is never told the end before `end`.
 */
export class Receiver implements OutputCommand, ReceiverState {
  readonly title: string;
  readonly target = new ReceiverTarget(this);
  readonly settled: Promise<void>;
  fifo: ReceiverFifo | null = null;
  absence: string | null = null;
  readonly #options: ReceiverOptions;
  readonly #words: string[];
  readonly #complaints: Complaints;
  #news: NewsFifo | null = null;
  #run: { identity: Identity; since: number } | null = null;
  #isSpawning = false;
  /** How many have died quickly in a row. */
  #quick = 0;
  #isFrozen = false;
  /** Called when it has exited, or cannot be run; then it is not started again. */
  #ended: (() => void) | null = null;
  #nextLook = 0;
  #cancelPause = () => {};
  #settle: { resolve(): void; reject(error: Error): void } = { resolve() {}, reject() {} };

  /** @throws the system's error when its FIFOs cannot be made */
  constructor(options: ReceiverOptions) {
    const { order, clock, log } = options;
    this.#options = options;
    this.#words = order.settings.transcriptProgram ?? [];
    this.title = `transcript-program ${basename(this.#words[0] ?? '')}`;
    this.#complaints = new Complaints(clock, line => log.log('warn', `${this.title}: ${line}`));
    this.settled = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.settled.catch(() => {});
    this.#begin();
  }

  combine(file: Destination, own: Destination): Destination {
    return new Sinks(file, own);
  }

  get pid(): number | null {
    return this.#run?.identity.pid ?? null;
  }

  /** Starts none while another manager takes over: that one would not know of it. */
  freeze(): void {
    this.#isFrozen = true;
    this.#cancelPause();
  }

  /** The other manager has given up. */
  thaw(): void {
    if (!this.#isFrozen) return;
    this.#isFrozen = false;
    if (!this.#run && !this.#isSpawning) this.#spawn();
  }

  /** A command that an earlier manager began may have exited unnoticed, so this looks whether it is alive. */
  noteFull(): void {
    const { clock } = this.#options;
    if (!this.#run || clock.now() < this.#nextLook) return;
    this.#nextLook = clock.now() + LOOK;
    if (!isRunning(this.#run.identity)) this.#exited({ code: null, signal: null });
  }

  hurry(): void {
    this.#cancelPause();
    if (!this.#run && !this.#isSpawning && !this.#isFrozen) this.#spawn();
  }

  /** Whether there is one, or there soon will be. */
  get isComing(): boolean {
    return this.#run !== null || this.#isSpawning;
  }

  async end(): Promise<void> {
    const { parent, clock, order, log } = this.#options;
    const { fifo } = this;
    if (!fifo) return;
    this.#cancelPause();
    const ended = new Promise<void>(resolve => {
      this.#ended = resolve;
    });
    parent.release(SLOTS.write);
    fifo.end();
    this.fifo = null;
    if (this.isComing)
      await endReceiver({
        ended,
        title: this.title,
        order,
        parent,
        clock,
        log,
        find: () => this.#run?.identity,
      });
    const rest = fifo.takeRest();
    if (rest > 0)
      log.log(
        'error',
        `${rest} bytes of output for ${this.title} were lost: ${this.absence ?? 'it did not read them'}`,
      );
    for (const slot of [SLOTS.read, SLOTS.news]) parent.release(slot);
    fifo.close();
    this.#complaints.end();
    this.#news?.close();
  }

  #begin(): void {
    const { keeper, order, former } = this.#options;
    const { stateFolder, settings } = order;
    const path = join(stateFolder, 'receiver');
    const kept = findKept(keeper);
    const isSame = JSON.stringify(former) === JSON.stringify(this.#words) && existsSync(path);
    const continues = keeper !== null && keeper.role !== ROLES.launch && keeper.role !== ROLES.attach;
    this.fifo = new ReceiverFifo(path, kept ? !isSame : !continues, settings.insecure);
    this.#news = new NewsFifo(`${path}-news`, settings.insecure, bytes => this.#complaints.add(bytes));
    this.#hold();
    if (kept && keeper && isSame) return this.#takeOver(keeper, kept);
    if (kept && keeper) retire(keeper, kept, this.#options);
    this.#spawn();
  }

  #hold(): void {
    const { parent } = this.#options;
    if (!this.fifo || !this.#news) return;
    parent.hold(SLOTS.read, this.fifo.readEnd);
    parent.hold(SLOTS.write, this.fifo.writeEnd, O_WRONLY);
    parent.hold(SLOTS.news, this.#news.descriptor);
  }

  #takeOver(keeper: KeeperParent, kept: KeptRun): void {
    this.#run = { identity: identify(kept.pid), since: this.#options.clock.now() };
    keeper.claim(kept, { exited: ending => this.#exited(ending) });
    this.#settle.resolve();
  }

  #spawn(): void {
    const { order, parent, surroundings, log } = this.#options;
    const { fifo } = this;
    if (!fifo || !this.#news) return;
    const found = prepareSpawn(this.#words, order, { ...surroundings, eventLog: log }, 'transcript-program');
    if ('reason' in found) return this.#fail(found.reason);
    const opened: number[] = [];
    const close = () => {
      for (const fd of opened.splice(0)) closeSync(fd);
    };
    try {
      opened.push(fifo.openForReader());
      const output = this.#news.openWriteEnd();
      opened.push(output.fd);
      this.#isSpawning = true;
      const descriptors = [{ fd: opened[0] ?? 0, flags: O_RDONLY }, output, output];
      parent.spawn(
        { ...found, kind: KINDS.receiver, ownSession: true, descriptors },
        {
          spawned: pid => {
            close();
            this.#noteSpawned(pid);
          },
          failed: error => {
            close();
            this.#isSpawning = false;
            // Whether it runs is unknown.
            if (error instanceof SpawnError && error.code === KEEPER_LOST) this.#renew();
            this.#fail(describeFailure(found, error));
          },
          exited: ending => this.#exited(ending),
        },
      );
    } catch (error) {
      close();
      this.#isSpawning = false;
      this.#fail(describeReason(error));
    }
  }

  #noteSpawned(pid: number): void {
    const { clock, log, emit } = this.#options;
    this.#isSpawning = false;
    this.#run = { identity: identify(pid), since: clock.now() };
    log.log('info', `spawned ${this.title}, pid=${pid}`);
    if (this.absence !== null) emit({ event: 'transcript-well', path: this.title, lost: 0 });
    this.absence = null;
    this.#settle.resolve();
  }

  #fail(reason: string): void {
    const { mustRun } = this.#options;
    this.#settle.reject(new UserError(`${this.title} cannot be run: ${reason}`));
    if (!mustRun) this.#settle.resolve();
    this.#quick += 1;
    this.#noteAbsence(`it cannot be run: ${reason}`, 'error');
  }

  #exited(ending: Ending): void {
    const { clock, parent } = this.#options;
    const run = this.#run;
    this.#run = null;
    if (!run) return;
    this.#complaints.end();
    // The keeper was killed, and this one has lost its parent.
    const { pid } = run.identity;
    if (isRunning(run.identity)) this.#renew();
    else killSession(pid, parent);
    if (this.#ended) return this.#ended();
    this.#quick = clock.now() < run.since + SHORT_LIFE ? this.#quick + 1 : 0;
    const verb = ending.signal === null ? 'ended with' : 'was';
    this.#noteAbsence(`pid ${pid} ${verb} ${describeEnding(ending)}`, 'warn');
  }

  /** It is started again at once, or after a pause that grows. */
  #noteAbsence(reason: string, level: 'warn' | 'error'): void {
    const { clock, log, emit, order } = this.#options;
    if (this.#ended) {
      this.absence = reason;
      return this.#ended();
    }
    const { backoffLimit } = order.settings;
    const pause = Math.min(this.#quick, backoffLimit === 0 ? SHORT_LIFE : backoffLimit);
    const when = pause === 0 ? 'now' : `in ${pause} s`;
    log.log(level, `${this.title}: ${reason}; it is started again ${when}`);
    if (this.absence === null) emit({ event: 'transcript-fault', path: this.title, reason });
    this.absence = reason;
    if (!this.#isFrozen) this.#cancelPause = clock.after(pause, () => this.#spawn());
  }

  /** Another FIFO: the one that has lost its parent reads the rest of its own, and its end. */
  #renew(): void {
    const { order } = this.#options;
    const former = this.fifo;
    if (!former) return;
    this.fifo = new ReceiverFifo(join(order.stateFolder, 'receiver'), true, order.settings.insecure);
    this.#hold();
    former.close();
  }
}
