import { replaceStreams } from '../../../client/capture';
import { type ActionContext, withConfiguration } from '../../../client/context';
import type { Fleet } from '../../../settings/fleet/fleet';
import { ExitStatus, UserError } from '../../../system/errors';
import { isTerminal } from '../../../system/terminal';
import { carryOutPlan } from '../apply/carry-out';
import { findLeftOvers } from '../apply/gone';
import { noteOutcomes, noteStops, readLedger } from '../apply/ledger';
import { makePlan, type Planning } from '../apply/make-plan';
import { isEmpty } from '../apply/plan';
import { describePlan, listPlan } from '../apply/plan-text';
import { readJobs } from '../jobs';
import type { Display } from '../print-outcomes';
import type { SplitRequest } from '../request';
import { contextOf, type Many, type World } from '../run-member';
import type { Selection } from '../selectors';
import { areAllDone } from './all-done';
import { Edits } from './edits';
import type { UpWishes } from './flags';
import { Follower } from './follower';
import { reread } from './reread';
import { Service } from './service';
import { listenToSignals } from './signals';
import { stopAll } from './stop-all';
import { startTelemetry } from './telemetry';
import { Voice } from './voice';

/** Seconds after something has happened to a program until all are asked whether they are done. */
const REST = 0.3;
/** Seconds in which a second signal is the same one: timeout(1) signals the process and its group. */
const REPEAT = 0.02;
/** Seconds that the reader of standard output gets at the end. */
const LAST_WORDS = 2;

/** One run of `up`. */
export class Up {
  readonly #request: SplitRequest;
  readonly #wishes: UpWishes;
  readonly #voice: Voice;
  readonly #service = new Service(process.env);
  readonly #followers = new Map<string, Follower>();
  /** Aborted when the end begins, and when it is to come at once. */
  readonly #end = new AbortController();
  readonly #hurry = new AbortController();
  #fleet: Fleet;
  #selection: Selection;
  #work: Promise<void> = Promise.resolve();
  #cancelDoneLook: (() => void) | null = null;
  #edits: Edits | null = null;

  constructor(request: SplitRequest, wishes: UpWishes) {
    this.#request = request;
    this.#wishes = wishes;
    this.#voice = new Voice(request.world, wishes);
    this.#fleet = request.fleet;
    this.#selection = request.selection;
  }

  /** @returns the exit status */
  async run(): Promise<number> {
    const { world } = this.#request;
    const { clock } = world;
    let begunAt = 0;
    const begin = () => {
      if (this.#end.signal.aborted && clock.now() - begunAt > REPEAT) this.#hurry.abort();
      begunAt ||= clock.now();
      this.#end.abort();
    };
    listenToSignals({ end: begin, look: () => this.#lookAgain() }, isTerminal(0) || isTerminal(1));
    world.stdout.once('error', () => this.#end.abort());
    // What is saved during the first start is applied behind it.
    if (this.#wishes.watches && this.#fleet.file !== null)
      this.#edits = new Edits(world.clock, this.#fleet, () => this.#lookAgain());
    const first = this.#apply(true);
    this.#work = first.catch(() => {});
    await first.catch(error => {
      this.#edits?.close();
      throw error;
    });
    if (!this.#end.signal.aborted) this.#service.say('READY=1');
    const closeTelemetry = startTelemetry(this.#fleet, {
      world: this.#quietWorld(),
      runOne: this.#request.runOne,
      members: () => this.#selection.members,
      say: text => this.#voice.say(text),
      noteStop: name => noteStops(this.#fleet, readLedger(this.#fleet), [name], world.clock.wall()),
    });
    this.#lookForEnd();
    if (!this.#end.signal.aborted)
      await new Promise<void>(resolve =>
        this.#end.signal.addEventListener('abort', () => resolve(), { once: true }),
      );
    closeTelemetry();
    return this.#finish();
  }

  /** The end. */
  async #finish(): Promise<number> {
    this.#edits?.close();
    if (!this.#wishes.keeps) this.#voice.sayEnd(this.#selection.members.length);
    this.#service.say('STOPPING=1');
    await this.#work;
    const left = this.#wishes.keeps ? [] : await this.#stopAll();
    await Promise.all([...this.#followers.values()].map(follower => follower.finish()));
    await this.#flush();
    if (left.length === 0) return ExitStatus.done;
    this.#voice.say(`still there: ${left.join(', ')}`);
    return ExitStatus.failed;
  }

  async #stopAll(): Promise<string[]> {
    const { world, clock, argv } = { ...this.#request, clock: this.#request.world.clock };
    const quiet = this.#quietWorld(new AbortController().signal);
    const contexts = new Map<string, ActionContext>(
      this.#selection.members.map(member => [member.name, withConfiguration(quiet, member.configuration)]),
    );
    const ledger = readLedger(this.#fleet);
    if (this.#selection.isAll)
      for (const { name, context } of await findLeftOvers(
        quiet,
        this.#fleet,
        ledger,
        argv.flags.has('insecure'),
      ))
        contexts.set(name, context);
    const left = await stopAll({
      fleet: this.#fleet,
      contexts,
      stopWithin: this.#wishes.stopWithin,
      hurry: this.#hurry.signal,
      clock,
      say: text => this.#voice.say(text),
    });
    noteStops(
      this.#fleet,
      ledger,
      [...contexts.keys()].filter(name => !left.includes(name)),
      world.clock.wall(),
    );
    return left;
  }

  /** One after another. What the files say by then counts. */
  #lookAgain(): void {
    this.#work = this.#work.then(async () => {
      if (this.#end.signal.aborted) return;
      const { argv, world, split } = this.#request;
      this.#edits?.note();
      try {
        const { fleet, selection } = await reread(argv, this.#fleet, split.selectors, world.clock);
        this.#fleet = fleet;
        this.#selection = selection;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        this.#voice.say(`${error.message}; nothing was changed`);
        return;
      }
      this.#edits?.update(this.#fleet);
      await this.#apply(false);
    });
  }

  /** Makes what runs equal to the files. */
  async #apply(isFirst: boolean): Promise<void> {
    const { argv } = this.#request;
    const many: Many = { ...this.#request, world: this.#quietWorld(), fleet: this.#fleet };
    const wishes = {
      forgetsStops: isFirst,
      isWatched: !isFirst,
      insecure: argv.flags.has('insecure'),
    };
    const planning = await makePlan(many, this.#selection, wishes);
    await this.#follow(planning);
    this.#tellPlan(planning);
    const outcomes = await carryOutPlan({
      many,
      ...planning,
      jobs: readJobs(argv, false),
      display: this.#display,
    });
    noteOutcomes(this.#fleet, planning, outcomes, many.world.clock.wall());
    this.#forgetGone();
    this.#lookForEnd();
  }

  #tellPlan({ plan }: Planning): void {
    for (const { fault } of plan.faulty) this.#voice.say(fault);
    if (this.#wishes.json) this.#voice.object({ fleet: this.#fleet.file, plan: listPlan(plan) });
    else if (!isEmpty(plan) || plan.faulty.length === 0)
      for (const line of describePlan(plan)) this.#voice.plan(line);
  }

  /** Events tell what has succeeded. */
  #display: Display = {
    begin() {},
    show: ({ name, errors }) => {
      for (const error of errors) this.#voice.say(`${name}: ${error}`);
    },
    end() {},
  };

  async #follow({ looks }: Planning): Promise<void> {
    const { members } = this.#selection;
    this.#voice.know(members.map(({ name }) => name));
    for (const member of members) {
      const former = this.#followers.get(member.name);
      const context = contextOf({ world: this.#quietWorld() }, member);
      if (former?.socket === member.configuration.settings.socketName) continue;
      void former?.finish();
      const life = looks.get(member.name)?.seen.life;
      const isUp = life === 'up' || looks.get(member.name)?.seen.isManaged === true;
      const follower = new Follower(member.name, context, this.#voice, isUp, () => this.#lookForEnd());
      this.#followers.set(member.name, follower);
    }
    await Promise.all([...this.#followers.values()].map(({ ready }) => ready));
  }

  #forgetGone(): void {
    const names = new Set(this.#selection.members.map(({ name }) => name));
    const faulty = new Set(this.#selection.faulty.map(({ name }) => name));
    for (const [name, follower] of this.#followers)
      if (!names.has(name) && !faulty.has(name)) {
        this.#followers.delete(name);
        void follower.finish();
      }
  }

  /** With `--exit-when-done`. */
  #lookForEnd(): void {
    const { clock } = this.#request.world;
    if (!this.#wishes.exitsWhenDone || this.#cancelDoneLook) return;
    this.#cancelDoneLook = clock.after(REST, () => {
      this.#work = this.#work.then(async () => {
        this.#cancelDoneLook = null;
        const contexts = this.#selection.members.map(member =>
          contextOf({ world: this.#quietWorld() }, member),
        );
        if (await areAllDone(contexts)) this.#end.abort();
      });
    });
  }

  /** Its waits end when the end begins. */
  #quietWorld(interrupt: AbortSignal = this.#end.signal): World {
    return replaceStreams(this.#request.world, { interrupt, quiet: true });
  }

  /** A reader that has stopped must not keep this process. */
  async #flush(): Promise<void> {
    const { stdout, clock } = this.#request.world;
    if (stdout.writableLength === 0) return;
    await new Promise<void>(resolve => {
      const cancel = clock.after(LAST_WORDS, resolve);
      stdout.once('drain', () => {
        cancel();
        resolve();
      });
    });
    if (stdout.writableLength > 0) stdout.destroy();
  }
}
