import type { LaunchOrder } from '../protocol/launch-order';
import { findGroups } from '../state/orphans';
import { type SavedProgram, type SavedState, STATE_VERSION } from '../state/saved-state';
import type { Clock } from '../system/clock';
import { describeReason } from '../system/errors';
import { type Identity, identify, isRunning } from '../system/identity';
import { readAge, readTicks } from '../system/processes';
import { describeEnding, type Ending } from '../system/signals';
import { quoteWords } from '../system/words';
import type { ProgramRecord } from './control/report';
import { Waiters } from './control/waiters';
import type { EventLog } from './event-log';
import { newLifecycle, step } from './lifecycle/table';
import type { Effect, Event, Lifecycle } from './lifecycle/types';
import { prepareSpawn } from './program/prepare-spawn';
import { Program, type ProgramListener } from './program/program';
import { testStart } from './readiness/start-test';
import { Memory } from './record/save-on-change';
import type { Transcript } from './transcript/transcript';

/** The lines of the program's last words that are told with a failed start. */
const LAST_LINES = 10;
/** Characters of each. */
const LONGEST_LINE = 1000;

export interface SupervisorParts {
  clock: Clock;
  eventLog: EventLog;
  /** Null with `daemon off`: the program keeps the terminal. */
  readonly transcript: Transcript | null;
  /** The environment the program gets, before the configured variables. */
  environment: Record<string, string | undefined>;
  /** The folders a relative program is looked up in. */
  folders: string[];
  /** What the manager before us left. */
  saved: SavedState | null;
  /** Keeps what the next manager must know. @returns whether it is kept; if not, `remember` follows */
  save(state: SavedState): boolean;
  /** Called once; nothing happens after it. */
  leave(status: number): void;
}

/** Turns what happens into events of the lifecycle, and its effects into deeds. */
export class Supervisor implements ProgramListener {
  readonly program: Program;
  readonly waiters = new Waiters();
  /** What it works by; changed by `start` and `restart`. */
  order: LaunchOrder;
  readonly record: ProgramRecord;
  #life: Lifecycle = newLifecycle();
  readonly #parts: SupervisorParts;
  readonly #queue: Event[] = [];
  #stepping = false;
  #frozen = false;
  #cancelDeadline: () => void = () => {};
  #endTest: () => void = () => {};
  #outputMark = 0;
  #failure = '';
  /** The program's, while it is up. */
  #identity: Identity | null = null;
  readonly #self: Identity;
  readonly #memory: Memory;

  constructor(order: LaunchOrder, parts: SupervisorParts) {
    const { saved, clock } = parts;
    this.order = order;
    this.#parts = parts;
    this.program = new Program(clock, this);
    this.#self = identify(process.pid);
    this.#memory = new Memory(parts.save);
    this.record = {
      file: '',
      startedAt: null,
      starts: saved?.starts ?? 0,
      lastExit: saved?.lastExit ?? null,
    };
    if (saved) this.program.adoptLeftovers(findGroups(saved));
  }

  get life(): Lifecycle {
    return this.#life;
  }

  /** Does another manager take over at this moment? */
  get isFrozen(): boolean {
    return this.#frozen;
  }

  /** See `Manager.adopt`. */
  adopt(): boolean {
    const { saved, clock } = this.#parts;
    const program = saved?.program;
    if (!program || !isRunning(program)) {
      this.remember();
      return false;
    }
    this.#identity = program;
    Object.assign(this.record, { file: program.file, startedAt: program.startedAt });
    this.program.adopt(program);
    const age = readAge(program.startTime) ?? Math.max(0, clock.wall() - program.startedAt);
    const ready = saved.ready ?? true;
    this.dispatch({ name: 'adopted', pid: program.pid, startedAt: clock.now() - age, ready });
    return true;
  }

  /** Saves what the next manager must know, though it may be saved already. */
  remember(): void {
    this.#memory.forget();
    this.#save();
  }

  /** Acts on nothing any more: another manager is about to. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Goes on after all. */
  thaw(): void {
    this.#frozen = false;
    this.#work();
  }

  /** The program's last words of this run. */
  lastLines(): string[] {
    const lines = this.#parts.transcript?.ring.lastLines(LAST_LINES, this.#outputMark) ?? [];
    return lines.map(line => line.slice(0, LONGEST_LINE));
  }

  dispatch(event: Event): void {
    this.#queue.push(event);
    this.#work();
  }

  // News of the program.

  spawned(pid: number): void {
    this.record.starts += 1;
    this.record.startedAt = this.#parts.clock.wall();
    this.#identity = identify(pid);
    this.#save();
    const words = quoteWords([...this.order.program, ...this.order.args]);
    this.#parts.transcript?.mark(`pid ${pid} started: ${words}`);
    this.dispatch({ name: 'spawned', pid });
  }

  spawnFailed(reason: string): void {
    this.#failure = reason;
    this.dispatch({ name: 'spawnFailed', reason });
  }

  exited(ending: Ending): void {
    const { clock, transcript } = this.#parts;
    transcript?.drain();
    const uptime = clock.now() - (this.#life.startedAt ?? clock.now());
    const pid = this.#life.pid ?? 0;
    this.record.lastExit = { ...ending, pid, at: clock.wall(), uptime, lines: this.lastLines() };
    transcript?.keepLastWords(this.#outputMark);
    const how = `${ending.signal === null ? 'ended with' : 'was'} ${describeEnding(ending)}`;
    transcript?.mark(`pid ${pid} ${how}`);
    this.#failure = `it ${how} after ${uptime.toFixed(2)} seconds`;
    this.#identity = null;
    this.dispatch({ name: 'exited', ending });
    this.waiters.settleEnds();
  }

  groupGone(): void {
    this.dispatch({ name: 'groupGone' });
  }

  #work(): void {
    // What happens while another manager takes over is its affair: two that acted on it would start two programs.
    if (this.#stepping || this.#frozen) return;
    this.#stepping = true;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
        const rules = { ...this.order, hasStartTest: this.order.startTestProgram !== null };
        const { life, effects } = step(this.#life, next, this.#parts.clock.now(), rules);
        const before = this.#life;
        this.#life = life;
        for (const effect of effects) this.#perform(effect, before);
      }
    } finally {
      this.#stepping = false;
    }
    this.#save();
  }

  #perform(effect: Effect, before: Lifecycle): void {
    const { clock, eventLog } = this.#parts;
    switch (effect.do) {
      case 'spawn':
        return this.#spawn();
      case 'terminate':
        return this.#signal(15);
      case 'kill':
        return this.#signal(9);
      case 'sweep':
        return this.program.sweep();
      case 'killGroup':
        return this.program.killGroups();
      case 'test':
        this.#endTest = testStart(this.order, this.#parts, () => this.dispatch({ name: 'tested' }));
        return;
      case 'endTest':
        return this.#endTest();
      case 'arm': {
        this.#cancelDeadline();
        const left = effect.at - clock.now();
        this.#cancelDeadline = clock.after(left, () => this.dispatch({ name: 'deadline' }));
        return;
      }
      case 'disarm':
        return this.#cancelDeadline();
      case 'log':
        return eventLog.log(effect.level, effect.text);
      case 'logEnding': {
        const suffix = effect.exiting ? '; exiting now' : '';
        return eventLog.log('info', `pid ${before.pid}: ${describeEnding(effect.ending)}${suffix}`);
      }
      case 'leave':
        return this.#parts.leave(effect.status);
      default:
        return this.waiters.tell(effect, {
          pid: this.#life.pid,
          leaves: this.#life.name === 'gone',
          reason: this.#failure,
          lines: () => this.lastLines(),
        });
    }
  }

  #signal(signal: number): void {
    try {
      this.program.signal(signal);
    } catch (error) {
      const reason = `cannot signal pid ${this.#life.pid}: ${describeReason(error)}`;
      this.#parts.eventLog.log('error', reason);
      // A program that changed its user ends when it likes: who waits for that should know.
      if (this.#life.name === 'stopping') this.waiters.settleStops({ outcome: 'failed', reason });
    }
  }

  #spawn(): void {
    const { transcript } = this.#parts;
    const spawn = prepareSpawn(this.order, this.#parts);
    if ('reason' in spawn) return this.spawnFailed(spawn.reason);
    this.record.file = spawn.file;
    // What a former run left behind comes before this one.
    transcript?.drain();
    this.#outputMark = transcript?.ring.total ?? 0;
    if (!transcript && !this.order.attached) return this.spawnFailed('the transcript cannot be opened');
    if (!transcript) {
      return this.program.spawn({ ...spawn, stdio: ['inherit', 'inherit', 'inherit'], ownSession: false });
    }
    this.#save(readTicks());
    try {
      transcript.lendOutlets(stdio => this.program.spawn({ ...spawn, stdio, ownSession: true }));
    } catch (error) {
      this.spawnFailed(describeReason(error));
    }
  }

  /**
   * Keeps what the next manager must know; never in the way of the program.
   *
   * @param spawning what `readTicks` says, when a program is about to be started
   */
  #save(spawning?: number | null): void {
    const awaitsTest = this.#identity !== null && this.order.startTestProgram !== null && !this.#life.tested;
    this.#memory.keep({
      version: STATE_VERSION,
      manager: this.#self,
      program: this.#describeProgram(),
      ...(spawning === undefined ? {} : { spawning }),
      ...(awaitsTest ? { ready: false } : {}),
      leftovers: this.program.leftovers,
      wanted: this.#life.wanted,
      starts: this.record.starts,
      lastExit: this.record.lastExit,
      order: this.order,
    });
  }

  #describeProgram(): SavedProgram | null {
    const startedAt = this.record.startedAt ?? this.#parts.clock.wall();
    return this.#identity && { ...this.#identity, file: this.record.file, startedAt };
  }
}
