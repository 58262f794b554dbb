import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { EndRecord, HistoryReply } from '../src/protocol/history';
import { ask } from '../test/helpers/ask';
import { clearPlaces, fixture, makePlace, type Place } from '../test/helpers/cli';
import { report } from '../test/helpers/numbered-program';
import { waitForEnd } from '../test/helpers/processes';
import { until } from '../test/helpers/within';
import { Random } from './random';
import type { Torture } from './subject';

/** Places at work at the same time. */
const LANES = 3;
/** Ends between two looks at all that `zd history --json` prints. */
const LOOK_EVERY = 20;
/** Seconds until an end must be in the history. */
const PATIENCE = 30;
/** Signals that by default stop a process, or do nothing to it; see signal(7). */
const HARMLESS = [17, 18, 19, 20, 21, 22, 23, 28];
/** Those that leave a core. */
const WITH_CORE = [3, 4, 5, 6, 7, 8, 11, 24, 25, 31];
const FATAL = Array.from({ length: 64 }, (_, index) => index + 1).filter(
  number => !HARMLESS.includes(number),
);
const USER = userInfo().username;

/** What must be in the history. */
type Expected = Partial<Pick<EndRecord, 'code' | 'signal' | 'by' | 'user' | 'core'>> & { isNotRun?: boolean };

const WAYS = [
  'code',
  'code',
  'code',
  'signal',
  'signal',
  'outside',
  'stop',
  'restart',
  'kill',
  'exec',
  'alive',
  'watch',
  'memory',
] as const;

/**
 * Ends a program again and again: with every exit code and signal, with and without a core, by itself, by another process,
 * by a stop, a restart, a kill, a probe, a limit, a watched file, and because its file is gone; also while its manager is killed. Each end must be in
 * `zd history --json` once, as what it was.
 */
export const ends: Torture = {
  name: 'ends',
  async run(seconds, seed, bounds) {
    const random = new Random(seed);
    const budget = {
      left: bounds?.rounds ?? Number.POSITIVE_INFINITY,
      until: performance.now() + seconds * 1000,
    };
    const counts = new Map<string, number>();
    try {
      const lanes = Array.from({ length: LANES }, () => new Lane(random, counts).run(budget));
      const totals = await Promise.all(lanes);
      const done = [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
      return `${totals.reduce((sum, one) => sum + one, 0)} ends (${done}): all are named right`;
    } finally {
      await clearPlaces();
    }
  },
};

class Lane {
  readonly #place: Place = makePlace();
  readonly #random: Random;
  readonly #counts: Map<string, number>;
  readonly #expected: Expected[] = [];

  constructor(random: Random, counts: Map<string, number>) {
    this.#random = random;
    this.#counts = counts;
  }

  /** @returns how many ends there were */
  async run(budget: { left: number; until: number }): Promise<number> {
    const place = this.#place;
    place.write('run.pl', readFileSync(fixture('end-as-told.pl'), 'utf8'), 0o755);
    mkdirSync(place.path('watched'));
    place.configure({
      program: `./run.pl ${place.path('how')}`,
      directory: place.folder,
      'hang-around': 'on',
      forever: 'on',
      'start-seconds': '0',
      'backoff-limit': '3',
      alive: 'command test ! -e sick',
      'alive-every': '0.5',
      'alive-failures': '1',
      'restart-on-change': 'watched',
      'memory-limit': '100mb',
    });
    const started = await place.exec([
      'sh',
      '-c',
      `ulimit -c unlimited; exec ${zdWords()} -C app.conf start`,
    ]);
    if (started.status !== 0) throw new Error(started.stderr);
    while (budget.left > 0 && performance.now() < budget.until) {
      budget.left -= 1;
      await this.#endOnce();
      if (this.#expected.length % LOOK_EVERY === 0) await this.#lookAtAll();
    }
    await this.#lookAtAll();
    return this.#expected.length;
  }

  async #endOnce(): Promise<void> {
    const pid = await this.#start();
    const way = this.#random.pick(WAYS);
    const dies = ['code', 'signal', 'outside'].includes(way) && this.#random.between(1, 6) === 1;
    const number = this.#expected.length + 1;
    try {
      const expected = await this.#end(way, pid, dies);
      this.#expected.push(expected);
      this.#count(dies ? `${way} while the manager is killed` : way);
      await this.#check(way === 'exec' ? null : pid, expected);
    } catch (error) {
      throw new Error(`end ${number} (${way}${dies ? ', manager killed' : ''}): ${(error as Error).message}`);
    }
  }

  /** Ends the program in one way. @param dies whether its manager is killed meanwhile */
  async #end(way: (typeof WAYS)[number], pid: number, dies: boolean): Promise<Expected> {
    switch (way) {
      case 'code': {
        const code = this.#random.between(0, 255);
        await this.#strike(dies, () => this.#tell(`code ${code}`));
        return { code, by: 'nobody' };
      }
      case 'signal': {
        const signal = this.#random.pick(FATAL);
        await this.#strike(dies, () => this.#tell(`signal ${signal}`));
        return { signal, by: 'nobody', ...(WITH_CORE.includes(signal) && leavesCores ? { core: true } : {}) };
      }
      case 'outside':
        await this.#strike(dies, () => process.kill(pid, 'SIGKILL'));
        return { signal: 9, by: 'nobody' };
      case 'stop':
      case 'restart':
        await this.#zd(way);
        return { signal: 15, by: way, user: USER };
      case 'kill': {
        const signal = this.#random.pick([1, 2, 9, 10, 12, 15]);
        await this.#zd(`kill ${signal}`);
        return { signal, by: 'signal-by-zd', user: USER };
      }
      case 'alive':
        this.#place.write('sick', '');
        await until(PATIENCE, 'the end of a sick program', async () => (await this.#last())?.pid === pid);
        unlinkSync(this.#place.path('sick'));
        return { signal: 15, by: 'alive' };
      case 'watch':
        this.#place.write(`watched/${this.#expected.length}`, 'new');
        await until(PATIENCE, 'a restart', async () => (await this.#last())?.pid === pid);
        return { signal: 15, by: 'restart-on-change' };
      case 'memory':
        this.#tell('grow 200');
        await until(PATIENCE, 'the end of a large program', async () => (await this.#last())?.pid === pid);
        return { signal: 15, by: 'memory-limit' };
      case 'exec': {
        // What runs is stopped first, which is an end of its own.
        await this.#zd('stop');
        this.#expected.push({ signal: 15, by: 'stop', user: USER });
        renameSync(this.#place.path('run.pl'), this.#place.path('away'));
        await this.#place.zd('-C app.conf start');
        await this.#zd('stop');
        renameSync(this.#place.path('away'), this.#place.path('run.pl'));
        // Until the stop, the manager may have tried again.
        const { n = 0 } = (await this.#last()) ?? {};
        while (this.#expected.length + 1 < n) this.#expected.push({ isNotRun: true, by: 'nobody' });
        return { isNotRun: true, by: 'nobody' };
      }
    }
  }

  /** Lets something happen, perhaps at about the moment at which the manager is killed. */
  async #strike(dies: boolean, act: () => void): Promise<void> {
    if (!dies) return act();
    const { managerPid } = await report(this.#place);
    const isFirst = this.#random.between(0, 1) === 0;
    if (isFirst) act();
    process.kill(managerPid, 'SIGKILL');
    if (!isFirst) act();
    await waitForEnd(managerPid);
    await until(
      PATIENCE,
      'another manager',
      async () => (await report(this.#place)).managerPid !== managerPid,
    );
  }

  /** @returns the pid of a program that is up */
  async #start(): Promise<number> {
    rmSync(this.#place.path('how'), { force: true });
    const socket = this.#place.path('zdsock');
    return until(PATIENCE, 'a program', async () => {
      await ask(socket, 'start');
      const { pid } = await ask<{ pid: number | null }>(socket, 'status');
      return pid !== (await this.#last())?.pid && pid;
    });
  }

  async #last(): Promise<EndRecord | undefined> {
    const { ends: all } = await ask<HistoryReply>(this.#place.path('zdsock'), 'history');
    return all.at(-1);
  }

  /** The last end. */
  async #check(pid: number | null, expected: Expected): Promise<void> {
    const at = this.#expected.length;
    const end = await until(PATIENCE, `end ${at}`, async () => {
      const last = await this.#last();
      return last !== undefined && last.n >= at && last;
    });
    compare(end, expected, at);
    if (pid !== null && end.pid !== pid) throw new Error(`the pid is ${end.pid}, not ${pid}`);
  }

  /** What `zd history --json` prints, whole. */
  async #lookAtAll(): Promise<void> {
    const { stdout } = await this.#place.zd('-C app.conf history --json');
    const { ends: all } = JSON.parse(stdout) as HistoryReply;
    const first = Math.max(0, this.#expected.length - 50);
    const wanted = this.#expected.slice(first);
    if (all.length !== wanted.length) throw new Error(`${all.length} ends instead of ${wanted.length}`);
    for (const [index, end] of all.entries()) compare(end, wanted[index] as Expected, first + index + 1);
    for (const name of readdirSync(this.#place.folder))
      if (/^core/.test(name)) unlinkSync(this.#place.path(name));
  }

  #tell(how: string): void {
    writeFileSync(this.#place.path('how.new'), how);
    renameSync(this.#place.path('how.new'), this.#place.path('how'));
  }

  async #zd(words: string): Promise<void> {
    const { status, stderr } = await this.#place.zd(`-C app.conf ${words}`);
    if (status !== 0) throw new Error(`zd ${words}: status ${status}: ${stderr}`);
  }

  #count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }
}

function compare(end: EndRecord, { isNotRun, core, ...expected }: Expected, n: number): void {
  const found = { code: end.code, signal: end.signal, by: end.by, user: end.user, n: end.n };
  const wanted = { code: undefined, signal: undefined, user: undefined, ...expected, n };
  const isSame = Object.entries(wanted).every(
    ([field, value]) => found[field as keyof typeof found] === value,
  );
  const isRun = end.pid !== undefined;
  if (!isSame || isRun === (isNotRun ?? false) || (core === true && end.core !== true))
    throw new Error(`${JSON.stringify(end)} instead of ${JSON.stringify({ ...wanted, core, isNotRun })}`);
}

/** Whether cores go to the folder of the program, so that each such end has one. */
const leavesCores =
  spawnSync('sh', ['-c', 'test "$(cat /proc/sys/kernel/core_pattern)" = core && ulimit -c unlimited'])
    .status === 0;

function zdWords(): string {
  return `${process.execPath} ${new URL('../bin/zd.js', import.meta.url).pathname}`;
}
