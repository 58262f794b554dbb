import { constants, writeSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { type ManagerCommand, managerFields } from '../../protocol/keeper/command';
import {
  type Field,
  type FrameReader,
  KINDS,
  type Kind,
  packFrame,
  type Role,
  TO_KEEPER,
  TO_MANAGER,
} from '../../protocol/keeper/wire';
import { textToBytes } from '../../system/bytes';
import type { Identity } from '../../system/identity';
import { isAlive, readProcess, readTicks } from '../../system/processes';
import { systemError } from '../../system/run/system-error';
import { findDescendants } from './descendants';
import type { KeeperListener, PeerListener } from './keeper-listeners';
import { type Exit, isWelcome, type KeptRun, readExit, readRuns } from './kept-run';
import { packSpawn } from './pack-spawn';
import type { Leftover } from './parent';
import {
  KEEPER_LOST,
  type Parent,
  SpawnError,
  type SpawnListener,
  type SpawnRequest,
  type SpawnStage,
} from './parent';
import { endingOf } from './wait-status';

/** Its pid is 0 until the keeper has answered; `since` is what `readTicks` returned before. */
interface Run {
  pid: number;
  since: number | null;
  kind: Kind;
  listener: SpawnListener;
}

export type { KeeperListener, PeerListener } from './keeper-listeners';

/** The wire to a keeper, with what came over it first. */
export interface Wire {
  stream: Duplex;
  /** The descriptor of the stream, for what must be written at once. */
  fd: number;
  reader: FrameReader;
  /** The frames that have come: the welcome, and what followed it at once. */
  frames: Buffer[][];
}

/** The keeper as parent, at the other end of the wire. */
export class KeeperParent implements Parent {
  readonly keeperPid: number;
  /** Resolves when the keeper is gone. */
  readonly closed: Promise<void>;
  readonly role: Role;
  /** What the previous manager left for the next one. */
  readonly memo: string;
  /** The processes that the keeper had when this manager came. */
  readonly kept: readonly KeptRun[];
  listener: KeeperListener = { told() {}, lost() {} };
  peer: PeerListener = { text() {}, closed() {} };
  readonly #wire: Wire;
  readonly #runs = new Map<string, Run>();
  /** What an earlier manager has spawned beside the program, by id. */
  readonly #helpers = new Map<string, KeptRun>();
  /** What waits for an errno. */
  readonly #questions = new Map<string, { call: string; resolve(): void; reject(error: Error): void }>();
  /** Exits of runs that no one has claimed yet. */
  readonly #unclaimed: Exit[] = [];
  /** Sequence numbers of exits that were reported and are not saved yet. */
  readonly #reported: number[] = [];
  #lastSequence = 0;
  #count = 0;

  /** @throws Error when the first frame is not a welcome */
  constructor(wire: Wire) {
    this.closed = new Promise(resolve => wire.stream.once('close', resolve));
    this.#wire = wire;
    const welcome = wire.frames.find(isWelcome);
    if (!welcome) throw new Error('the keeper did not begin with its welcome');
    const [, role, keeperPid, memo, ...runs] = welcome;
    this.role = String(role) as Role;
    this.keeperPid = Number(keeperPid);
    this.memo = String(memo);
    this.kept = readRuns(runs);
    for (const run of this.kept) if (run.kind !== KINDS.program) this.#helpers.set(run.id, run);
    wire.stream.on('data', bytes => this.#receive(bytes));
    wire.stream.on('error', () => {});
    wire.stream.on('close', () => this.#lose());
    for (const frame of wire.frames) this.#obey(frame);
  }

  spawn(request: SpawnRequest, listener: SpawnListener): void {
    const id = `${process.pid}.${++this.#count}`;
    this.#runs.set(id, { pid: 0, since: readTicks(), kind: request.kind, listener });
    this.#send(TO_KEEPER.spawn, id, ...packSpawn(request));
  }

  /** Listens to a run of an earlier manager; its exit may be known already, and how a helper ended is not kept. */
  claim(run: KeptRun, listener: Pick<SpawnListener, 'exited'>): void {
    if (run.kind !== KINDS.program && !this.#helpers.delete(run.id))
      return queueMicrotask(() => listener.exited({ code: null, signal: null }));
    const nothing = () => {};
    const unused = { spawned: nothing, failed: nothing };
    const { pid, kind } = run;
    this.#runs.set(run.id, { pid, since: null, kind, listener: { ...unused, ...listener } });
    for (const exit of this.#unclaimed.splice(0)) this.#reportExit(exit);
  }

  /** Programs that have exited while no manager listened. */
  get keptExits(): KeptRun[] {
    return this.#unclaimed.map(({ id, pid }) => ({ id, pid, kind: KINDS.program }));
  }

  /** Nobody will claim the exits that are left. */
  forgetOthers(): void {
    for (const { sequence } of this.#unclaimed.splice(0)) this.#send(TO_KEEPER.saved, sequence);
  }

  signal(target: Identity, signal: number): Promise<void> {
    return this.#signal(target, signal, false);
  }

  signalGroup(leader: Identity, signal: number): Promise<void> {
    return this.#signal(leader, signal, true);
  }

  #signal({ pid, startTime }: Identity, signal: number, isGroup: boolean): Promise<void> {
    return this.#ask('kill', id =>
      this.#send(TO_KEEPER.signal, id, pid, startTime, isGroup ? -signal : signal),
    );
  }

  #ask(call: string, send: (id: string) => void): Promise<void> {
    const id = String(++this.#count);
    return new Promise((resolve, reject) => {
      this.#questions.set(id, { call, resolve, reject });
      send(id);
    });
  }

  findDescendants(): Leftover[] {
    // Nobody waits any more for a helper of an earlier manager, so it counts as left behind.
    const others = [...this.#helpers.values()].filter(({ kind }) => kind !== KINDS.helper);
    const runs = [...this.#runs.values(), ...others];
    const since = this.#unanswered.map(run => run.since ?? 0);
    const known = [process.pid, ...runs.map(({ pid }) => pid)];
    const found = findDescendants(this.keeperPid, known, Math.min(...since));
    // Once it is dead, they are another's children: that none is found says nothing.
    if (!isAlive(readProcess(this.keeperPid))) throw lostError();
    return found;
  }

  get isSpawning(): boolean {
    return this.#unanswered.length > 0;
  }

  get #unanswered(): Run[] {
    return [...this.#runs.values()].filter(({ pid }) => pid === 0);
  }

  hold(slot: string, fd: number, flags: number = constants.O_RDONLY): void {
    this.#send(TO_KEEPER.hold, slot, fd, flags, '');
  }

  lock(slot: string, fd: number): Promise<void> {
    return this.#ask('flock', id => this.#send(TO_KEEPER.hold, slot, fd, constants.O_RDONLY, id));
  }

  release(slot: string): Promise<void> {
    return this.#ask('close', id => this.#send(TO_KEEPER.release, slot, id));
  }

  /** All exits that were reported are on disk. */
  exitsSaved(): void {
    for (const sequence of this.#reported.splice(0)) this.#send(TO_KEEPER.saved, sequence);
  }

  /**
   * Takes charge: from now on a manager that dies is replaced.
   *
   * @param memo for the next manager
   * @param command what is to be begun as the next manager
   */
  takeCharge(memo: string, command: ManagerCommand): void {
    this.#send(TO_KEEPER.next, memo, ...managerFields(command).map(textToBytes));
  }

  get fd(): number {
    return this.#wire.fd;
  }

  /** Has the keeper begin another manager beside this one; `peer` hears of it. */
  beginSuccessor(memo: string, command: ManagerCommand): void {
    this.#send(TO_KEEPER.succeed, memo, ...managerFields(command).map(textToBytes));
  }

  sendToPeer(text: string): void {
    this.#send(TO_KEEPER.talk, text);
  }

  /**
   * Says that this manager leaves for good.
   *
   * @param now the keeper exits at once; else with the exit status of this manager
   */
  leave(now: boolean): void {
    this.listener = { told() {}, lost() {} };
    const frame = packFrame([TO_KEEPER.leave, now ? 1 : 0]);
    try {
      writeSync(this.#wire.fd, frame);
    } catch {
      // It is gone, or busy: the end of the wire tells it the same.
    }
  }

  #send(...fields: Field[]): void {
    this.#wire.stream.write(packFrame(fields));
  }

  #receive(bytes: Buffer): void {
    for (const frame of this.#wire.reader.read(bytes)) this.#obey(frame);
  }

  #obey([word, ...fields]: Buffer[]): void {
    const [first = '', second = '', third = '', fourth = ''] = fields.map(String);
    switch (word?.toString()) {
      case TO_MANAGER.spawned:
        return this.#reportSpawned(first, Number(second), third, Number(fourth));
      case TO_MANAGER.exited:
        return this.#receiveExit(readExit(fields));
      case TO_MANAGER.signalled:
      case TO_MANAGER.answered: {
        const asked = this.#questions.get(first);
        this.#questions.delete(first);
        return second === '0' ? asked?.resolve() : asked?.reject(systemError(Number(second), asked.call));
      }
      case TO_MANAGER.told:
        // Not now: it can be among the first frames, before there is a listener.
        return void setImmediate(() => this.listener.told(Number(first)));
      case TO_MANAGER.begun:
        return this.peer.begun?.(Number(first));
      case TO_MANAGER.talk:
        return this.peer.text(first);
      case TO_MANAGER.closed:
        return this.peer.closed();
    }
  }

  #reportSpawned(id: string, pid: number, stage: string, errno: number): void {
    const run = this.#runs.get(id);
    if (!run) return;
    if (pid !== 0) {
      run.pid = pid;
      return run.listener.spawned(pid);
    }
    this.#runs.delete(id);
    const { code, message } = systemError(errno, 'spawn');
    const known = stage.replace(/-\d+$/, '') as SpawnStage;
    const index = Number(/-(\d+)$/.exec(stage)?.[1] ?? 0);
    run.listener.failed(new SpawnError(known, -errno, code, message, index));
  }

  #receiveExit(exit: Exit): void {
    // The keeper reports a helper's exit once, perhaps before older exits of the program.
    const own = this.#runs.get(exit.id);
    if (own && own.kind !== KINDS.program) return this.#reportExit(exit);
    // A manager that becomes the only one is told again of exits that it knows.
    if (exit.sequence <= this.#lastSequence) return;
    this.#lastSequence = exit.sequence;
    if (!this.#helpers.delete(exit.id)) this.#reportExit(exit);
  }

  #reportExit(exit: Exit): void {
    const run = this.#runs.get(exit.id);
    if (!run) return void this.#unclaimed.push(exit);
    this.#runs.delete(exit.id);
    this.#reported.push(exit.sequence);
    run.listener.exited(endingOf(exit.waitStatus));
  }

  #lose(): void {
    for (const { reject } of this.#questions.values()) reject(lostError());
    this.#questions.clear();
    const runs = [...this.#runs.values()];
    this.#runs.clear();
    this.listener.lost();
    for (const { pid, kind, listener } of runs) {
      if (pid === 0) listener.failed(new SpawnError('fork', 0, KEEPER_LOST, 'its parent was killed'));
      else if (kind !== KINDS.program) listener.exited({ code: null, signal: null });
    }
  }
}

function lostError(): Error {
  return Object.assign(new Error('the keeper was killed'), { code: KEEPER_LOST });
}
