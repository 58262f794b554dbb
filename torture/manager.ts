import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import type { StatusReport } from '../src/protocol/messages';
import { clearPlaces, makePlace, type Outcome, type Place, pidIn } from '../test/helpers/cli';
import { tallyLines } from '../test/helpers/numbered';
import { configureNumbered } from '../test/helpers/numbered-program';
import { commandLine, isAlive, processesCarrying, waitForEnd } from '../test/helpers/processes';
import { until } from '../test/helpers/within';
import { Random } from './random';
import type { Bounds, Torture } from './subject';
import { ALL_PARTS, chooseStrike, findParts, type Strike, strike } from './victims';

/** Lines a second. */
const RATE = 100;
/** Starts that race after each kill, by default. */
const RACERS = 3;
/** Seconds until a dead program must be back: one of pause, one until an adopted program is missed, and slack. */
const AWAY = 15;
const SIGKILL = 9;
const NO_BOUNDS: Bounds = { rounds: null, racers: null };

/**
 * Kills or holds manager, keeper and copier of a program that writes numbered lines, alone or together, while starts
 * race. In between it kills the program, upgrades the manager, removes its socket or its state, and sends garbage.
 * There must never be two programs, the pid must change only when it should, each line must be there once and in order,
 * and how the program exited must be known unless its keeper was killed.
 */
export const manager: Torture = {
  name: 'manager',
  async run(seconds, seed, bounds = NO_BOUNDS) {
    try {
      return await new Ordeal(new Random(seed), bounds).run(performance.now() + seconds * 1000);
    } finally {
      await clearPlaces();
    }
  },
};

const TROUBLES = [
  'none',
  'none',
  'none',
  'crash',
  'both',
  'upgrade',
  'restart',
  'stop',
  'socket',
  'state',
  'garbage',
] as const;

type Trouble = (typeof TROUBLES)[number];

class Ordeal {
  readonly #random: Random;
  readonly #rounds: number;
  readonly #racers: number;
  readonly #place: Place = makePlace();
  readonly #counts = new Map<string, number>();
  #pid = 0;
  /** Whether the keeper that was its parent was killed; and the same of the program before. */
  #isAdopted = false;
  #wasAdopted = false;
  /** Whether the state folder was removed in this round. */
  #wasRemoved = false;
  #copiersKilled = 0;
  /** Programs that lost every reader of their output. */
  readonly #broken: number[] = [];

  constructor(random: Random, { rounds, racers }: Bounds) {
    this.#random = random;
    this.#rounds = rounds ?? Number.POSITIVE_INFINITY;
    this.#racers = racers ?? RACERS;
  }

  async run(deadline: number): Promise<string> {
    configureNumbered(this.#place, { forever: 'on', 'backoff-limit': '1', 'stop-timeout': '5' }, RATE);
    this.#pid = pidIn(await this.#start());
    let rounds = 0;
    for (; rounds < this.#rounds && performance.now() < deadline; rounds++) {
      const trouble = this.#random.pick(TROUBLES);
      const strike = chooseStrike(this.#random);
      this.#wasRemoved = trouble === 'state';
      try {
        await this.#make(trouble);
        await this.#strikeAndRace(strike);
        await this.#check();
      } catch (error) {
        const what = `${trouble}, ${strike.blow} ${strike.parts.join('+')}`;
        throw new Error(`round ${rounds + 1}, ${what}: ${(error as Error).message}\n${this.#lastEvents()}`);
      }
    }
    return this.#conclude(rounds);
  }

  async #make(trouble: Trouble): Promise<void> {
    this.#count(trouble);
    const place = this.#place;
    switch (trouble) {
      case 'none':
        return;
      case 'crash':
        process.kill(this.#pid, 'SIGKILL');
        await this.#awaitNext();
        return this.#expectKnown();
      case 'both': {
        const { managerPid, keeperPid } = await report(place);
        const isKept = keeperPid !== null;
        if (!isKept) this.#isAdopted = true;
        process.kill(managerPid, 'SIGKILL');
        process.kill(this.#pid, 'SIGKILL');
        await waitForEnd(this.#pid);
        // Without a keeper, nobody begins another manager.
        if (isKept) await this.#awaitNext();
        else this.#change(pidIn(await this.#start()));
        return this.#expectKnown();
      }
      case 'upgrade': {
        // Without a keeper, the next manager is not the parent of the program.
        if ((await report(place)).keeperPid === null) this.#isAdopted = true;
        return expectDone(await place.zd('-C app.conf upgrade'));
      }
      case 'restart': {
        const restarted = await place.zd('-C app.conf restart');
        expectDone(restarted);
        return this.#change(pidIn(restarted));
      }
      case 'stop': {
        const stopped = await place.zd('-C app.conf stop');
        expectDone(stopped);
        if (isAlive(this.#pid)) throw new Error(`stop left ${this.#pid} behind`);
        return this.#change(pidIn(await this.#start()));
      }
      case 'socket':
        unlinkSync(place.path('zdsock'));
        return;
      case 'state':
        rmSync(place.path('.zdsock.zd'), { recursive: true, force: true });
        // Until then nothing on the disk knows the program; see docs/reliability.rst.
        await until(10, 'the state again', () => existsSync(place.path('.zdsock.zd/state.json')));
        return;
      case 'garbage':
        return this.#sendGarbage();
    }
  }

  /** Kills or holds processes of zd at a random moment, while several starts race. */
  async #strikeAndRace(one: Strike): Promise<void> {
    const { parts, blow } = one;
    const pause = this.#random.between(0, 100);
    await new Promise(resolve => setTimeout(resolve, pause));
    const present = await findParts(this.#place, ALL_PARTS);
    const pids = present.flatMap(({ part, pid }) => (parts.includes(part) ? [pid] : []));
    this.#count(`${blow} ${[...parts].sort().join('+')}`);
    const isKilled = blow !== 'hold';
    const parent =
      present.find(({ part }) => part === 'keeper') ?? present.find(({ part }) => part === 'manager');
    if (isKilled && parent && pids.includes(parent.pid)) this.#isAdopted = true;
    if (isKilled && parts.includes('copier')) this.#copiersKilled += 1;
    const blows = strike(pids, one);
    const racers = Array.from({ length: this.#random.between(1, this.#racers) }, () => this.#start());
    const outcomes = await Promise.all(racers);
    await blows;
    // Without a reader, a program gets SIGPIPE.
    if (isKilled && pids.length === present.length && !isAlive(this.#pid)) {
      this.#broken.push(this.#pid);
      return this.#change((await report(this.#place)).pid ?? 0);
    }
    for (const { stdout, stderr } of outcomes) {
      if (stdout !== `daemon process already running; pid=${this.#pid}\n`)
        throw new Error(`a start printed ${JSON.stringify(stdout + stderr)}, not pid ${this.#pid}`);
    }
  }

  /** A keeper knows how the program exited, whoever else was dead at that moment. */
  async #expectKnown(): Promise<void> {
    const { lastExit } = await report(this.#place);
    const signal = lastExit?.signal;
    if (!this.#wasAdopted && signal !== SIGKILL)
      throw new Error(`the last exit is ${JSON.stringify(lastExit)}`);
  }

  async #check(): Promise<void> {
    const { pid, adopted, managerPid } = await report(this.#place);
    if (pid !== this.#pid) throw new Error(`the program is ${pid}, not ${this.#pid}`);
    // A start may win the lock of a folder that was removed; then the keeper leaves.
    if (adopted && this.#wasRemoved) this.#isAdopted = true;
    if (adopted !== this.#isAdopted) throw new Error(`adopted is ${adopted}`);
    const here = processesCarrying('ZD_TEST_PLACE', this.#place.folder);
    const programs = here.filter(one => /^perl \S*numbered\.pl/.test(commandLine(one)));
    if (programs.join() !== String(this.#pid)) throw new Error(`the programs are ${programs.join()}`);
    const managers = here.filter(one => /dist\/manager\.js /.test(commandLine(one)));
    if (managers.join() !== String(managerPid)) throw new Error(`the managers are ${managers.join()}`);
  }

  async #conclude(rounds: number): Promise<string> {
    expectDone(await this.#place.zd('-C app.conf stop'));
    const { lines, errors, gaps } = tallyLines(this.#place.path('numbers'), this.#place.read('log'));
    const isBroken = (gap: string) => this.#broken.some(pid => gap.includes(String(pid)));
    const holes = gaps.filter(gap => !isBroken(gap));
    // What a copier has read and not written is lost with it; that is the work of microseconds.
    const isTooMuch = holes.length > Math.ceil(this.#copiersKilled / 20);
    const wrong = [...errors, ...(isTooMuch ? holes : [])];
    if (wrong.length > 0) throw new Error(`${wrong.join('\n')}\n${this.#lastEvents()}`);
    const done = [...this.#counts].map(([name, count]) => `${count} ${name}`).join(', ');
    return `${rounds} rounds (${done}): one program at a time, ${lines} lines in order; ${holes.length} gaps after ${this.#copiersKilled} kills of a copier, and ${this.#broken.length} programs lost their output`;
  }

  #start(): Promise<Outcome> {
    return this.#place.zd('-C app.conf start', { limit: 60 });
  }

  async #awaitNext(): Promise<void> {
    const next = await until(AWAY, 'the next program', async () => {
      const { pid } = await report(this.#place);
      return pid !== this.#pid && pid;
    });
    this.#change(next);
  }

  #change(pid: number): void {
    if (pid === this.#pid) throw new Error(`the pid is still ${pid}`);
    this.#pid = pid;
    this.#wasAdopted = this.#isAdopted;
    this.#isAdopted = false;
  }

  #sendGarbage(): void {
    for (let count = this.#random.between(1, 30); count > 0; count--) {
      const socket = connect(this.#place.path('zdsock')).on('error', () => {});
      socket.end(randomBytes(this.#random.between(0, 20_000)));
      socket.resume();
    }
  }

  #count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  #lastEvents(): string {
    return this.#place.read('events').split('\n').slice(-20).join('\n');
  }
}

/** Asks by `zd`, which waits for a manager that is being replaced. */
async function report(place: Place): Promise<StatusReport> {
  return JSON.parse((await place.zd('status --json')).stdout);
}

function expectDone({ status, stdout, stderr }: Outcome): void {
  if (status !== 0) throw new Error(`exit status ${status}: ${stdout}${stderr}`);
}
