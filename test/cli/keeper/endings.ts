import { spawnSync } from 'node:child_process';
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { readText } from '../../../src/system/files';
import { ask, askStatus } from '../../helpers/ask';
import { clearPlaces, fixture, makePlace, type Place } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { report } from '../../helpers/numbered-program';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* How a program ended comes from the keeper, which waits for it: no exit status is lost with a manager. */

const test = suite('endings');
test.after.each(clearPlaces);

/** Signals that by default stop a process, or do nothing to it; see signal(7). */
const HARMLESS = [17, 18, 19, 20, 21, 22, 23, 28];
const FATAL = numbers(1, 64).filter(number => !HARMLESS.includes(number));
/** Managers at work at the same time. */
const LANES = 4;
/** Where cores do not go to the folder of the program, nobody can see here whether there was one. */
const noCores =
  (readText('/proc/sys/kernel/core_pattern').trim() !== 'core' ||
    spawnSync('sh', ['-c', 'ulimit -c unlimited']).status !== 0) &&
  'cores go elsewhere, or are not allowed';

interface Told {
  how: 'code' | 'signal';
  number: number;
}

const codes = numbers(0, 255).map((number): Told => ({ how: 'code', number }));
const signals = FATAL.map((number): Told => ({ how: 'signal', number }));
const cores = [3, 4, 6, 8, 11, 31].map((number): Told => ({ how: 'signal', number }));

for (const [what, all] of [
  ['exit code from 0 to 255', codes],
  ['signal from 1 to 64, the unnamed ones too', signals],
] as const) {
  test.skipIf(keeperMissing, `every ${what} is reported as what it is`, () => inLanes(all, endAndCheck));
}

test.skipIf(keeperMissing || noCores, 'a signal that leaves a core is reported like any other', () =>
  inLanes(
    cores,
    async (place, told, pid) => {
      await endAndCheck(place, told, pid);
      const left = readdirSync(place.folder).filter(name => name.startsWith('core'));
      assert.is(left.length, 1, `signal ${told.number}`);
      rmSync(place.path(left[0] as string));
    },
    'ulimit -c unlimited; ',
  ),
);

test.skipIf(keeperMissing, 'also when the manager is dead at that moment, and the next one is told', () => {
  const sample = [0, 1, 2, 64, 127, 128, 255].map((number): Told => ({ how: 'code', number }));
  const deaths = [1, 9, 15, 32, 33, 63, 64].map((number): Told => ({ how: 'signal', number }));
  return inLanes([...sample, ...deaths, ...cores.slice(0, 2)], async (place, told, pid) => {
    const { managerPid } = await askStatus(place.path('zdsock'));
    process.kill(managerPid, 'SIGKILL');
    tell(place, told);
    const { lastExit } = await until(30, 'the next manager', async () => {
      const next = await report(place);
      return next.managerPid !== managerPid && next.lastExit?.pid === pid && next;
    });
    assert.ok(isRight(told, lastExit), `${told.how} ${told.number}: ${JSON.stringify(lastExit)}`);
  });
});

test.skipIf(keeperMissing, 'a death by a signal without a name is a crash, and is restarted', async () => {
  const place = await startAsTold();
  for (const number of [32, 34, 64]) {
    const { pid } = await askStatus(place.path('zdsock'));
    tell(place, { how: 'signal', number });
    await until(30, 'another program', async () => {
      const now = await askStatus(place.path('zdsock'));
      return now.pid !== null && now.pid !== pid && now.lastExit?.signal === number;
    });
  }
});

async function endAndCheck(place: Place, told: Told, pid: number): Promise<void> {
  tell(place, told);
  const lastExit = await until(30, `the end by ${told.how} ${told.number}`, async () => {
    const now = await askStatus(place.path('zdsock'));
    return now.lastExit?.pid === pid && now.lastExit;
  });
  assert.ok(isRight(told, lastExit), `${told.how} ${told.number}: ${JSON.stringify(lastExit)}`);
}

/** Starts a program that ends as it is told; a manager that gives up stays. */
async function startAsTold(before = ''): Promise<Place> {
  const place = makePlace();
  place.configure({
    program: `sh -c '${before}exec perl ${fixture('end-as-told.pl')} ${place.path('how')}'`,
    directory: place.folder,
    'hang-around': 'on',
    'start-seconds': '0',
  });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  return place;
}

/** Has programs end one way after another, each in the lane that is free next. */
async function inLanes(
  all: readonly Told[],
  act: (place: Place, told: Told, pid: number) => Promise<void>,
  before = '',
): Promise<void> {
  const queue = [...all];
  const lane = async () => {
    const place = await startAsTold(before);
    for (let next = queue.shift(); next; next = queue.shift()) {
      await ask(place.path('zdsock'), 'start');
      const { pid } = await askStatus(place.path('zdsock'));
      await act(place, next, pid as number);
    }
  };
  await Promise.all(numbers(1, LANES).map(lane));
}

function tell(place: Place, { how, number }: Told): void {
  writeFileSync(place.path('how.new'), `${how} ${number}`);
  renameSync(place.path('how.new'), place.path('how'));
}

function isRight(
  { how, number }: Told,
  exit: { code: number | null; signal: number | null } | null,
): boolean {
  if (how === 'code') return exit?.code === number && exit.signal === null;
  return exit?.signal === number && exit.code === null;
}

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

test.run();
