import type { LaunchOrder, Stage } from '../protocol/launch-order';
import type { UpgradeParams } from '../protocol/messages';
import type { SavedState } from '../state/saved-state';
import { type Clock, systemClock } from '../system/clock';
import { GarbageCollector } from '../system/collect-garbage';
import { describeReason, UserError } from '../system/errors';
import { answerRequest } from './control/answer';
import type { EventLog } from './event-log';
import { Manager } from './manager';
import { FolderGuard } from './record/folder-guard';
import type { Surroundings } from './startup';
import { handOver, handOverBlindly } from './takeover/handover';
import { Holdings } from './takeover/holdings';

/** Seconds until a state that could not be saved is saved again. */
const SAVE_RETRY = 2;

/** The parts of a running manager and what connects them. */
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
   * @param order what the manager works by
   * @param surroundings what `settleIn` found
   * @param log the open event log
   */
  constructor(order: LaunchOrder, { environment, folders, saved }: Surroundings, log: EventLog) {
    this.#order = order;
    this.#environment = environment;
    this.#log = log;
    this.#folder = new FolderGuard(order.stateFolder, log, () => this.#exitDeposed());
    const holdings = new Holdings({
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
   * @param program the pid of a program that is to be adopted, or null
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
        this.#log.log('critical', `cannot start a manager in place of this one: ${describeReason(error)}`);
        this.manager.thaw();
        void this.#holdings.resume();
      },
    );
  }

  async #handOver(order: LaunchOrder, { execPath, script }: UpgradeParams): Promise<number> {
    // The client in the foreground waits for the end of this process, and would take the change for it.
    if (this.#order.attached)
      throw new UserError('it was started with daemon off, and keeps a terminal; stop and start instead');
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
    // The answer to the request for this goes out first.
    setImmediate(() => void this.#holdings.close().then(() => process.exit(0)));
    return pid;
  }

  #leave(status: number): void {
    // One more turn of the loop, so that a launcher that still waits is answered first.
    void this.#holdings.close().then(() =>
      setImmediate(() => {
        this.#log.close();
        process.exit(status);
      }),
    );
  }

  #exitDeposed(): never {
    this.#log.log('critical', 'another manager has the state folder, and the program with it; exiting');
    process.exit(1);
  }

  #save(state: SavedState): boolean {
    this.#collector.noteActivity();
    this.#folder.check();
    const isSaved = this.#folder.save(state);
    if (!isSaved) this.#saveLater();
    return isSaved;
  }

  /** A full disk may have room again by then. */
  #saveLater(): void {
    if (this.#willSaveAgain) return;
    this.#willSaveAgain = true;
    this.#clock.after(SAVE_RETRY, () => {
      this.#willSaveAgain = false;
      this.manager.saveState();
    });
  }
}
