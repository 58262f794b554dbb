import { ROLES } from '../protocol/keeper/wire';
import type { Launch, LaunchOrder, Stage } from '../protocol/launch-order';
import type { UpgradeParams } from '../protocol/messages';
import { findLock } from '../state/lock';
import type { SavedState } from '../state/saved-state';
import { type Clock, sleep, systemClock } from '../system/clock';
import { GarbageCollector } from '../system/collect-garbage';
import { describeReason, UserError } from '../system/errors';
import { answerRequest } from './control/answer';
import { Reception } from './control/reception';
import type { EventLog } from './event-log';
import { Manager } from './manager';
import type { KeeperParent } from './parent/keeper-parent';
import { Keeping, nameManager } from './parent/keeping';
import { becomingUser } from './parent/user-parent';
import { FolderGuard } from './record/folder-guard';
import { OtherManager, type Surroundings } from './startup';
import { handOver } from './takeover/handover';
import { Holdings } from './takeover/holdings';
import { passOn } from './takeover/pass-on';
import { beginAtKeeper, beginAtPipe, beginBlindly } from './takeover/successor';

/** Seconds: after an error, a manager that replaced a dead one and is younger continues instead of being replaced. */
const REPLACED_AGAIN = 60;
/** Seconds until the lock must be free of a process that is ending, and between polls. */
const CLAIM_LIMIT = 1;
const CLAIM_POLL = 0.02;
/** Seconds that a program waits for a reader of its output beside the manager. */
const SETTLE_LIMIT = 1;
/** Seconds for the last records of a manager that has handed over: the next one cannot be upgraded meanwhile. */
const LAST_RECORDS = 1;
/** Seconds until a failed save of the state is retried. */
const SAVE_RETRY = 2;

export interface AssemblyOptions {
  launch: Launch;
  /** What `settleIn` found. */
  surroundings: Surroundings;
  /** The open event log. */
  log: EventLog;
  keeper: KeeperParent | null;
}

/** Connects the parts of a running manager. */
export class Assembly {
  readonly manager: Manager;
  readonly reception = new Reception(line => answerRequest(line, this.manager));
  readonly #launch: Launch;
  readonly #keeping: Keeping;
  readonly #began = systemClock.now();
  readonly #log: EventLog;
  readonly #clock: Clock = systemClock;
  readonly #collector = new GarbageCollector(this.#clock);
  readonly #folder: FolderGuard;
  readonly #holdings: Holdings;
  readonly #mayLack: boolean;
  #willSaveAgain = false;

  constructor({ launch, surroundings, log, keeper }: AssemblyOptions) {
    const { environment, folders, runAs, saved, mayLack } = surroundings;
    this.#mayLack = mayLack;
    const { order } = launch;
    this.#launch = launch;
    this.#log = log;
    this.#folder = new FolderGuard(order.stateFolder, log, () => this.#exitDeposed());
    this.#keeping = new Keeping({
      launch,
      keeper,
      clock: this.#clock,
      log,
      lost: isReplaced => this.#loseKeeper(isReplaced),
      found: () => this.manager.saveState(),
      findLock: () => {
        this.#folder.check();
        return findLock(order.stateFolder);
      },
    });
    const { parent } = this.#keeping;
    log.connect(becomingUser(parent, runAs));
    const holdings = new Holdings({
      parent,
      order,
      runAs,
      clock: this.#clock,
      log,
      emit: news => this.manager.emit(news),
      keeper: () => this.#keeping.keeper,
      former: () => surroundings.saved.state?.order.settings.transcriptProgram ?? null,
      surroundings: { environment, folders, runAs },
      programPid: () => this.manager.status().pid,
      answer: line => {
        this.#collector.noteRequest();
        return this.reception.answer(line);
      },
      checkFolder: () => this.#folder.check() && this.manager.saveState(),
    });
    this.#holdings = holdings;
    this.manager = new Manager({
      order,
      clock: this.#clock,
      eventLog: log,
      get transcript() {
        return holdings.transcript;
      },
      environment,
      folders,
      runAs,
      serviceSocket: surroundings.serviceSocket,
      parent,
      keeper: () => this.#keeping.identity,
      saved: saved.state,
      inFolder: act => this.#folder.use(act),
      save: state => this.#save(state),
      socketProblem: () => holdings.socketProblem,
      handOver: (successor, params) => this.#handOver(successor, params),
      leave: status => this.#leave(status),
    });
  }

  /**
   * Opens what only one manager can hold: the transcript and the socket.
   *
   * @param program the pid of the program to adopt, or null
   * @param enter called with the name of each stage before it is tried
   * @throws the error of the stage that failed
   */
  async open(program: number | null, enter: (stage: Stage) => void): Promise<void> {
    await this.#claimFolder();
    enter('transcript');
    this.#holdings.openTranscript(program, this.#mayLack);
    enter('socket');
    // In place of a dead manager, there is nobody to report to; the disk may be read-only by now.
    if (this.#keeping.keeper?.role === ROLES.revive) await this.#holdings.openSocketSoon();
    else await this.#holdings.openSocket();
    const settled = program === null && this.#holdings.transcript?.settled;
    if (settled) enter('transcript');
    if (settled) await Promise.race([settled, sleep(SETTLE_LIMIT, this.#clock)]);
    this.#folder.watch(this.#clock, () => this.manager.saveState());
  }

  /**
   * Locks the folder if it was created again; a process that is ending may still hold the lock.
   *
   * @throws OtherManager if another manager holds it
   */
  async #claimFolder(): Promise<void> {
    for (
      const end = this.#clock.now() + CLAIM_LIMIT;
      !this.#folder.isOwn;
      await sleep(CLAIM_POLL, this.#clock)
    ) {
      this.#folder.check();
      if (!this.#folder.isContended) return;
      if (this.#clock.now() > end) throw new OtherManager();
    }
  }

  /**
   * Exits after an error whose extent is unknown, for a new manager to continue; but a manager that is itself new
   * continues, because another one would not do better.
   */
  replaceItself(): void {
    const { order } = this.#launch;
    // With `daemon off`, the client waits for this process, and would mistake its exit for the program's.
    if (order.replacement || order.attached) return;
    this.#folder.check();
    if (!this.#keeping.keeper) return this.#replaceBlindly();
    const isFresh = systemClock.now() < this.#began + REPLACED_AGAIN;
    if (this.#keeping.keeper.role !== ROLES.revive || !isFresh) process.exit(1);
  }

  #replaceBlindly(): void {
    const order = { ...this.manager.successorOrder(), replacement: true };
    this.manager.freeze();
    this.#holdings.release();
    beginBlindly(nameManager(order), { ...this.#launch, order }).then(
      () => process.exit(1),
      error => {
        this.#log.log('critical', `cannot start a replacement manager: ${describeReason(error)}`);
        this.manager.thaw();
        void this.#holdings.resume();
      },
    );
  }

  async #handOver(order: LaunchOrder, { execPath, script }: UpgradeParams): Promise<number> {
    // The client in the foreground waits for this process to exit, and would mistake the handover for that.
    if (this.#launch.order.attached)
      throw new UserError('it was started with daemon off and holds a terminal; stop and start it instead');
    this.#folder.check();
    if (!this.#folder.isOwn) throw new UserError(`the state folder ${order.stateFolder} is not available`);
    if (this.#holdings.holdsOutput)
      throw new UserError('it holds output that cannot be written to the transcript now; try again later');
    const launch = { ...this.#launch, order };
    const command = nameManager(order, execPath, script);
    const { keeper } = this.#keeping;
    const pid = await handOver({
      clock: this.#clock,
      begin: () => {
        this.#holdings.receiver?.freeze();
        return keeper ? beginAtKeeper(keeper, command, launch) : beginAtPipe(command, launch);
      },
      release: () => {
        if (keeper) this.#folder.release();
        this.#holdings.release();
      },
      resume: () => {
        this.#folder.resume();
        return this.#holdings.resume();
      },
    }).catch(error => {
      this.#holdings.receiver?.thaw();
      throw error;
    });
    this.#log.log('info', `manager pid=${pid} took over`);
    const sent = this.#log.flush();
    this.#keeping.forget();
    // The answer to the upgrade request is sent first.
    setImmediate(async () => {
      await this.#holdings.close();
      await passOn(order.socket, () => this.manager.unanswered, this.#clock);
      if (sent) await Promise.race([sent, sleep(LAST_RECORDS, this.#clock)]);
      process.exit(0);
    });
    return pid;
  }

  #leave(status: number): void {
    // Wait one more turn of the event loop, so that a waiting launcher gets its answer first.
    void this.#holdings.close().then(() =>
      setImmediate(async () => {
        const sent = this.#log.flush();
        if (sent) await sent;
        this.#log.close();
        this.#folder.discard();
        await this.#keeping.leave();
        process.exit(status);
      }),
    );
  }

  #loseKeeper(isReplaced: boolean): void {
    this.manager.loseKeeper();
    // With `daemon off`, the client has mistaken the end of the keeper for the program's.
    if (this.#launch.order.attached) this.manager.leave('the end of its keeper');
    else if (!isReplaced) this.manager.saveState();
  }

  #exitDeposed(): never {
    this.#log.log('critical', 'another manager owns the state folder and therefore the program; exiting');
    this.#keeping.keeper?.leave(true);
    process.exit(1);
  }

  #save(state: SavedState): boolean {
    this.#collector.noteActivity();
    this.#folder.check();
    const isSaved = this.#folder.save(state);
    this.#keeping.takeCharge(state.order);
    if (isSaved) this.#keeping.keeper?.exitsSaved();
    else this.#saveLater();
    return isSaved;
  }

  /** Retries the save: a full disk may have space by then. */
  #saveLater(): void {
    if (this.#willSaveAgain) return;
    this.#willSaveAgain = true;
    this.#clock.after(SAVE_RETRY, () => {
      this.#willSaveAgain = false;
      this.manager.saveState();
    });
  }
}
