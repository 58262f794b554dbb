import * as assert from 'uvu/assert';
import type { Event, StateName } from '../../../../src/manager/lifecycle/types';
import { byCode, Life } from '../../../helpers/lifecycle';
import { suite } from '../../../runner/guard';

/* Every request in every state: the next state, and the effects. */

const test = suite('lifecycle: requests in every state');

const requests: Event[] = [
  { name: 'start' },
  { name: 'stop' },
  { name: 'restart' },
  { name: 'leave', status: 1 },
];

const up = () => new Life({ startSeconds: 1, hangAround: true }).up();
const running = () => after(up(), { name: 'deadline' });
const stopping = () => after(running(), { name: 'stop' });
const ended: Event = { name: 'exited', ending: byCode(1) };

const makers: Record<StateName, () => Life> = {
  idle: () => new Life({ hangAround: true }),
  starting: up,
  running,
  resumed: () => after(stopping(), { name: 'start' }),
  preparing: () => new Life({ hasPreparation: true, hangAround: true }).up(),
  waiting: () => after(new Life({ runEvery: 5, hangAround: true }).up(), ended),
  backoff: () => after(running(), ended),
  stopping,
  restarting: () => after(running(), { name: 'restart' }),
  sweeping: () => after(stopping(), ended),
  cleaning: () => after(new Life({ hasAfterExit: true, hangAround: true }).up(), ended),
  gone: () => after(new Life(), { name: 'leave', status: 3 }, { name: 'groupGone' }),
};

const swept = ['disarm', 'arm 300', 'sweep'];
const told = ['dismiss', 'disarm', 'arm 300', 'signal 15'];
const toldWhileStarting = ['dismiss', 'disarm', 'reportStartCancelled', 'arm 300', 'signal 15'];
const cancelled = ['reportStartCancelled'];
const wanted: Record<StateName, [StateName, string[]][]> = {
  idle: [
    ['starting', ['spawn']],
    ['sweeping', swept],
    ['starting', ['spawn']],
    ['sweeping', swept],
  ],
  starting: [
    ['starting', []],
    ['stopping', toldWhileStarting],
    ['restarting', told],
    ['stopping', toldWhileStarting],
  ],
  running: [
    ['running', []],
    ['stopping', told],
    ['restarting', told],
    ['stopping', told],
  ],
  resumed: [
    ['resumed', []],
    ['stopping', told],
    ['restarting', told],
    ['stopping', told],
  ],
  preparing: [
    ['preparing', []],
    ['sweeping', ['dismiss', ...cancelled, ...swept]],
    ['preparing', []],
    ['sweeping', ['dismiss', ...cancelled, ...swept]],
  ],
  waiting: [
    ['waiting', ['reportScheduled']],
    ['sweeping', ['dismiss', ...cancelled, ...swept]],
    ['starting', ['disarm', 'spawn']],
    ['sweeping', ['dismiss', ...cancelled, ...swept]],
  ],
  backoff: [
    ['starting', ['disarm', 'spawn']],
    ['sweeping', ['dismiss', ...cancelled, ...swept]],
    ['starting', ['disarm', 'spawn']],
    ['sweeping', ['dismiss', ...cancelled, ...swept]],
  ],
  stopping: [
    ['resumed', ['disarm', 'attend', 'reportStopCancelled', 'reportStarted']],
    ['stopping', ['signal 15']],
    ['restarting', ['reportStopCancelled']],
    ['stopping', cancelled],
  ],
  restarting: [
    ['restarting', []],
    ['stopping', cancelled],
    ['restarting', []],
    ['stopping', cancelled],
  ],
  sweeping: [
    ['sweeping', ['reportStopCancelled']],
    ['sweeping', cancelled],
    ['sweeping', ['reportStopCancelled']],
    ['sweeping', cancelled],
  ],
  cleaning: [
    ['cleaning', []],
    ['cleaning', cancelled],
    ['cleaning', []],
    ['cleaning', cancelled],
  ],
  gone: [
    ['gone', cancelled],
    ['gone', ['reportStopped']],
    ['gone', cancelled],
    ['gone', []],
  ],
};

for (const [name, row] of Object.entries(wanted)) {
  test(`while ${name}`, () => {
    for (const [index, request] of requests.entries()) {
      const life = makers[name as StateName]();
      assert.is(life.state.name, name);
      const effects = life.send(request);
      assert.equal([life.state.name, effects], row[index], request.name);
    }
  });
}

test('once it is asked to exit, nothing starts again', () => {
  for (const name of [
    'starting',
    'running',
    'resumed',
    'backoff',
    'stopping',
    'restarting',
    'sweeping',
  ] as const) {
    const life = after(makers[name](), { name: 'leave', status: 4 });
    for (const request of ['start', 'restart', 'stop', 'start'] as const) life.send({ name: request });
    if (life.state.pid !== null) life.send(ended);
    assert.is(life.state.name, 'sweeping', name);
    assert.is(life.send({ name: 'groupGone' }).at(-1), 'leave 4');
  }
});

test('impossible events are logged and change nothing', () => {
  const spawned: Event = { name: 'spawned', pid: 99 };
  for (const name of ['idle', 'running', 'backoff', 'stopping', 'sweeping'] as const) {
    const life = makers[name]();
    const before = life.state;
    assert.equal(life.send(spawned), [`warn: unexpected event spawned while ${name}`]);
    assert.is(life.state, before);
  }
});

test('the end of a group that is not waited for changes nothing', () => {
  for (const name of ['idle', 'starting', 'running', 'resumed', 'backoff', 'stopping'] as const)
    assert.equal(makers[name]().send({ name: 'groupGone' }), [], name);
});

function after(life: Life, ...events: Event[]): Life {
  for (const event of events) life.send(event);
  return life;
}

test.run();
