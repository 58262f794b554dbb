import * as assert from 'uvu/assert';
import { Delivery } from '../../../../src/manager/log/delivery';
import type { LogRecord } from '../../../../src/manager/log/record';
import type { Failure, Sender, SendJob } from '../../../../src/manager/log/sender';
import type { Parent } from '../../../../src/manager/parent/parent';
import { FakeClock } from '../../../helpers/fake-clock';
import { suite } from '../../../runner/guard';

const test = suite('the delivery of records');

test('records are sent one after the other, and wait for the parent', () => {
  const { delivery, jobs, answer } = begin({ isConnected: false });
  delivery.take(record('a'));
  delivery.take(record('b'));
  assert.is(jobs.length, 0);
  delivery.connect({} as Parent);
  assert.equal(jobs.map(textOf), ['a']);
  answer(null);
  assert.equal(jobs.map(textOf), ['a', 'b']);
  assert.is(delivery.problem, null);
});

test('a failure is reported once, and tried again at growing distances', () => {
  const { delivery, jobs, answer, clock, reports } = begin();
  delivery.take(record('a'));
  for (const pause of [1, 2, 4, 8, 16, 32, 60, 60]) {
    const before = jobs.length;
    answer({ reason: 'no route' });
    clock.advance(pause - 0.5);
    assert.is(jobs.length, before);
    clock.advance(0.5);
    assert.is(jobs.length, before + 1);
  }
  assert.equal(reports, ['cannot send the event log to test: no route']);
  assert.is(delivery.problem, 'cannot send the event log to test: no route; 1 record waits, 0 lost');
  answer(null);
  assert.is(delivery.problem, null);
  assert.is(clock.pending, 0);
});

test('what has no room is counted, and the next record says so', () => {
  const { delivery, jobs, answer } = begin();
  for (let number = 0; number < 130; number++) delivery.take(record(String(number)));
  assert.is(delivery.lost, 30);
  for (let number = 0; number < 100; number++) answer(null);
  assert.is(jobs.length, 100);
  assert.is(textOf(jobs[0]!), '0');
  assert.is(textOf(jobs[1]!), '(30 records lost) 1');
  assert.is(textOf(jobs[2]!), '2');
  delivery.take(record('later'));
  assert.is(textOf(jobs[100]!), 'later');
});

test('a record that is refused is lost, and the next one follows', () => {
  const { delivery, jobs, answer, clock } = begin();
  delivery.take(record('a'));
  delivery.take(record('b'));
  answer({ reason: 'status 400', isFinal: true });
  assert.is(delivery.problem, 'cannot send the event log to test: status 400; 1 record waits, 1 lost');
  clock.advance(1);
  assert.is(textOf(jobs[1]!), '(1 records lost) b');
});

test('an attempt without an answer is ended after ten seconds', () => {
  const { delivery, jobs, clock, ended } = begin();
  delivery.take(record('a'));
  clock.advance(10);
  assert.is(ended(), 1);
  assert.match(delivery.problem!, 'no answer within 10 seconds');
  clock.advance(1);
  assert.is(jobs.length, 2);
});

test('of each level, ten are sent at once, and one a minute; the next one counts the rest', () => {
  const { delivery, jobs, answer, clock } = begin({ rate: { most: 10, every: 60 } });
  const take = (level: LogRecord['level'], count: number) => {
    for (let number = 0; number < count; number++) {
      const before = jobs.length;
      delivery.take({ ...record('x'), level });
      if (jobs.length > before) answer(null);
    }
  };
  take('info', 1000);
  assert.is(jobs.length, 10);
  take('critical', 1);
  assert.is(jobs.length, 11);
  assert.is(jobs[10]!.withheld, 990);
  clock.advance(60);
  take('info', 5);
  assert.is(jobs.length, 12);
  assert.is(jobs[11]!.withheld, 0);
  assert.is(delivery.lost, 0);
});

test('flush tries once more what waits, and ends with a failure, at the limit, or when all is sent', async () => {
  const { delivery, jobs, answer, clock } = begin();
  await delivery.flush();
  delivery.take(record('a'));
  answer({ reason: 'no' });
  const first = delivery.flush();
  assert.is(jobs.length, 2);
  answer({ reason: 'no' });
  await first;
  const second = delivery.flush();
  answer(null);
  await second;
  delivery.take(record('b'));
  const third = delivery.flush();
  clock.advance(5);
  await third;
  delivery.close();
  assert.is(clock.pending, 0);
});

interface Setting {
  isConnected?: boolean;
  rate?: Sender['rate'];
}

function begin({ isConnected = true, rate }: Setting = {}) {
  const clock = new FakeClock();
  const jobs: SendJob[] = [];
  const reports: string[] = [];
  let ended = 0;
  let done: ((failure: Failure | null) => void) | undefined;
  const sender: Sender = {
    name: 'test',
    ...(rate ? { rate } : {}),
    send(job, report) {
      jobs.push(job);
      done = report;
      return () => void ended++;
    },
  };
  const delivery = new Delivery(sender, { clock, level: 0, report: text => reports.push(text) });
  if (isConnected) delivery.connect({} as Parent);
  return {
    delivery,
    jobs,
    reports,
    clock,
    ended: () => ended,
    answer: (failure: Failure | null) => done?.(failure),
  };
}

function record(text: string): LogRecord {
  return { level: 'info', time: 0, text };
}

function textOf({ record: { text } }: SendJob): string {
  return text;
}

test.run();
