import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, managerOf, runZd } from './commands';
import { type Figure, type Subject, summarize } from './figure';

const QUIET = 20;
const RESTARTS = 1000;
/** Seconds. */
const SETTLING = 20;

/** What managers take while nothing happens, and after a lot has. */
export const footprint: Subject = {
  name: 'footprint',
  measure: async quick => [
    ...(await inFolder(folder => measureIdle(folder, quick ? 5 : QUIET))),
    ...(await inFolder(measureTwenty)),
    ...(await inFolder(folder => measureRestarts(folder, quick ? 50 : RESTARTS))),
  ],
};

async function measureIdle(folder: string, quiet: number): Promise<Figure[]> {
  runZd(folder, '-p', 'sleep 1000', 'start');
  try {
    const pid = managerOf(folder);
    // V8's own housekeeping after a start takes some ten seconds.
    await settle(SETTLING);
    const switches = contextSwitches(pid);
    const ticks = cpuTicks(pid);
    await settle(quiet);
    return [
      single('private memory, idle', privateKiB(pid) / 1024, 'MiB', { kind: 'at most', value: 9 }),
      single('PSS, idle', memory(pid, 'Pss') / 1024, 'MiB', null),
      single('context switches, idle', (contextSwitches(pid) - switches) / quiet, '/s', {
        kind: 'at most',
        value: 0.1,
      }),
      single('CPU, idle', ((cpuTicks(pid) - ticks) / 100 / quiet) * 100, '%', null),
    ];
  } finally {
    runZd(folder, 'stop');
  }
}

async function measureTwenty(folder: string): Promise<Figure[]> {
  const sockets = Array.from({ length: 20 }, (_, index) => join(folder, `s${index}`));
  try {
    const pids = sockets.map(socket => {
      runZd(folder, '-s', socket, '-p', 'sleep 1000', 'start');
      return JSON.parse(runZd(folder, '-s', socket, 'status', '--json')).managerPid as number;
    });
    await settle(2);
    const pss = summarize(pids.map(pid => memory(pid, 'Pss') / 1024));
    return [{ name: 'PSS of each of 20', who: 'zd', ...pss, unit: 'MiB', floor: null, promise: null }];
  } finally {
    for (const socket of sockets) runZd(folder, '-s', socket, 'stop');
  }
}

async function measureRestarts(folder: string, restarts: number): Promise<Figure[]> {
  runZd(folder, '-p', 'sleep 1000', '--start-seconds', '0', 'start');
  try {
    const pid = managerOf(folder);
    for (let done = 0; done < 100; done++) await restart(folder);
    await settle(SETTLING);
    const before = privateKiB(pid);
    for (let done = 0; done < restarts; done++) await restart(folder);
    await settle(SETTLING);
    const growth = (privateKiB(pid) - before) / 1024;
    const name = `private memory after ${restarts} restarts, growth`;
    return [single(name, growth, 'MiB', { kind: 'at most', value: 2 })];
  } finally {
    runZd(folder, 'stop');
  }
}

/** Over the socket: a client of its own for each would take Node's start-up a thousand times. */
async function restart(folder: string): Promise<void> {
  const { request } = await import('../src/client');
  const { systemClock } = await import('../src/clock');
  await request({ socket: join(folder, 'zdsock'), clock: systemClock, limit: 30 }, 'restart', {});
}

function single(name: string, value: number, unit: string, promise: Figure['promise']): Figure {
  return { name, who: 'zd', value, spread: [value, value], unit, floor: null, promise };
}

function settle(seconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, seconds * 1000));
}

function memory(pid: number, field: string): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN);
}

function privateKiB(pid: number): number {
  return memory(pid, 'Private_Clean') + memory(pid, 'Private_Dirty');
}

/** Of all threads, asked for or not. */
function contextSwitches(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    return (
      sum + [...text.matchAll(/ctxt_switches:\s+(\d+)/g)].reduce((all, match) => all + Number(match[1]), 0)
    );
  }, 0);
}

function cpuTicks(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
