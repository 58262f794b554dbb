import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { clearPlaces, fixture, makePlace, type Place } from '../test/helpers/cli';
import { isAlive, processesCarrying } from '../test/helpers/processes';
import { waitForFile } from '../test/helpers/within';
import { Random } from './random';
import type { Torture } from './subject';

/** Stops without other bounds. */
const ROUNDS = 200;
/** Processes that keep the processors busy. */
const BURNERS = 4;
const MARK = 'ZD_TEST_PLACE';

/**
 * Starts a tree of processes that ignore signals, have sessions of their own, are daemons or are suspended, and stops
 * it while the machine is busy. After each stop nothing of it is there, and the bystanders are.
 */
export const gone: Torture = {
  name: 'gone',
  async run(seconds, seed, { rounds } = { rounds: null, racers: null }) {
    const crowd = [...Array(BURNERS).fill('1 while 1'), 'sleep 1 while 1'].map(script =>
      spawn('perl', ['-e', script], { stdio: 'ignore' }),
    );
    try {
      return await stopAgainAndAgain(
        new Random(seed),
        rounds ?? ROUNDS,
        performance.now() + seconds * 1000,
        crowd,
      );
    } finally {
      for (const one of crowd) one.kill('SIGKILL');
      await clearPlaces();
    }
  },
};

const SCOPES = ['program', 'group'];
const PLANS = ['TERM', 'TERM 100ms, INT 100ms, KILL', 'INT 50ms, QUIT', 'KILL'];
const WAYS = ['', 'pause', 'proof'];

async function stopAgainAndAgain(random: Random, rounds: number, deadline: number, crowd: ChildProcess[]) {
  const place = makePlace();
  let longest = 0;
  let round = 0;
  for (; round < rounds && performance.now() < deadline; round++) {
    const plan = random.pick(PLANS);
    const scope = random.pick(SCOPES);
    const way = random.pick(WAYS);
    try {
      longest = Math.max(longest, await stopTree(place, { plan, scope, way }));
    } catch (error) {
      const what = `round ${round + 1}, ${way || 'plain'}, ${plan}, ${scope}`;
      throw new Error(`${what}: ${(error as Error).message}`);
    }
    const dead = crowd.filter(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null);
    if (dead.length > 0)
      throw new Error(`round ${round + 1}: a bystander was killed by ${dead[0]?.signalCode}`);
  }
  return `${round} stops, nothing left, the longest took ${longest.toFixed(1)} s`;
}

/** @returns the seconds that the stop took */
async function stopTree(place: Place, { plan, scope, way }: { plan: string; scope: string; way: string }) {
  rmSync(place.path('tree'), { force: true });
  place.configure({
    program: `${fixture('tree.pl')} ${way}`,
    directory: place.folder,
    'start-seconds': '0',
    'stop-timeout': '300ms',
    'stop-signals': plan,
    'stop-scope': scope,
  });
  await expectDone(place, 'start');
  const tree = await waitForFile(place.path('tree'));
  const begun = performance.now();
  await expectDone(place, 'stop');
  const took = (performance.now() - begun) / 1000;
  const left = [
    ...(tree.match(/^\d+/gm) ?? []).map(Number).filter(isAlive),
    ...processesCarrying(MARK, place.folder),
  ];
  if (left.length > 0) throw new Error(`after the stop there is ${left.join(', ')}\n${tree}`);
  return took;
}

async function expectDone(place: Place, command: string): Promise<void> {
  const { status, stderr } = await place.zd(`-C app.conf ${command}`, { limit: 60 });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
}
