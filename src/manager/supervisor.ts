import { applyRefresh, type LaunchOrder } from '../protocol/launch-order';
import { findLeftSessions } from '../state/orphans';
import type { SavedProgram } from '../state/saved-state';
import { identify, isRunning, isSameBoot } from '../system/identity';
import { readAge } from '../system/processes';
import type { Attendants } from './attendants';
import { completeScene } from './complete-scene';
import { Waiters } from './control/waiters';
import { addDetails } from './events/details';
import { newsOf } from './events/news';
import { type EventStream, openStream } from './events/stream';
import { readLife } from './lifecycle/read-life';
import { newLifecycle, step } from './lifecycle/table';
import type { Event, Lifecycle, Rules } from './lifecycle/types';
import type { KeeperParent } from './parent/keeper-parent';
import type { Parent } from './parent/parent';
import { Performer } from './perform';
import { Program } from './program/program';
import { ProgramReports } from './program-reports';
import type { ReadinessHolder } from './readiness/holder';
import { RunRecord } from './record/run-record';
import { StateSaver } from './record/save-on-change';
import { rulesOf } from './rules';
import type { Renewal, Scene } from './scene';
import type { SupervisorParts } from './supervisor-parts';
import { planContinuation } from './takeover/continuation';
import { findProgram, findRun } from './takeover/kept-program';

/** Drives the lifecycle: queues its events, takes its steps one after another and performs their effects. */
export class Supervisor {
  readonly program: Program;
  readonly waiters = new Waiters();
  /** What the program reports. */
  readonly reports = new ProgramReports();
  readonly record: RunRecord;
  /** What the effects act on. */
  readonly scene: Scene;
  readonly events: EventStream;
  readonly readiness: ReadinessHolder;
  readonly hooks: Performer['hooks'];
  /** The order the manager follows; `start` and `restart` change it. */
  order: LaunchOrder;
  readonly #parts: SupervisorParts;
  readonly #performer: Performer;
  readonly #saver: StateSaver;
  #life: Lifecycle = newLifecycle();
  /** What has occurred and was not acted on yet: while frozen, everything. */
  readonly queue: Event[] = [];
  #isStepping = false;
  #isFrozen = false;
  /** Whether a spawn has not been answered yet: until then nothing else happens to the program. */
  #isSpawning = false;
  #parent: Parent;

  constructor(order: LaunchOrder, parts: SupervisorParts) {
    const { saved, clock } = parts;
    // That is for the first start, and its lifecycle keeps it.
    const { once: _, ...lasting } = order;
    this.order = lasting;
    this.#parts = parts;
    this.#parent = parts.parent;
    const { stateFolder } = order;
    const scope = () => this.order.settings.stopScope;
    const lastPid = saved?.lastExit?.pid ?? null;
    this.program = new Program({ clock, parent: parts.parent, stateFolder, scope, lastPid }, this.reports);
    this.record = new RunRecord(parts);
    this.#saver = new StateSaver(parts.save);
    this.events = openStream(saved, clock, {
      order: () => this.order,
      reserve: () => this.#save(),
      observe: event => this.hooks.observe(event),
    });
    this.scene = this.#makeScene();
    this.readiness = this.scene.readiness;
    this.#performer = new Performer(this.scene, saved);
    this.hooks = this.#performer.hooks;
    this.reports.begin(this.scene, this.#performer);
    if (saved) this.program.leftovers.adopt(findLeftSessions(saved), saved.savedAt);
  }

  /** Whether processes of earlier runs are there, and no program. */
  get hasLeftovers(): boolean {
    return this.#life.pid === null && this.program.leftovers.exist;
  }

  get life(): Lifecycle {
    return this.#life;
  }

  /** True until the keeper has answered a spawn. */
  get isSpawning(): boolean {
    return this.#isSpawning;
  }

  /** True while the manager hands over to another one. */
  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /**
   * Continues where the manager before this one under the same keeper ended.
   *
   * @returns false if what it saved says nothing about that
   */
  continue(keeper: KeeperParent): boolean {
    const { saved } = this.#parts;
    const life = saved && isSameBoot(saved.manager.bootId) ? readLife(saved.life) : null;
    if (!saved || !life) return false;
    const run = findRun(keeper, life.pid, saved);
    // A program that was spawned after a save that failed.
    if (run && life.pid === null && life.name !== 'starting') return false;
    this.#life = life;
    if (saved.program) this.record.noteAdopted(saved.program);
    this.scene.input.continueRun(run?.pid ?? life.pid);
    const isSpawned = life.name === 'starting' && life.pid === null && run !== null;
    const { first, late } = planContinuation(life, this.#rules(), saved, keeper);
    this.hooks.resume(saved.deliveries);
    for (const effect of first) {
      if (effect.do === 'spawn') this.#isSpawning = true;
      if (effect.do !== 'spawn' || !isSpawned) this.#performer.perform(effect, life);
    }
    if (isSpawned) this.reports.spawned(run.pid);
    if (run) this.program.claim(keeper, run, saved.program ?? identify(run.pid));
    else if (life.pid !== null) this.#adoptProgram(saved.program);
    // It may have exited while there was no manager.
    if (this.#life === life) for (const effect of late) this.#performer.perform(effect, life);
    keeper.forgetOthers();
    this.#performer.lock.takeBack();
    this.saveState();
    return true;
  }

  /** See `Manager.adopt`. */
  adopt(keeper: KeeperParent | null): boolean {
    const { saved, clock } = this.#parts;
    const program = saved && findProgram(saved, keeper, clock);
    if (!program) {
      if (saved) this.record.noteUnseen(saved);
      this.saveState();
      return false;
    }
    this.record.noteAdopted(program);
    this.hooks.resume(saved.deliveries);
    this.scene.input.continueRun(program.pid);
    const run = keeper && findRun(keeper, program.pid, saved);
    if (run) this.program.claim(keeper, run, program);
    else this.program.adopt(program);
    const age = readAge(program.startTime) ?? Math.max(0, clock.wall() - program.startedAt);
    const ready = saved.ready ?? true;
    const { crashes = 0, once = false, paused = null } = readLife(saved.life) ?? {};
    const startedAt = clock.now() - age;
    this.dispatch({ name: 'adopted', pid: program.pid, startedAt, ready, crashes, once, paused });
    this.#performer.lock.takeBack();
    return true;
  }

  /** Saves what the next manager must know, even if it has not changed. */
  saveState(): void {
    // The next manager will save a state that fits what it does.
    if (this.#isFrozen) return;
    this.#saver.forget();
    this.#save();
  }

  /** Ignores events until `thaw`: if two managers acted on the same event, there would be two programs. */
  freeze(): void {
    this.events.hold();
    this.readiness.release();
    this.scene.input.release();
    this.#isFrozen = true;
  }

  /** Acts on the events that occurred since `freeze`. */
  thaw(): void {
    this.#isFrozen = false;
    this.events.release();
    this.scene.input.resume();
    this.readiness.continueRun();
    this.#work();
  }

  /** What accompanies the present run. */
  get attendants(): Attendants {
    return this.#performer.attendants;
  }

  /** The last lines of the current or last run. */
  lastLines(): string[] {
    return this.#performer.lastLines();
  }

  dispatch(event: Event): void {
    this.queue.push(event);
    this.#work();
  }

  /** A setting wants the program restarted. */
  renew({ early, ...cause }: Renewal): void {
    if (this.#life.name !== 'running' && this.#life.name !== 'resumed') return;
    this.#parts.eventLog.log('warn', `${cause.by}: ${cause.reason}; restarting`);
    this.record.attribution.noteRenewal(cause);
    this.dispatch({ name: 'renew', early });
  }

  /** It may have exited since: then how is unknown. */
  #adoptProgram(program: SavedProgram | null): void {
    if (program && isRunning(program)) this.program.adopt(program);
    else this.reports.exited({ code: null, signal: null }, this.program.leftovers.exist);
  }

  #work(): void {
    if (this.#isStepping || this.#isFrozen) return;
    this.#isStepping = true;
    try {
      for (let next = this.#nextEvent(); next; next = this.#nextEvent()) {
        const before = this.#life;
        const { life, effects } = step(before, next, this.#parts.clock.now(), this.#rules());
        this.#life = life;
        this.record.noteStep(before, life, next, this.#performer.failure);
        for (const news of newsOf(before, life, next)) this.events.emit(addDetails(news, this.record));
        for (const effect of effects) {
          if (effect.do === 'spawn') this.#isSpawning = true;
          this.#performer.perform(effect, before);
        }
        this.#performer.lock.settle();
      }
    } finally {
      this.#isStepping = false;
    }
    // What was saved before the spawn says all that is known until the answer.
    if (!this.#isSpawning) this.#save();
  }

  /** Requests that arrive while a program is being spawned wait: what they find must be true. */
  #nextEvent(): Event | undefined {
    if (!this.#isSpawning) return this.queue.shift();
    const answer = this.queue.findIndex(({ name }) => name === 'spawned' || name === 'spawnFailed');
    if (answer < 0) return undefined;
    this.#isSpawning = false;
    return this.queue.splice(answer, 1)[0];
  }

  #rules(): Rules {
    return rulesOf(this.order);
  }

  /** @param spawning when a program is about to be spawned: what `readTicks` returned */
  #save(spawning?: number | null): void {
    const { readiness, input } = this.scene;
    const { sessions: leftovers } = this.program.leftovers;
    const rest = { leftovers, spawning, keeper: this.#parts.keeper(), events: this.events.reserved };
    const run = { readiness: readiness.saved, input: input.saved, deliveries: this.hooks.pending };
    this.#saver.save(this.record.describe({ life: this.#life, order: this.order, ...rest, ...run }));
  }

  #makeScene(): Scene {
    const { clock, eventLog, environment, folders, runAs, leave, serviceSocket = null } = this.#parts;
    const given = { clock, eventLog, environment, folders, runAs, leave, serviceSocket };
    const supervisor = this;
    return completeScene({
      ...given,
      program: this.program,
      record: this.record,
      waiters: this.waiters,
      get transcript() {
        return supervisor.#parts.transcript;
      },
      get order() {
        return supervisor.order;
      },
      get life() {
        return supervisor.#life;
      },
      get runTimeout() {
        return supervisor.#rules().runTimeout;
      },
      get parent() {
        return supervisor.#parent;
      },
      dispatch: event => this.dispatch(event),
      refresh: changes => {
        this.order = applyRefresh(this.order, changes);
      },
      renew: renewal => this.renew(renewal),
      spawnFailed: reason => this.reports.spawnFailed(reason),
      emit: news => this.events.emit(news),
      save: spawning => this.#save(spawning),
      saveSoon: () => this.#isSpawning || this.#isFrozen || this.#save(),
      noteFailure: reason => {
        this.#performer.failure = reason;
      },
      saved: this.#parts.saved,
    });
  }
}
