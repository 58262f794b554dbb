import { join } from 'node:path';
import { anyoneAt } from '../src/client/address';
import { request } from '../src/client/request';
import type { StatusReport } from '../src/protocol/messages';
import { systemClock } from '../src/system/clock';
import { inFolder, runZd } from './commands';
import { type Figure, type Subject, summarize } from './figure';

/** How much later than configured a program that exited on its own is up again, by the manager's timestamps. */
export const restartLag: Subject = {
  name: 'restart',
  measure: async quick => {
    const runs = quick ? 3 : 12;
    return [
      await inFolder(folder => measure(folder, 'restart at once, lag', ['sleep 1.1', '1'], 0, runs)),
      await inFolder(folder => measure(folder, 'restart after 1 s, lag', ['sleep 0.3', '1'], 1, runs)),
    ];
  },
};

async function measure(folder: string, name: string, [pause, limit]: string[], delay: number, runs: number) {
  runZd(folder, '-p', `sh -c "${pause}; exit 3"`, '-b', String(limit), '-f', 'start');
  try {
    const lags: number[] = [];
    for (let seen = 0; lags.length < runs; ) {
      const { restarts, since, lastExit, pid } = await readStatus(folder);
      if (restarts > seen && pid !== null && since !== null && lastExit !== null) {
        // The timestamps are whole milliseconds, in seconds; floating point blurs their difference.
        lags.push(Math.round((since - lastExit.at - delay) * 1000));
        seen = restarts;
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    const promise = { kind: 'at most' as const, value: 5 };
    const figure: Figure = { name, who: 'zd', ...summarize(lags), unit: 'ms', floor: null, promise };
    return figure;
  } finally {
    runZd(folder, 'stop');
  }
}

async function readStatus(folder: string): Promise<StatusReport> {
  return (await request(
    { socket: anyoneAt(join(folder, 'zdsock')), clock: systemClock },
    'status',
  )) as StatusReport;
}
