import type { ManagerCommand } from '../../protocol/keeper/command';
import {
  type Launch,
  type LaunchOrder,
  programWords,
  showDaemon,
  writeLaunch,
} from '../../protocol/launch-order';
import { pickManagerEnvironment } from '../../protocol/manager-environment';
import { type Clock, sleep } from '../../system/clock';
import { type Identity, identify, isRunning } from '../../system/identity';
import { readAge } from '../../system/processes';
import type { EventLog } from '../event-log';
import { CurrentParent } from './current-parent';
import { startKeeper } from './find-keeper';
import { KeeperParent } from './keeper-parent';
import { NodeParent } from './node-parent';
import type { Parent } from './parent';

/** Seconds: a keeper that lived shorter is replaced after a pause, for the next one would hardly live longer. */
const SHORT_LIFE = 1;
const PAUSE = 5;
/** Seconds that the keeper has to exit. */
const EXIT_LIMIT = 1;
const POLL = 0.01;
const NO_OTHER =
  'cannot start another keeper; if this manager is killed too, no other one follows until the next start';

export interface KeepingOptions {
  launch: Launch;
  keeper: KeeperParent | null;
  clock: Clock;
  log: EventLog;
  /** The keeper is dead, and the program no child of it any more; another one is being started, or not. */
  lost(isReplaced: boolean): void;
  /** The descriptor of the lock on the state folder, which another keeper is to hold as well; null if it is unknown. */
  findLock(): number | null;
  /** Another keeper is there. */
  found(): void;
}

/** A manager's relation to its keeper: it takes charge, loses it, gets another one, and leaves. */
export class Keeping {
  readonly parent: CurrentParent;
  readonly #options: KeepingOptions;
  #keeper: KeeperParent | null;
  #identity: Identity | null;
  /** The order that the next manager will get. */
  #order: LaunchOrder | null = null;

  constructor(options: KeepingOptions) {
    const { keeper, launch } = options;
    this.#options = options;
    this.#keeper = keeper;
    this.#identity = keeper && identify(keeper.keeperPid);
    this.parent = new CurrentParent(keeper ?? new NodeParent());
    if (keeper) this.#listen(keeper);
    else if (!launch.order.attached) void this.#replace(null);
  }

  get keeper(): KeeperParent | null {
    return this.#keeper;
  }

  /** For whoever finds the manager dead. */
  get identity(): Identity | null {
    return this.#identity;
  }

  /** From now on, a manager that dies is replaced by one that follows this order. */
  takeCharge(order: LaunchOrder): void {
    if (order === this.#order || !this.#keeper) return;
    this.#order = order;
    const { launch } = this.#options;
    const memo = writeLaunch({ ...launch, order: { ...order, purpose: 'start' } });
    this.#keeper.takeCharge(memo, nameManager(order));
  }

  /** Leaves for good, with the keeper; resolves when its lock is free. */
  async leave(): Promise<void> {
    const { launch, clock } = this.#options;
    const keeper = this.#keeper;
    this.#keeper = null;
    if (!keeper) return;
    const { attached } = launch.order;
    keeper.leave(!attached);
    // With `daemon off`, the client waits for the keeper, which exits with the exit status of this manager.
    if (!attached) await Promise.race([keeper.closed, sleep(EXIT_LIMIT, clock)]);
  }

  /** Leaves the keeper to the successor. */
  forget(): void {
    if (this.#keeper) this.#keeper.listener = { told() {}, lost() {} };
    this.#keeper = null;
  }

  #listen(keeper: KeeperParent): void {
    keeper.listener.lost = () => this.#lose();
  }

  #lose(): void {
    const { launch, log, clock, lost } = this.#options;
    const identity = this.#identity;
    const age = identity && readAge(identity.startTime);
    const isReplaced = !launch.order.attached && (age === null || age > SHORT_LIFE);
    this.#keeper = null;
    this.#identity = null;
    this.#order = null;
    const text = isReplaced ? '; starting another one' : '';
    log.log('error', `the keeper was killed; how the program exits will be unknown${text}`);
    lost(isReplaced);
    if (isReplaced) void this.#replace(identity);
    else void this.parent.replace(async () => null);
    if (!isReplaced && !launch.order.attached) clock.after(PAUSE, () => void this.#replace(null));
  }

  async #replace(lost: Identity | null): Promise<void> {
    const parent = await this.parent.replace(() => this.#start(lost));
    if (!(parent instanceof KeeperParent)) {
      if (lost) this.#options.log.log('error', NO_OTHER);
      return;
    }
    this.#keeper = parent;
    this.#identity = identify(parent.keeperPid);
    this.#listen(parent);
    this.#options.found();
  }

  async #start(lost: Identity | null): Promise<Parent | null> {
    const { launch, clock, findLock } = this.#options;
    const { order, openFiles } = launch;
    // One that is alive has dropped this manager, and begins another one.
    for (let polls = 0; lost && isRunning(lost); polls++) {
      if (polls * POLL > EXIT_LIMIT) process.exit(1);
      await sleep(POLL, clock);
    }
    const lock = findLock();
    if (lock === null) return null;
    const { PATH: path } = process.env;
    return startKeeper({ daemon: showDaemon(order), openFiles, ownSession: true, lock, path });
  }
}

/** The command that begins a manager like this one. */
export function nameManager(
  order: LaunchOrder,
  execPath = process.execPath,
  script = process.argv[1] ?? '',
): ManagerCommand {
  // The words after the socket are only for users of `ps`; the manager reads the order.
  const words = [execPath, script, order.socket, ...programWords(order)];
  return { words, environment: pickManagerEnvironment(process.env) };
}
