import { PassThrough } from 'node:stream';
import * as assert from 'uvu/assert';
import { awaitWithDots, Interrupted } from '../../../src/client/progress';
import { FakeClock } from '../../helpers/fake-clock';
import { suite } from '../../runner/guard';

const test = suite('progress');

function setUp(isBare?: (news: string) => boolean) {
  const clock = new FakeClock();
  let output = '';
  const write = (text: string) => {
    output += text;
  };
  const written = () => {
    const text = output;
    output = '';
    return text;
  };
  const interrupt = new AbortController();
  let tell = (_news: string) => {};
  let refuse = (_error: Error) => {};
  const news = new Promise<string>((resolve, reject) => {
    tell = resolve;
    refuse = reject;
  });
  let isOver = () => false;
  const begin = (over: AbortSignal) => {
    isOver = () => over.aborted;
    return news;
  };
  const result = awaitWithDots(
    begin,
    { flavour: 'zdaemon', stderr: new PassThrough(), write, clock, interrupt: interrupt.signal },
    isBare,
  );
  return { clock, interrupt, tell, refuse, result, written, isOver };
}

test('news within a second come without a dot', async () => {
  const { clock, tell, result, written } = setUp();
  clock.advance(0.999);
  tell('up');
  assert.is(await result, 'up');
  assert.is(written(), '');
  assert.is(clock.pending, 0);
});

test('every full second of waiting is a dot and a space', async () => {
  const { clock, tell, result, written } = setUp();
  clock.advance(3.5);
  tell('up');
  await result;
  assert.is(written(), '. . . ');
  clock.advance(10);
  assert.is(written(), '');
});

test('a line of dots is ended before news that are told without a newline, and before an error', async () => {
  const up = setUp(news => news === 'up already');
  up.clock.advance(1);
  up.tell('up already');
  await up.result;
  assert.is(up.written(), '. \n');

  const broken = setUp();
  broken.clock.advance(1);
  broken.refuse(new RangeError('x'));
  await rejects(broken.result, RangeError);
  assert.is(broken.written(), '. \n');

  const soon = setUp(() => true);
  soon.tell('up already');
  await soon.result;
  assert.is(soon.written(), '', 'no dots, no newline');
});

test('Ctrl-C ends the wait and what it waits for', async () => {
  const { clock, interrupt, result, written, isOver } = setUp();
  clock.advance(1);
  assert.is(isOver(), false);
  interrupt.abort();
  await rejects(result, Interrupted);
  assert.is(clock.pending, 0);
  assert.is(isOver(), true);
  assert.is(written(), '. ', 'the report of the interrupt ends the line');
});

test('a Ctrl-C that came before ends it too', async () => {
  const news = new Promise<never>(() => {});
  await rejects(
    awaitWithDots(() => news, {
      flavour: 'zdaemon',
      stderr: new PassThrough(),
      write: () => {},
      clock: new FakeClock(),
      interrupt: AbortSignal.abort(),
    }),
    Interrupted,
  );
});

test('bad news are passed on', async () => {
  const { clock, refuse, result } = setUp();
  refuse(new RangeError('x'));
  await rejects(result, RangeError);
  assert.is(clock.pending, 0);
});

/** A terminal, and what is on its line. */
function openScreen(columns = 40) {
  const stream = Object.assign(new PassThrough({ decodeStrings: false }), { isTTY: true, columns });
  let text = '';
  stream.setEncoding('utf8').on('data', chunk => {
    text += chunk;
  });
  return { stream, text: () => text };
}

function setUpOwn(stderr: NodeJS.WritableStream, quiet = false) {
  const clock = new FakeClock();
  let output = '';
  let tell = (_news: string) => {};
  const news = new Promise<string>(resolve => {
    tell = resolve;
  });
  const result = awaitWithDots(
    () => news,
    {
      flavour: 'zd',
      stderr: stderr as PassThrough,
      write: text => {
        output += text;
      },
      clock,
      interrupt: new AbortController().signal,
      quiet,
    },
    undefined,
    async seconds => `waiting: ${seconds} s ${'x'.repeat(seconds === 2 ? 60 : 1)}`,
  );
  return { clock, tell, result, output: () => output };
}

test('zd: on a terminal a line on standard error says what the wait is for, and is removed in the end', async () => {
  const { stream, text } = openScreen();
  const { clock, tell, result, output } = setUpOwn(stream);
  clock.advance(1);
  await new Promise(setImmediate);
  assert.is(text(), '\rwaiting: 1 s x');
  clock.advance(1);
  await new Promise(setImmediate);
  const last = text().split('\r').at(-1) ?? '';
  assert.is(last, `waiting: 2 s ${'x'.repeat(24)}`, 'a line does not wrap, with room for ^C');
  tell('up');
  assert.is(await result, 'up');
  await new Promise(setImmediate);
  assert.ok(text().endsWith(`\r${' '.repeat(39)}\r`));
  assert.is(output(), '');
});

test('zd: in a pipe, and with -q, nothing is written', async () => {
  const pipe = new PassThrough();
  const { stream, text } = openScreen();
  for (const { clock, tell, result, output } of [setUpOwn(pipe), setUpOwn(stream, true)]) {
    clock.advance(3);
    await new Promise(setImmediate);
    tell('up');
    await result;
    assert.is(output(), '');
  }
  assert.is(pipe.read(), null);
  assert.is(text(), '');
});

async function rejects(promise: Promise<unknown>, kind: new (...args: never[]) => Error): Promise<void> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.instance(error, kind);
}

test.run();
