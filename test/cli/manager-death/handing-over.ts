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
  /** Sends a request over a connection that was open before. */
  ask(request: string): void;
}

/** Upgrades, and acts as soon as the successor exists. @returns what the program was */
async function upgradeAnd(act: (scene: Scene) => void) {
  const place = makePlace();
  const pid = pidIn(await place.zd(['-p', 'sleep 1000', 'start']));
  const { managerPid: manager } = await place.report();
  const keeper = keeperOf(manager) ?? 0;
  const socket = open(place.path('zdsock'));
  const managers = () =>
    [...childrenOf(keeper), ...childrenOf(manager)].filter(one => commandLine(one).includes('manager.js'));
  const upgrade = place.zd(['-p', 'sleep 1000', 'upgrade']);
  await until(30, 'the successor', () => managers().some(one => one !== manager));
  act({ pid, manager, keeper, ask: request => sendOver(socket, place.path('zdsock'), request) });
  await upgrade;
  return { place, pid, manager };
}

function open(path: string): Socket {
  return connect(path)
    .on('error', () => {})
    .resume();
}

/** On a loaded machine the predecessor may have closed the connection by now: unanswered, it is asked again. */
function sendOver(socket: Socket, path: string, request: string): void {
  let isAnswered = false;
  socket.on('data', () => {
    isAnswered = true;
  });
  const askAgain = () => isAnswered || open(path).write(request);
  if (socket.destroyed) askAgain();
  else socket.once('close', askAgain).write(request);
}

const ends: Record<string, (scene: Scene) => unknown> = {
  'SIGTERM to the manager': ({ manager }) => process.kill(manager, 'SIGTERM'),
  'SIGINT to the manager': ({ manager }) => process.kill(manager, 'SIGINT'),
  'SIGTERM to its parent': ({ manager, keeper }) => process.kill(keeper || manager, 'SIGTERM'),
  'a text stop': ({ ask }) => ask('stop\n'),
  'a text exit': ({ ask }) => ask('exit\n'),
  'a JSON stop': ({ ask }) => ask('{"jsonrpc": "2.0", "id": 1, "method": "stop"}\n'),
};

for (const [name, act] of Object.entries(ends))
  test(`${name} between the birth of a successor and the end of its predecessor stops the program`, async () => {
    const { place, pid, manager } = await upgradeAnd(act);
    await waitForEnd(pid);
    await waitForEnd(manager);
    await until(30, 'the end of both', async () => (await place.zd('status')).status === 3);
  });

test('a text restart at that time is done, too', async () => {
  const { place, pid } = await upgradeAnd(({ ask }) => ask('restart\n'));
  await waitForEnd(pid);
  const { pid: next } = await until(30, 'the next run', async () => {
    const report = await place.report();
    return report.state === 'running' && report;
  });
  assert.ok(next !== pid && isAlive(next ?? 0));
});

test.run();
