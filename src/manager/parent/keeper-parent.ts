import { writeSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { getSystemErrorMap } from 'node:util';
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
import { findDescendants } from './descendants';
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

/** A process of an earlier manager that the keeper still has as its child, or whose exit nobody has saved yet. */
export interface KeptRun {
  id: string;
  pid: number;
  kind: Kind;
}

interface Exit {
  sequence: string;
  id: string;
  pid: number;
  waitStatus: number;
}

/** The other manager, while one hands over to another. */
export interface PeerListener {
  text(text: string): void;
  closed(): void;
}

export interface KeeperListener {
  /** The keeper got a signal that is meant for the manager. */
  told(signal: number): void;
  /** The keeper is gone, and with it the parent of everything that it had spawned. */
  lost(): void;
}

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
  readonly role: Role;
  /** What the previous manager left for the next one. */
  readonly memo: string;
  /** The processes that the keeper had when this manager came. */
  readonly kept: readonly KeptRun[];
  listener: KeeperListener = { told() {}, lost() {} };
  peer: PeerListener = { text() {}, closed() {} };
  readonly #wire: Wire;
  readonly #runs = new Map<string, { pid: number; kind: Kind; listener: SpawnListener }>();
  readonly #signals = new Map<string, { resolve(): void; reject(error: Error): void }>();
  /** Exits of runs that no one has claimed yet. */
  readonly #unclaimed: Exit[] = [];
  /** Sequence numbers of exits that were reported and are not saved yet. */
  readonly #reported: string[] = [];
  #count = 0;

  /** @throws Error when the first frame is not a welcome */
  constructor(wire: Wire) {
    this.#wire = wire;
    const [welcome, ...others] = wire.frames;
    const [word, role, keeperPid, memo, ...runs] = welcome ?? [];
    if (word?.toString() !== TO_MANAGER.welcome) throw new Error('the keeper did not begin with its welcome');
    this.role = String(role) as Role;
    this.keeperPid = Number(keeperPid);
    this.memo = String(memo);
    this.kept = toRuns(runs);
    wire.stream.on('data', bytes => this.#receive(bytes));
    wire.stream.on('error', () => {});
    wire.stream.on('close', () => this.#lose());
    for (const frame of others) this.#obey(frame);
  }

  spawn(request: SpawnRequest, listener: SpawnListener): void {
    const { kind, file, args, environment, directory, umask, ownSession, descriptors } = request;
    const id = `${process.pid}.${++this.#count}`;
    const variables = Object.entries(environment).flatMap(([name, value]) =>
      value === undefined ? [] : [textToBytes(`${name}=${value}`)],
    );
    const sources = descriptors.flatMap((source, target): Field[] => {
      if (source === 'same') return [];
      return source === 'null' ? [target, '', target === 0 ? 0 : 1] : [target, source.fd, source.flags];
    });
    const place = [
      ownSession ? 1 : 0,
      umask,
      directory === null ? '' : textToBytes(directory),
      textToBytes(file),
    ];
    this.#runs.set(id, { pid: 0, kind, listener });
    this.#send(
      TO_KEEPER.spawn,
      id,
      kind,
      ...place,
      args.length,
      ...args.map(textToBytes),
      variables.length,
      ...variables,
      ...sources,
    );
  }

  /** Listens to a run of an earlier manager; its exit may be known already. */
  claim(run: KeptRun, listener: Pick<SpawnListener, 'exited'>): void {
    const nothing = () => {};
    const unused = { spawned: nothing, failed: nothing };
    this.#runs.set(run.id, { pid: run.pid, kind: run.kind, listener: { ...unused, ...listener } });
    for (const exit of this.#unclaimed.splice(0)) this.#reportExit(exit);
  }

  /** An exit that the keeper has kept for a run that is not its child any more. */
  findKeptExit(pid: number): KeptRun | null {
    const exit = this.#unclaimed.find(one => one.pid === pid);
    return exit ? { id: exit.id, pid, kind: 'p' } : null;
  }

  signal(target: Identity, signal: number): Promise<void> {
    return this.#signal(target, signal, false);
  }

  signalGroup(leader: Identity, signal: number): Promise<void> {
    return this.#signal(leader, signal, true);
  }

  #signal({ pid, startTime }: Identity, signal: number, isGroup: boolean): Promise<void> {
    const id = String(++this.#count);
    return new Promise((resolve, reject) => {
      this.#signals.set(id, { resolve, reject });
      this.#send(TO_KEEPER.signal, id, pid, startTime, isGroup ? -signal : signal);
    });
  }

  findDescendants(): Leftover[] {
    return findDescendants(this.keeperPid, [process.pid, ...[...this.#runs.values()].map(({ pid }) => pid)]);
  }

  hold(slot: string, fd: number): void {
    this.#send(TO_KEEPER.hold, slot, fd);
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
        return this.#reportExit({
          sequence: first,
          id: second,
          pid: Number(third),
          waitStatus: Number(fourth),
        });
      case TO_MANAGER.signalled: {
        const waiting = this.#signals.get(first);
        this.#signals.delete(first);
        return second === '0' ? waiting?.resolve() : waiting?.reject(systemError(Number(second), 'kill'));
      }
      case TO_MANAGER.told:
        return this.listener.told(Number(first));
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
    run.listener.failed(new SpawnError(known, -errno, code, message));
  }

  #reportExit(exit: Exit): void {
    const run = this.#runs.get(exit.id);
    if (!run) return void this.#unclaimed.push(exit);
    this.#runs.delete(exit.id);
    this.#reported.push(exit.sequence);
    run.listener.exited(endingOf(exit.waitStatus));
  }

  #lose(): void {
    for (const { reject } of this.#signals.values()) reject(lostError());
    this.#signals.clear();
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

function toRuns(fields: Buffer[]): KeptRun[] {
  const runs: KeptRun[] = [];
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [pid, id, kind] = fields.slice(at, at + 3).map(String);
    runs.push({ pid: Number(pid), id: id as string, kind: kind as Kind });
  }
  return runs;
}

function systemError(errno: number, syscall: string): NodeJS.ErrnoException & { code: string } {
  const [code = `E${errno}`, text = `errno ${errno}`] = getSystemErrorMap().get(-errno) ?? [];
  return Object.assign(new Error(`${syscall} ${code}: ${text}`), { code, errno: -errno, syscall });
}
