import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { findControlInput, makeControlInput } from '../../../../src/manager/input/control-input';
import type { ProgramInput } from '../../../../src/manager/input/holder';
import { SendQueue } from '../../../../src/manager/input/send-queue';
import type { SendParams } from '../../../../src/protocol/sending';
import { FakeClock } from '../../../helpers/fake-clock';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { suite } from '../../../runner/guard';

const test = suite('control input');
const { O_NONBLOCK, O_RDONLY } = constants;
/** What a pipe of Linux holds. */
const ROOM = 65536;

/** A scene, and what the input has done with the keeper. */
function makeScene(stateFolder = makeTemporaryFolder()) {
  const clock = new FakeClock();
  const deeds: string[] = [];
  const parent = {
    hold: (name: string) => void deeds.push(`hold ${name}`),
    release: (name: string) => void deeds.push(`release ${name}`),
  };
  const order = { stateFolder, settings: { insecure: false } };
  const scene = { clock, parent, order, saveSoon: () => void deeds.push('save') };
  return { scene: scene as unknown as Parameters<typeof makeControlInput>[0], clock, deeds, stateFolder };
}

/** An input whose program reads when the test says so. */
function begin() {
  const world = makeScene();
  const { input, source } = makeControlInput(world.scene);
  const reader = openSync(`/proc/self/fd/${source.fd}`, O_RDONLY | O_NONBLOCK);
  closeSync(source.fd);
  const until = () => world.clock.now() + 5;
  return { ...world, input, reader, write: (text: string) => input.write(Buffer.from(text), until()) };
}

function read(fd: number, most = 1 << 20): string {
  const bytes = Buffer.alloc(most);
  try {
    return bytes.toString('utf8', 0, readSync(fd, bytes));
  } catch {
    return '(nothing)';
  }
}

/** Lets a wait for room begin. */
const turn = () => new Promise(resolve => setImmediate(() => setImmediate(resolve)));

test('what fits is taken at once', async () => {
  const { input, reader, write } = begin();
  assert.equal(await write('hello\n'), { taken: 6, why: null });
  assert.is(read(reader), 'hello\n');
  assert.is(read(reader), '(nothing)');
  input.close();
});

test('without a reader that reads, it takes what a pipe holds, and says so at the limit', async () => {
  const { input, clock, write } = begin();
  const writing = write('x'.repeat(ROOM + 10));
  await turn();
  clock.advance(5);
  assert.equal(await writing, { taken: ROOM, why: 'full' });
  assert.is(clock.pending, 0);
  input.close();
});

test('room that comes later is used, and every byte comes in order', async () => {
  const { input, reader, write } = begin();
  const text = Array.from({ length: 40_000 }, (_, index) => `${index}\n`).join('');
  const writing = write(text);
  let all = '';
  while (all.length < text.length) {
    await turn();
    const part = read(reader, 5000);
    if (part !== '(nothing)') all += part;
  }
  assert.equal(await writing, { taken: text.length, why: null });
  assert.ok(all === text);
  input.close();
});

test('a piece that waits is taken whole or not at all', async () => {
  const { input, reader, clock, write } = begin();
  await write('x'.repeat(ROOM - 100));
  const writing = write('y'.repeat(4096));
  await turn();
  clock.advance(5);
  assert.equal(await writing, { taken: 0, why: 'full' });
  assert.is(read(reader), 'x'.repeat(ROOM - 100));
  assert.is(read(reader), '(nothing)');
  input.close();
});

test('a reader that goes away is reported, also during a wait', async () => {
  const { input, reader, write } = begin();
  const writing = write('x'.repeat(ROOM + 1));
  await turn();
  closeSync(reader);
  assert.equal(await writing, { taken: ROOM, why: 'closed' });
  assert.equal(await write('more'), { taken: 0, why: 'closed' });
  input.close();
});

test('the end of a run, and a takeover, end a wait', async () => {
  for (const [end, why] of [
    [(input: ProgramInput) => input.close(), 'closed'],
    [(input: ProgramInput) => input.interrupt('moved'), 'moved'],
  ] as const) {
    const { input, write } = begin();
    const writing = write('x'.repeat(ROOM + 1));
    await turn();
    end(input);
    assert.equal(await writing, { taken: ROOM, why });
    input.close();
  }
});

test('its end is saved first, lets go of everything, and comes behind what was written', async () => {
  const { input, reader, deeds, write } = begin();
  await write('last');
  input.end();
  assert.equal(deeds, ['hold input', 'save', 'release input']);
  assert.is(input.state, 'ended');
  assert.is(read(reader), 'last');
  assert.is(read(reader), '');
  assert.equal(await write('more'), { taken: 0, why: 'ended' });
  input.close();
});

test('each run has a FIFO of its own, which is gone afterwards', async () => {
  const { scene, input, stateFolder, reader, write } = begin();
  await write('old');
  const first = statSync(join(stateFolder, 'input'));
  assert.is(first.mode & 0o777, 0o644);
  input.close();
  assert.not(existsSync(join(stateFolder, 'input')));
  const { input: next, source } = makeControlInput(scene);
  await next.write(Buffer.from('new'), 0);
  assert.is(read(source.fd), 'new');
  assert.is(read(reader), 'old');
  next.close();
});

test('whatever has its name makes room', async () => {
  const { scene, stateFolder } = makeScene();
  mkdirSync(join(stateFolder, 'input/folder'), { recursive: true });
  const { input } = makeControlInput(scene);
  assert.ok(statSync(join(stateFolder, 'input')).isFIFO());
  input.close();
});

test('another manager finds it, also when its name is gone', async () => {
  for (const isRemoved of [false, true]) {
    const { input, reader, write, stateFolder } = begin();
    await write('one ');
    if (isRemoved) unlinkSync(join(stateFolder, 'input'));
    const { scene, deeds } = makeScene(stateFolder);
    const found = findControlInput(scene, 'open', process.pid);
    const { taken } = await found.write(Buffer.from('two'), 0);
    // The descriptor 0 of this process is not the FIFO.
    assert.is(taken, isRemoved ? 0 : 3);
    assert.equal(deeds, isRemoved ? [] : ['hold input']);
    assert.is(read(reader), isRemoved ? 'one ' : 'one two');
    input.close();
    found.close();
  }
});

test('an end that a dead manager has only saved is made true', async () => {
  const { input, stateFolder } = begin();
  const { scene, deeds } = makeScene(stateFolder);
  const found = findControlInput(scene, 'ended', process.pid);
  assert.equal(deeds, ['release input']);
  assert.equal(await found.write(Buffer.from('x'), 0), { taken: 0, why: 'ended' });
  input.close();
});

test('what several clients send is not mixed, and each has its own time', async () => {
  const { input, reader, clock } = begin();
  const queue = new SendQueue(clock);
  const send = (text: string, more: Partial<SendParams> = {}) =>
    queue.send(input, { data: Buffer.from(text).toString('base64'), ...more });
  const first = send('a'.repeat(ROOM - 1), { enter: true });
  const second = send('b'.repeat(5000));
  clock.advance(4);
  const third = send('c');
  await turn();
  assert.equal(await first, { sent: ROOM });
  clock.advance(1);
  assert.equal(await second, { sent: 0, refused: 'full' });
  await turn();
  assert.is(read(reader), `${'a'.repeat(ROOM - 1)}\n`);
  assert.equal(await third, { sent: 1 });
  assert.is(read(reader), 'c');
  queue.hold();
  assert.equal(await send('d'), { sent: 0, refused: 'moved' });
  queue.release();
  assert.equal(await send('d', { eof: true }), { sent: 1 });
  assert.equal(await send(''), { sent: 0, refused: 'ended' });
  input.close();
});

test('an end that no process can read any more is told', () => {
  const { input, reader } = begin();
  closeSync(reader);
  assert.is(input.end(), 'closed');
  const other = begin();
  assert.is(other.input.end(), null);
  closeSync(other.reader);
});

test.run();
