import { appendFileSync, statSync } from 'node:fs';
import * as assert from 'uvu/assert';
import type { ActionContext } from '../../../src/client/context';
import { followOutput } from '../../../src/client/following/output';
import { SUBSCRIBER_BYTES } from '../../../src/protocol/events';
import type { LineNotice } from '../../../src/protocol/output-lines';
import { systemClock } from '../../../src/system/clock';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { LineReader } from '../../helpers/read-lines';
import { until, waitForFile, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* The output by lines, as `up` and others read it. */

const test = suite('output by lines');
const readers: LineReader[] = [];
const over = new AbortController();
test.after.each(async () => {
  for (const one of readers.splice(0)) one.socket.destroy();
  await clearPlaces();
});

/** Does what the lines of the file `orders` say, one after another, and goes on until it is killed. */
const OBEYS = `touch orders
tail -n +1 -f orders | while read -r order; do eval "$order"; done
`;

interface Obedient {
  place: Place;
  order(line: string): void;
}

async function begin(runner: Record<string, string> = {}): Promise<Obedient> {
  const place = makePlace();
  const script = place.write('obey.sh', OBEYS);
  const order = (line: string) => appendFileSync(place.path('orders'), `${line}\n`);
  place.configure({ program: `sh ${script}`, directory: place.folder, 'start-seconds': '0', ...runner });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  await waitForFile(place.path('orders'));
  return { place, order };
}

async function read(place: Place, lines = 0) {
  const reader = new LineReader(place.path('zdsock'), lines);
  readers.push(reader);
  return { reader, reply: await reader.admitted() };
}

const awaitText = (reader: LineReader, text: string) =>
  until(30, `the line ${text} in ${JSON.stringify(reader.texts.slice(-5))}`, () =>
    reader.texts.includes(text),
  );

const ways: Record<string, Record<string, string>> = {
  'without a transcript': {},
  'with a transcript': { transcript: 'log' },
  'with a transcript-program': { 'transcript-program': 'cat' },
  'with a pty': { pty: 'on' },
};

for (const [way, runner] of Object.entries(ways))
  test.skipIf(keeperMissing, `${way}, two readers get the last lines and each new one`, async () => {
    const { place, order } = await begin(runner);
    const { reader: first } = await read(place);
    order('echo one; echo two; printf thr');
    await awaitText(first, 'two');
    const { reader: second, reply } = await read(place, 1);
    assert.equal([reply.lines, reply.isWhole], [[{ text: 'two' }], false]);
    order(`echo ee; printf '\\377\\n'; echo end`);
    for (const reader of [first, second]) await awaitText(reader, 'end');
    assert.equal(first.texts.slice(0, 3), ['one', 'two', 'three']);
    assert.equal(second.texts[0], 'three');
    const odd = first.notices[3] as Extract<LineNotice, { n: number }>;
    assert.equal([...odd.bytes], [0xff]);
    assert.equal(first.numbers, [1, 2, 3, 4, 5]);
    assert.equal(second.numbers, [3, 4, 5]);
  });

test('the last words of a program need no newline, and standard error is told apart', async () => {
  const { place, order } = await begin({
    'stderr-transcript': 'errors',
    transcript: 'log',
    'hang-around': 'on',
  });
  const { reader } = await read(place);
  order('echo trouble >&2; printf gone; kill $PPID');
  await until(30, 'both lines', () => reader.notices.length === 2);
  const lines = reader.notices as Extract<LineNotice, { n: number }>[];
  const told = lines.map(({ bytes, isError }) => `${bytes} ${isError}`).sort();
  assert.equal(told, ['gone false', 'trouble true']);
  assert.ok(place.read('log').startsWith('gone'));
});

test.skipIf(
  keeperMissing,
  'a flood stalls nobody: a reader that does not read costs lines only it misses',
  async () => {
    const { place, order } = await begin({ transcript: 'log' });
    const { reader: deaf } = await read(place);
    deaf.socket.pause();
    const { reader: quick } = await read(place);
    const count = 200_000;
    order(`seq ${count}; touch done; echo end`);
    await waitForFile(place.path('done'), () => true, 50);
    await waitForFile(place.path('log'), text => text.endsWith('end\n'));
    assert.ok(statSync(place.path('log')).size > SUBSCRIBER_BYTES);
    deaf.socket.resume();
    for (const reader of [deaf, quick])
      await until(30, 'an account of all', () => reader.texts.length + reader.dropped === count + 1);
    assert.ok(deaf.dropped > 0);
    order('echo after');
    for (const reader of [deaf, quick]) {
      await awaitText(reader, 'after');
      assert.is(reader.numbers.at(-1), count + 2);
    }
  },
);

test.skipIf(
  keeperMissing,
  'a manager that is killed is followed by the next one, without a line twice',
  async () => {
    const { place, order } = await begin({ transcript: 'log' });
    const lines: string[] = [];
    const gaps: (number | null)[] = [];
    const following = followOutput(contextOf(place), {
      lines: 10,
      over: over.signal,
      onLine: ({ bytes }) => void lines.push(bytes.toString()),
      onDropped: count => void gaps.push(count),
    });
    order('echo 1; echo 2');
    await until(30, 'the first lines', () => lines.length === 2);
    const { managerPid } = await place.report();
    process.kill(managerPid, 'SIGKILL');
    order('echo 3');
    await until(30, 'the line after the death', () => lines.length === 3);
    assert.is.not((await place.report()).managerPid, managerPid);
    assert.is((await place.zd('-C app.conf upgrade')).status, 0);
    order('echo 4');
    await until(30, 'the line after the upgrade', () => lines.length === 4);
    await place.zd('stop');
    assert.is(await within(30, following, 'the end'), true);
    assert.equal([lines, gaps], [['1', '2', '3', '4'], []]);
  },
);

test('parameters that mean nothing are refused', async () => {
  const { place } = await begin();
  for (const lines of [-1, 0.5, 'all']) {
    const reader = new LineReader(place.path('zdsock'), lines as number);
    readers.push(reader);
    const refusal = await reader.admitted().then(
      () => 'admitted',
      error => error.message,
    );
    assert.match(refusal, '"lines" must be');
  }
});

function contextOf(place: Place): ActionContext {
  const settings = { socketName: place.path('zdsock'), insecure: true };
  return { configuration: { settings, file: null }, clock: systemClock } as unknown as ActionContext;
}

test.run();
