import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { anyoneAt } from '../src/client/address';
import { request } from '../src/client/request';
import { systemClock } from '../src/system/clock';
import { inFolder, runZd } from './commands';
import { type Figure, type Subject, summarize } from './figure';

/** The number of managers; each figure is their median. */
const FEW = 5;
const MANY = 20;
const QUIET = 20;
const RESTARTS = 1000;
/** Seconds. V8's housekeeping after a start takes some ten. */
const SETTLING = 20;

/** Memory and processor time of managers, idle and after many restarts. */
export const footprint: Subject = {
  name: 'footprint',
  measure: async quick => [
    ...(await withManagers(FEW, managers => measureIdle(managers, quick ? 5 : QUIET))),
    ...(await measureAlive(quick ? 5 : QUIET)),
    await withManagers(1, measureAlone),
    await withManagers(MANY, measureTogether),
    await withManagers(quick ? 1 : FEW, managers => measureRestarts(managers, quick ? 50 : RESTARTS)),
  ],
};

/** A manager, and the keeper that is its parent. */
interface Manager {
  pid: number;
  keeper: number | null;
  socket: string;
}

/** @param settings lines of a configuration file */
async function withManagers<T>(
  count: number,
  use: (managers: Manager[]) => Promise<T>,
  settings: readonly string[] = [],
): Promise<T> {
  return inFolder(async folder => {
    const sockets = Array.from({ length: count }, (_, index) => join(folder, `s${index}`));
    const file = join(folder, 'zd.conf');
    writeFileSync(file, ['[runner]', 'program = sleep 1000', ...settings, ''].join('\n'));
    const words = settings.length > 0 ? ['-C', file] : ['-p', 'sleep 1000'];
    try {
      const managers = sockets.map(socket => {
        runZd(folder, '-s', socket, ...words, 'start');
        const { managerPid, keeperPid } = JSON.parse(runZd(folder, '-s', socket, 'status', '--json'));
        return { socket, pid: managerPid as number, keeper: keeperPid as number | null };
      });
      return await use(managers);
    } finally {
      for (const socket of sockets) runZd(folder, '-s', socket, 'stop');
    }
  });
}

/** Managers that look each second whether a port is open. */
async function measureAlive(quiet: number): Promise<Figure[]> {
  const server = createServer(socket => socket.destroy());
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const settings = [`alive = port 127.0.0.1:${port}`, 'alive-every = 1'];
    return await withManagers(FEW, managers => measureRest(managers, quiet, 'alive each second'), settings);
  } finally {
    server.close();
  }
}

async function measureIdle(managers: Manager[], quiet: number): Promise<Figure[]> {
  return measureRest(managers, quiet, 'idle', [
    { kind: 'at most', value: 10 },
    { kind: 'at most', value: 0.1 },
  ]);
}

/** @param what they do */
async function measureRest(
  managers: Manager[],
  quiet: number,
  what: string,
  [memory = null, switches = null]: Figure['promise'][] = [],
): Promise<Figure[]> {
  await settle(SETTLING);
  const look = () =>
    managers.map(one => ({ switches: sum(one, contextSwitches), ticks: sum(one, cpuTicks) }));
  const before = look();
  await settle(quiet);
  const after = look();
  const perSecond = (field: 'switches' | 'ticks') =>
    after.map((now, index) => (now[field] - (before[index]?.[field] ?? Number.NaN)) / quiet);
  const memoryOf = managers.map(one => sum(one, privateMiB));
  return [
    figure(`private memory, ${what}`, 'MiB', memoryOf, memory),
    figure(`context switches, ${what}`, '/s', perSecond('switches'), switches),
    figure(`CPU, ${what}`, '%', perSecond('ticks')),
  ];
}

/** PSS counts shared memory in full if there is only one manager. */
async function measureAlone([manager]: Manager[]): Promise<Figure> {
  await settle(SETTLING);
  return figure('PSS, idle', 'MiB', manager ? [sum(manager, pssMiB)] : []);
}

async function measureTogether(managers: Manager[]): Promise<Figure> {
  await settle(2);
  return figure(
    `PSS of each of ${managers.length}`,
    'MiB',
    managers.map(one => sum(one, pssMiB)),
  );
}

async function measureRestarts(managers: Manager[], restarts: number): Promise<Figure> {
  const each = (value: (manager: Manager) => Promise<void>) => Promise.all(managers.map(value));
  await each(manager => restart(manager, 100));
  await settle(SETTLING);
  const before = managers.map(one => sum(one, privateMiB));
  await each(manager => restart(manager, restarts));
  await settle(SETTLING);
  const growths = managers.map((one, index) => sum(one, privateMiB) - (before[index] ?? Number.NaN));
  const name = `private memory after ${restarts} restarts, growth`;
  return figure(name, 'MiB', growths, { kind: 'at most', value: 2 });
}

/** Uses the socket: a zd process for each restart would cost the start-up of Node a thousand times. */
async function restart({ socket }: Manager, times: number): Promise<void> {
  for (let done = 0; done < times; done++)
    await request({ socket: anyoneAt(socket), clock: systemClock, limit: 30 }, 'restart', {
      refresh: { startSeconds: 0 },
    });
}

function figure(name: string, unit: string, values: number[], promise: Figure['promise'] = null): Figure {
  return { name, who: 'zd', ...summarize(values), unit, floor: null, promise };
}

function settle(seconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, seconds * 1000));
}

/** Of manager and keeper together. */
function sum({ pid, keeper }: Manager, measure: (pid: number) => number): number {
  return measure(pid) + (keeper === null ? 0 : measure(keeper));
}

function memory(pid: number, field: string): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN);
}

function privateMiB(pid: number): number {
  return (memory(pid, 'Private_Clean') + memory(pid, 'Private_Dirty')) / 1024;
}

function pssMiB(pid: number): number {
  return memory(pid, 'Pss') / 1024;
}

/** Voluntary and involuntary switches of all threads. */
function contextSwitches(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    return (
      sum + [...text.matchAll(/ctxt_switches:\s+(\d+)/g)].reduce((all, match) => all + Number(match[1]), 0)
    );
  }, 0);
}

/** Hundredths of a second. */
function cpuTicks(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
