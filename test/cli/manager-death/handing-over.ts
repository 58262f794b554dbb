import { connect, type Socket } from 'node:net';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, pidIn } from '../../helpers/cli';
import { childrenOf, commandLine, isAlive, keeperOf, waitForEnd } from '../../helpers/processes';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* What reaches a manager while another one takes over from it. */

const test = suite('handing over');
test.after.each(clearPlaces);

interface Scene {
  pid: number;
  manager: number;
  keeper: number;
  /** A connection that was open before. */
  socket: Socket;
}

/** Upgrades, and acts as soon as the successor exists. @returns what the program was */
async function upgradeAnd(act: (scene: Scene) => void) {
  const place = makePlace();
  const pid = pidIn(await place.zd(['-p', 'sleep 1000', 'start']));
  const { managerPid: manager } = await place.report();
  const keeper = keeperOf(manager) ?? 0;
  const socket = connect(place.path('zdsock'));
  socket.on('error', () => {}).resume();
  const managers = () =>
    [...childrenOf(keeper), ...childrenOf(manager)].filter(one => commandLine(one).includes('manager.js'));
  const upgrade = place.zd(['-p', 'sleep 1000', 'upgrade']);
  await until(30, 'the successor', () => managers().some(one => one !== manager));
  act({ pid, manager, keeper, socket });
  await upgrade;
  return { place, pid, manager };
}

const ends: Record<string, (scene: Scene) => unknown> = {
  'SIGTERM to the manager': ({ manager }) => process.kill(manager, 'SIGTERM'),
  'SIGINT to the manager': ({ manager }) => process.kill(manager, 'SIGINT'),
  'SIGTERM to its parent': ({ manager, keeper }) => process.kill(keeper || manager, 'SIGTERM'),
  'a text stop': ({ socket }) => socket.write('stop\n'),
  'a text exit': ({ socket }) => socket.write('exit\n'),
  'a JSON stop': ({ socket }) => socket.write('{"jsonrpc": "2.0", "id": 1, "method": "stop"}\n'),
};

for (const [name, act] of Object.entries(ends))
  test(`${name} between the birth of a successor and the end of its predecessor stops the program`, async () => {
    const { place, pid, manager } = await upgradeAnd(act);
    await waitForEnd(pid);
    await waitForEnd(manager);
    await until(30, 'the end of both', async () => (await place.zd('status')).status === 3);
  });

test('a text restart at that time is done, too', async () => {
  const { place, pid } = await upgradeAnd(({ socket }) => socket.write('restart\n'));
  await waitForEnd(pid);
  const { pid: next } = await until(30, 'the next run', async () => {
    const report = await place.report();
    return report.state === 'running' && report;
  });
  assert.ok(next !== pid && isAlive(next ?? 0));
});

test.run();
