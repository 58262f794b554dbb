import { randomBytes } from 'node:crypto';
import { rmSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { clearPlaces, makePlace, type Outcome, type Place, pidIn } from '../test/helpers/cli';
import { tallyLines } from '../test/helpers/numbered';
import { configureNumbered, report } from '../test/helpers/numbered-program';
import { commandLine, isAlive, processesCarrying, waitForEnd } from '../test/helpers/processes';
import { until } from '../test/helpers/within';
import { Random } from './random';
import type { Bounds, Torture } from './subject';

/** Lines a second. */
const RATE = 100;
/** Starts that race after each kill, by default. */
const RACERS = 3;
/** Seconds until a dead program must be back: one of pause, one until an adopted program is missed, and slack. */
const AWAY = 15;
const NO_BOUNDS: Bounds = { rounds: null, racers: null };

/**
 * Kills managers of a program that writes numbered lines; starts then race to adopt the program. In between it kills
 * the program, upgrades the manager, removes its socket or its state, and sends garbage. There must never be two
 * programs, the pid must change only when it should, and each line must be there once and in order.
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

type Trouble = 'none' | 'crash' | 'both' | 'upgrade' | 'restart' | 'stop' | 'socket' | 'state' | 'garbage';

class Ordeal {
  readonly #random: Random;
  readonly #rounds: number;
  readonly #racers: number;
  readonly #place: Place = makePlace();
  readonly #counts = new Map<string, number>();
  #pid = 0;

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
      const troubles: Trouble[] = [
        ...([
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
        ] as const),
        'garbage',
      ];
      const trouble = this.#random.pick(troubles);
      try {
        await this.#make(trouble);
        await this.#killAndRace();
        await this.#check();
      } catch (error) {
        throw new Error(
          `round ${rounds + 1}, ${trouble}: ${(error as Error).message}\n${this.#lastEvents()}`,
        );
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
        return this.#awaitNext();
      case 'both': {
        const { managerPid } = await report(place);
        process.kill(managerPid, 'SIGKILL');
        process.kill(this.#pid, 'SIGKILL');
        await waitForEnd(this.#pid);
        this.#pid = pidIn(await this.#start());
        return;
      }
      case 'upgrade':
        return expectDone(await place.zd('-C app.conf upgrade'));
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
        return;
      case 'garbage':
        return this.#sendGarbage();
    }
  }

  /** Kills the manager at a random moment; several starts then race to adopt the program. */
  async #killAndRace(): Promise<void> {
    const { managerPid } = await report(this.#place);
    const pause = this.#random.between(0, 100);
    await new Promise(resolve => setTimeout(resolve, pause));
    process.kill(managerPid, 'SIGKILL');
    this.#count('kill');
    const racers = Array.from({ length: this.#random.between(1, this.#racers) }, () => this.#start());
    for (const outcome of await Promise.all(racers)) {
      if (outcome.stdout !== `daemon process already running; pid=${this.#pid}\n`)
        throw new Error(
          `a start printed ${JSON.stringify(outcome.stdout + outcome.stderr)}, not pid ${this.#pid}`,
        );
    }
  }

  async #check(): Promise<void> {
    const { pid, adopted, managerPid } = await report(this.#place);
    if (pid !== this.#pid || !adopted) throw new Error(`the program is ${pid}, not the adopted ${this.#pid}`);
    const here = processesCarrying('ZD_TEST_PLACE', this.#place.folder);
    const programs = here.filter(one => /^\S*python\S* \S*numbered\.py/.test(commandLine(one)));
    if (programs.join() !== String(this.#pid)) throw new Error(`the programs are ${programs.join()}`);
    const managers = here.filter(one => /dist\/manager\.js /.test(commandLine(one)));
    if (managers.join() !== String(managerPid)) throw new Error(`the managers are ${managers.join()}`);
  }

  async #conclude(rounds: number): Promise<string> {
    expectDone(await this.#place.zd('-C app.conf stop'));
    const { lines, errors, gaps } = tallyLines(this.#place.path('numbers'), this.#place.read('log'));
    const wrong = [...errors, ...gaps];
    if (wrong.length > 0) throw new Error(`${wrong.join('\n')}\n${this.#lastEvents()}`);
    const done = [...this.#counts].map(([name, count]) => `${count} ${name}`).join(', ');
    return `${rounds} rounds (${done}): one program at a time, ${lines} lines, each once and in order`;
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

function expectDone({ status, stdout, stderr }: Outcome): void {
  if (status !== 0) throw new Error(`exit status ${status}: ${stdout}${stderr}`);
}
