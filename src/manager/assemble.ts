import type { LaunchOrder, Stage } from '../protocol/launch-order';
import type { UpgradeParams } from '../protocol/messages';
import type { SavedState } from '../state/saved-state';
import { type Clock, systemClock } from '../system/clock';
import { GarbageCollector } from '../system/collect-garbage';
import { describeReason, UserError } from '../system/errors';
import { answerRequest } from './control/answer';
import type { EventLog } from './event-log';
import { Manager } from './manager';
import { CurrentParent } from './parent/current-parent';
import { NodeParent } from './parent/node-parent';
import { FolderGuard } from './record/folder-guard';
import type { Surroundings } from './startup';
import { handOver, handOverBlindly } from './takeover/handover';
import { Holdings } from './takeover/holdings';

/** Seconds until a failed save of the state is retried. */
const SAVE_RETRY = 2;

/** Connects the parts of a running manager. */
export class Assembly {
  readonly manager: Manager;
  readonly #order: LaunchOrder;
  readonly #environment: Record<string, string | undefined>;
  readonly #log: EventLog;
  readonly #clock: Clock = systemClock;
  readonly #collector = new GarbageCollector(this.#clock);
  readonly #folder: FolderGuard;
  readonly #holdings: Holdings;
  #willSaveAgain = false;

  /**
   * @param order the order the manager follows
   * @param surroundings what `settleIn` found
   * @param log the open event log
   */
  constructor(order: LaunchOrder, { environment, folders, saved }: Surroundings, log: EventLog) {
    this.#order = order;
    this.#environment = environment;
    this.#log = log;
    this.#folder = new FolderGuard(order.stateFolder, log, () => this.#exitDeposed());
    const parent = new CurrentParent(new NodeParent());
    const holdings = new Holdings({
      parent,
      order,
      clock: this.#clock,
      log,
      programPid: () => this.manager.status().pid,
      answer: line => {
        this.#collector.noteRequest();
        return answerRequest(line, this.manager);
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
      parent,
      saved: saved.state,
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
    enter('transcript');
    this.#holdings.openTranscript(program);
    enter('socket');
    await this.#holdings.openSocket();
  }

  /** Hands over to a new manager after an error whose extent is unknown, and exits. */
  replaceItself(): void {
    this.#folder.check();
    const order = { ...this.manager.successorOrder(), replacement: true };
    this.manager.freeze();
    this.#holdings.release();
    const successor = { order, execPath: process.execPath, script: process.argv[1] ?? '' };
    handOverBlindly({ ...successor, environment: this.#environment }).then(
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
    if (this.#order.attached)
      throw new UserError('it was started with daemon off and holds a terminal; stop and start it instead');
    this.#folder.check();
    if (!this.#folder.isOwn)
      throw new UserError(`the state folder ${this.#order.stateFolder} is not available`);
    const pid = await handOver({
      order,
      execPath,
      script,
      environment: this.#environment,
      clock: this.#clock,
      release: () => this.#holdings.release(),
      resume: () => this.#holdings.resume(),
    });
    this.#log.log('info', `manager pid=${pid} took over`);
    // The answer to the upgrade request is sent first.
    setImmediate(() => void this.#holdings.close().then(() => process.exit(0)));
    return pid;
  }

  #leave(status: number): void {
    // Wait one more turn of the event loop, so that a waiting launcher gets its answer first.
    void this.#holdings.close().then(() =>
      setImmediate(() => {
        this.#log.close();
        process.exit(status);
      }),
    );
  }

  #exitDeposed(): never {
    this.#log.log('critical', 'another manager owns the state folder and therefore the program; exiting');
    process.exit(1);
  }

  #save(state: SavedState): boolean {
    this.#collector.noteActivity();
    this.#folder.check();
    const isSaved = this.#folder.save(state);
    if (!isSaved) this.#saveLater();
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
