import { renameSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import type { StatusReport } from '../../../../src/protocol/messages';
import { type Place, pidIn } from '../../../helpers/cli';
import { report } from '../../../helpers/numbered-program';
import { until } from '../../../helpers/within';

/** Something that holds whoever is the parent of the program, but for the differences that `contract.ts` lists. */
export interface Behaviour {
  /** A sentence. */
  title: string;
  /** Fails where it does not hold. */
  check(place: Place): Promise<unknown>;
}

/** Starts a program in the folder of a place, with its output in `log`. @returns its pid */
export async function start(
  place: Place,
  program: string,
  runner: Record<string, string> = {},
): Promise<number> {
  place.configure({ program, directory: place.folder, transcript: 'log', 'start-seconds': '0', ...runner });
  const started = await place.zd('-C app.conf start');
  assert.is(started.status, 0, started.stderr);
  return pidIn(started);
}

/** The same for a script of Python. */
export function startScript(
  place: Place,
  text: string,
  runner: Record<string, string> = {},
): Promise<number> {
  place.write('work.py', text);
  return start(place, 'python3 work.py', runner);
}

/** Ends as the file `how` says: the exit code, or below 0 the signal that kills it. */
export const END_AS_TOLD = `import os, time
print("up", flush=True)
while not os.path.exists("how"): time.sleep(0.01)
number = int(open("how").read())
if number >= 0: os._exit(number)
os.kill(os.getpid(), -number)
time.sleep(1000)
`;

/** Has it end, and waits until the manager, which hangs around, has reported that. */
export async function endAsTold(place: Place, pid: number, number: number): Promise<StatusReport> {
  writeFileSync(place.path('how.new'), String(number));
  renameSync(place.path('how.new'), place.path('how'));
  return until(30, 'the report of the end', async () => {
    const now = await report(place);
    return now.lastExit?.pid === pid && now;
  });
}
