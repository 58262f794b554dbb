import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { tailFile } from '../../../../../src/commands/output/tail/tail';
import { systemClock } from '../../../../../src/system/clock';
import { UserError } from '../../../../../src/system/errors';
import { openDescriptors } from '../../../../helpers/processes';
import { makeTemporaryFolder } from '../../../../helpers/temp';
import { until, within } from '../../../../helpers/within';
import { suite } from '../../../../runner/guard';

const test = suite('logtail');

test('the last ten lines are printed, or as many as asked for', async () => {
  const path = makeFile(numbered(1, 30));
  assert.is(await print(path), numbered(21, 30));
  assert.is(await print(path, 3), numbered(28, 30));
  assert.is(await print(path, 30), numbered(1, 30));
  assert.is(await print(path, 100), numbered(1, 30));
  assert.is(await print(path, 0), '');
});

test('a last line without a newline counts, and an empty file prints nothing', async () => {
  assert.is(await print(makeFile('a\nb\nc'), 2), 'b\nc');
  assert.is(await print(makeFile('\n\n\n'), 2), '\n\n');
  assert.is(await print(makeFile(''), 2), '');
  assert.is(await print(makeFile('x'), 1), 'x');
});

test('what cannot be read is an error of the user', async () => {
  const folder = makeTemporaryFolder();
  const missing = join(folder, 'missing');
  for (const follow of [false, true]) {
    await rejects(print(missing, 10, follow), `cannot read ${missing}: no such file or directory`);
    await rejects(print(folder, 10, follow), `cannot read ${folder}: is a directory`);
    await rejects(print('/dev/null', 10, follow), 'cannot read /dev/null: not a regular file');
  }
});

test('growth is followed in many small chunks', async () => {
  const path = makeFile('old\n');
  const session = follow(path);
  await session.waitFor('old\n');
  let expected = 'old\n';
  for (let n = 0; n < 200; n += 1) {
    const chunk = n % 7 ? `part ${n} ` : `\nline ${n} ü`;
    appendFileSync(path, chunk);
    expected += chunk;
    if (n % 50 === 0) await session.waitFor(expected);
  }
  await session.waitFor(expected);
  await session.stop();
  assert.is(session.text(), expected);
});

test('a renamed file is read until the new one has content, then the new one from its start', async () => {
  const path = makeFile('one\n');
  const session = follow(path);
  await session.waitFor('one\n');
  renameSync(path, `${path}.1`);
  appendFileSync(`${path}.1`, 'two\n');
  await session.waitFor('one\ntwo\n');
  // As with logrotate's `create`, the new file exists before the program reopens its log.
  writeFileSync(path, '');
  appendFileSync(`${path}.1`, 'three\n');
  await session.waitFor('one\ntwo\nthree\n');
  appendFileSync(`${path}.1`, 'last\n');
  appendFileSync(path, 'new\n');
  await session.waitFor('one\ntwo\nthree\nlast\nnew\n');
  appendFileSync(path, 'more\n');
  await session.waitFor('more\n');
  await session.stop();
});

test('twenty rotations in a row lose no line and leave no descriptor open', async () => {
  const before = openDescriptors(process.pid).size;
  const path = makeFile('start\n');
  const session = follow(path);
  let expected = 'start\n';
  await session.waitFor(expected);
  for (let round = 0; round < 20; round += 1) {
    const text = numbered(round * 100, round * 100 + 99);
    appendFileSync(path, text);
    expected += text;
    await session.waitFor(expected);
    renameSync(path, `${path}.${round}`);
    appendFileSync(`${path}.${round}`, `after ${round}\n`);
    expected += `after ${round}\n`;
  }
  writeFileSync(path, 'end\n');
  await session.waitFor(`${expected}end\n`);
  await session.stop();
  // Once created, the inotify descriptor of libuv stays open.
  assert.ok(openDescriptors(process.pid).size <= before + 1);
});

test('a file moved to another folder is still read, and the new one seen', async () => {
  const path = makeFile('one\n');
  const elsewhere = join(makeTemporaryFolder(), 'old');
  const session = follow(path);
  await session.waitFor('one\n');
  renameSync(path, elsewhere);
  appendFileSync(elsewhere, 'two\n');
  await session.waitFor('two\n');
  writeFileSync(path, 'three\n');
  await session.waitFor('one\ntwo\nthree\n');
  await session.stop();
});

test('growth, rename and truncation are told by the system, not found by looking', async () => {
  const clock = { ...systemClock, after: () => () => {} };
  const path = makeFile('one\n');
  const session = follow(path, true, clock);
  await session.waitFor('one\n');
  appendFileSync(path, 'two\n');
  await session.waitFor('two\n');
  renameSync(path, `${path}.1`);
  writeFileSync(path, 'three\n');
  await session.waitFor('three\n');
  truncateSync(path);
  await session.waitFor('==> File truncated <==\n');
  await session.stop();
});

test('a truncated file is started over with a notice', async () => {
  const path = makeFile('first\nhalf a line');
  const session = follow(path);
  await session.waitFor('half a line');
  truncateSync(path);
  await session.waitFor('==> File truncated <==\n');
  appendFileSync(path, 'again\n');
  await session.waitFor('first\nhalf a line\n==> File truncated <==\nagain\n');
  await session.stop();
});

test('a deleted file which comes back is followed, even when its folder was deleted too', async () => {
  const folder = join(makeTemporaryFolder(), 'logs');
  mkdirSync(folder);
  const path = join(folder, 'log');
  writeFileSync(path, 'one\n');
  const session = follow(path);
  await session.waitFor('one\n');
  rmSync(path);
  writeFileSync(path, 'two\n');
  await session.waitFor('one\ntwo\n');
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  writeFileSync(path, 'three\n');
  await session.waitFor('one\ntwo\nthree\n');
  await session.stop();
});

test('a symlink is followed to its file, and to another one when it is turned', async () => {
  const path = join(makeTemporaryFolder(), 'current');
  const [first, second] = [makeFile('one\n'), makeFile('two\n')];
  symlinkSync(first, path);
  const session = follow(path);
  await session.waitFor('one\n');
  appendFileSync(first, 'more\n');
  await session.waitFor('more\n');
  symlinkSync(second, `${path}.new`);
  renameSync(`${path}.new`, path);
  await session.waitFor('one\nmore\ntwo\n');
  await session.stop();
});

test('it waits for its reader before it reads on', async () => {
  const path = makeFile('x'.repeat(1_000_000));
  let under = 0;
  let most = 0;
  let bytes = 0;
  const write = async (chunk: Buffer) => {
    under += 1;
    most = Math.max(most, under);
    await new Promise(resolve => setImmediate(resolve));
    bytes += chunk.length;
    under -= 1;
  };
  const { signal } = new AbortController();
  await tailFile({ path, follow: false, raw: true, write, signal, clock: systemClock });
  assert.equal([most, bytes], [1, 1_000_000]);
});

test('an error of the writer ends it', async () => {
  const write = () => Promise.reject(new Error('write EPIPE'));
  const { signal } = new AbortController();
  await rejects(
    tailFile({ path: makeFile('a\n'), follow: true, raw: true, write, signal, clock: systemClock }),
    'write EPIPE',
  );
});

test('it ends when the signal aborts, and at once when it had aborted before', async () => {
  const session = follow(makeFile('a\n'));
  await session.waitFor('a\n');
  await session.stop();
  const early = follow(makeFile('a\n'));
  await early.stop();
});

test('raw passes every byte, otherwise control characters are made visible across chunks', async () => {
  const path = makeFile('\x1b[31mred\x1b[0m \x1b]0;evil\x07\n');
  assert.is(await print(path, 10, false, true), readFileSync(path, 'latin1'));
  assert.is(await print(path), '\x1b[31mred\x1b[0m ^[]0;evil^G\n');
  const session = follow(path, false);
  await session.waitFor('evil^G\n');
  for (const byte of Buffer.from('ü\x1b[1mok\x1b[2J')) appendFileSync(path, Buffer.of(byte));
  await session.waitFor('evil^G\nü\x1b[1mok^[[2J');
  appendFileSync(path, '\x1b[3');
  await session.stop();
});

async function print(path: string, lines?: number, follow = false, raw = false): Promise<string> {
  let text = '';
  const write = (chunk: Buffer) => {
    text += chunk.toString('latin1');
  };
  const { signal } = new AbortController();
  await tailFile({
    path,
    ...(lines !== undefined && { lines }),
    follow,
    raw,
    write,
    signal,
    clock: systemClock,
  });
  return text;
}

function follow(path: string, raw = true, clock = systemClock) {
  const chunks: Buffer[] = [];
  const controller = new AbortController();
  const text = () => Buffer.concat(chunks).toString();
  const write = (chunk: Buffer) => void chunks.push(chunk);
  const done = tailFile({ path, follow: true, raw, write, signal: controller.signal, clock });
  return {
    text,
    waitFor(end: string) {
      const arrival = until(30, `the text to end with ${JSON.stringify(end.slice(-200))}`, () => {
        if (text().endsWith(end)) return true;
        throw new Error(`ends with ${JSON.stringify(text().slice(-200))}`);
      });
      const early = done.then(() => {
        throw new Error('it ended');
      });
      return Promise.race([arrival, early]);
    },
    async stop() {
      controller.abort();
      await within(30, done, 'the end of the tail');
    },
  };
}

function makeFile(text: string): string {
  const path = join(makeTemporaryFolder(), 'log');
  writeFileSync(path, text, 'utf8');
  return path;
}

function numbered(from: number, to: number): string {
  return Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`).join('');
}

async function rejects(promise: Promise<unknown>, message: string): Promise<void> {
  const error = await promise.then(
    () => null,
    reason => reason,
  );
  assert.instance(error, Error);
  assert.is(error.message, message);
  if (message.startsWith('cannot')) assert.instance(error, UserError);
}

test.run();
