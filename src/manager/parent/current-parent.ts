import { errorCode } from '../../system/errors';
import type { Identity } from '../../system/identity';
import { NodeParent } from './node-parent';
import { KEEPER_LOST, type Leftover, type Parent, type SpawnListener, type SpawnRequest } from './parent';

/** What a keeper holds for this manager. */
interface Held {
  fd: number;
  flags: number | undefined;
  isLocked: boolean;
}

/** The parent that the manager has at the moment: its keeper, or another one when that is dead. */
export class CurrentParent implements Parent {
  #parent: Parent;
  /** While a keeper is being started: what waits for it. */
  #waiting: (() => void)[] | null = null;
  readonly #held = new Map<string, Held>();

  constructor(parent: Parent) {
    this.#parent = parent;
  }

  get keeperPid(): number | null {
    return this.#parent.keeperPid;
  }

  /** Waits while a keeper is being started. */
  spawn(request: SpawnRequest, listener: SpawnListener): void {
    if (this.#waiting) this.#waiting.push(() => this.#parent.spawn(request, listener));
    else this.#parent.spawn(request, listener);
  }

  async signal(target: Identity, signal: number): Promise<void> {
    return this.#insist(() => this.#parent.signal(target, signal));
  }

  async signalGroup(leader: Identity, signal: number): Promise<void> {
    return this.#insist(() => this.#parent.signalGroup(leader, signal));
  }

  findDescendants(): Leftover[] {
    return this.#parent.findDescendants();
  }

  get isSpawning(): boolean {
    return this.#parent.isSpawning;
  }

  hold(name: string, fd: number, flags?: number): void {
    this.#held.set(name, { fd, flags, isLocked: false });
    this.#parent.hold(name, fd, flags);
  }

  async lock(name: string, fd: number): Promise<void> {
    await this.#insist(() => this.#parent.lock(name, fd));
    this.#held.set(name, { fd, flags: undefined, isLocked: true });
  }

  async release(name: string): Promise<void> {
    this.#held.delete(name);
    await this.#parent.release(name).catch(() => {});
  }

  /**
   * Replaces the parent. Until the other one is there, the manager itself sends signals, and spawns wait.
   *
   * @param begin starts the other parent; null leaves it to the manager itself
   */
  async replace(begin: () => Promise<Parent | null>): Promise<Parent> {
    this.#parent = new NodeParent();
    this.#waiting = [];
    this.#parent = (await begin().catch(() => null)) ?? this.#parent;
    for (const [name, { fd, flags, isLocked }] of this.#held)
      if (isLocked) this.#parent.lock(name, fd).catch(() => {});
      else this.#parent.hold(name, fd, flags);
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const act of waiting) act();
    return this.#parent;
  }

  /** Sends a signal once more when the keeper was lost before it answered. */
  async #insist(send: () => Promise<void>): Promise<void> {
    try {
      await send();
    } catch (error) {
      if (errorCode(error) !== KEEPER_LOST) throw error;
      await send();
    }
  }
}
