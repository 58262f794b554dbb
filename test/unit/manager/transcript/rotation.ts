import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { LogFile } from '../../../../src/manager/transcript/file';
import { Archive } from '../../../../src/manager/transcript/files/archive';
import { RotatingFile } from '../../../../src/manager/transcript/files/rotation';
import { FakeClock } from '../../../helpers/fake-clock';
import { give, needsRoot, STRANGER } from '../../../helpers/strangers';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { suite } from '../../../runner/guard';

const test = suite('rotation');

interface Options {
  size?: number | null;
  interval?: number | null;
  keep?: number;
  maxTotal?: number | null;
  compress?: boolean;
}

function make(options: Options = {}, folder = makeTemporaryFolder()) {
  const { size = 10, interval = null, keep = 0, maxTotal = null, compress = false } = options;
  const clock = new FakeClock();
  const told: string[] = [];
  const log = (level: string, text: string) => void told.push(`${level}: ${text}`);
  const path = join(folder, 'app.log');
  const lists = makeTemporaryFolder();
  const list = join(lists, 'list');
  const archive = new Archive({ path, keep, maxTotal, compress, list, log });
  const file = new LogFile(path, { mode: null, owner: null });
  const target = new RotatingFile({ file, clock, size, interval, archive, log });
  const write = (text: string) => target.write(Buffer.from(text), 0, Buffer.byteLength(text));
  const names = () =>
    readdirSync(folder)
      .filter(name => name.startsWith('app.log.'))
      .sort();
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return { folder, lists, path, clock, archive, target, told, write, names, read };
}

test('rotates before a line that does not fit, and splits between lines', async () => {
  const { write, archive, names, read } = make();
  write('one\n');
  write('two\nthree\nfour\n');
  write('x\n');
  await archive.work();
  assert.equal(names().map(read), ['one\ntwo\n', 'three\n']);
  assert.is(read('app.log'), 'four\nx\n');
});

test('does not split a line that is longer than the limit', async () => {
  const { write, archive, names, read } = make();
  write('a\n');
  write('0123456789abc');
  write('def\nb\n');
  write('c\n');
  await archive.work();
  assert.equal(names().map(read), ['a\n', '0123456789abcdef\n']);
  assert.is(read('app.log'), 'b\nc\n');
});

test('splits an endless line a megabyte over the limit', async () => {
  const { write, archive, names, read } = make();
  for (let round = 0; round < 40; round += 1) write('x'.repeat(65_536));
  await archive.work();
  const sizes = names().map(name => read(name).length);
  assert.equal(sizes, [(1 << 20) + 10, (1 << 20) + 10]);
});

test('loses and duplicates nothing, and splits no line that fits, for any input', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat(14), { maxLength: 8 }), { maxLength: 12 }),
      fc.integer({ min: 5, max: 40 }),
      async (chunks, size) => {
        const { write, archive, names, read, folder } = make({ size });
        let said = '';
        for (const lengths of chunks) {
          const chunk = lengths.map(length => (length === 0 ? 'y' : `${'x'.repeat(length - 1)}\n`)).join('');
          write(chunk);
          said += chunk;
        }
        await archive.work();
        const files = [...names().map(read), read('app.log')];
        assert.is(files.join(''), said);
        for (const text of files.slice(0, -1)) assert.ok(text.endsWith('\n'), text);
        rmSync(folder, { recursive: true });
      },
    ),
    { numRuns: 60 },
  );
});

test('compresses, keeps the given number of files, and gives them the mode of the transcript', async () => {
  const { write, archive, names, folder } = make({ keep: 2, compress: true });
  for (let number = 10; number < 16; number += 1) {
    write(`line ${number}\n`);
    await archive.work();
  }
  const found = names();
  const texts = found.map(name => gunzipSync(readFileSync(join(folder, name))).toString());
  assert.equal(texts, ['line 13\n', 'line 14\n']);
  for (const name of found) assert.match(name, /^app\.log\.\d{4}-\d\d-\d\dT\d{6}-\d\d\.gz$/);
  assert.is(statSync(join(folder, found[0] as string)).mode & 0o777, 0o644);
});

test('keeps the given number of bytes, and touches no other files', async () => {
  const { write, archive, names, read, folder } = make({ maxTotal: 20 });
  writeFileSync(join(folder, 'app.log.1'), 'mine');
  writeFileSync(join(folder, 'app.log.2026-01-01T000000-01.old'), 'mine too');
  for (let number = 10; number < 16; number += 1) {
    write(`line ${number}\n`);
    await archive.work();
  }
  const ours = names().filter(name => /-\d\d$/.test(name));
  assert.equal(ours.map(read), ['line 13\n', 'line 14\n']);
  assert.is(read('app.log.1'), 'mine');
  assert.is(read('app.log.2026-01-01T000000-01.old'), 'mine too');
});

test('of more than 99 files in one second, the last ones are kept', async () => {
  const { write, archive, names, read } = make({ keep: 3 });
  for (let number = 1; number <= 104; number += 1) {
    write(`line ${number}\n`.padStart(10));
    await archive.work();
  }
  assert.equal(
    names()
      .map(read)
      .map(text => text.trim())
      .sort(),
    ['line 101', 'line 102', 'line 103'],
  );
});

test('the name of a removed file is not reused within the same second', async () => {
  const { write, archive, names } = make({ maxTotal: 8 });
  for (let number = 10; number < 16; number += 1) {
    write(`line ${number}\n`);
    await archive.work();
  }
  assert.equal(
    names().map(name => name.slice(-3)),
    ['-05'],
  );
});

test('starts a new file each day at midnight, with the first line after it', async () => {
  const { write, archive, clock, names, read, path } = make({ size: null, interval: 86_400 });
  const midnight = new Date(2026, 10, 21).getTime() / 1000;
  clock.wallOffset = midnight - 60 - clock.now();
  write('evening\n');
  clock.advance(59);
  write('late\n');
  clock.advance(86_400 * 2);
  assert.equal(names(), []);
  write('days later\n');
  await archive.work();
  assert.equal(names().map(read), ['evening\nlate\n']);
  assert.match(names()[0] ?? '', /2026-11-22T235959/);
  assert.is(readFileSync(path, 'utf8'), 'days later\n');
});

test('counts the age of a file that is older than the manager', async () => {
  const folder = makeTemporaryFolder();
  writeFileSync(join(folder, 'app.log'), 'old\n');
  utimesSync(join(folder, 'app.log'), 1_794_000_000, 1_794_000_000);
  const { write, archive, names, read } = make({ size: null, interval: 3600 }, folder);
  write('new\n');
  await archive.work();
  assert.equal(names().map(read), ['old\n']);
  assert.is(read('app.log'), 'new\n');
});

test('continues in a new file when another process has renamed it', async () => {
  const { write, archive, names, read, path, folder } = make();
  write('one\n');
  renameSync(path, join(folder, 'elsewhere'));
  write('two two\nthree\n');
  await archive.work();
  assert.equal(names().map(read), ['two two\n']);
  assert.is(read('elsewhere'), 'one\n');
  assert.is(read('app.log'), 'three\n');
});

test('a failed rotation loses nothing, is logged once, and is retried', async () => {
  const { write, archive, target, clock, path, folder, told, names } = make();
  const moved = `${folder}-moved`;
  write('one\n');
  // Without its folder, the file cannot be renamed, but the open file can still be written.
  renameSync(folder, moved);
  write('two two\n');
  assert.match(target.warning ?? '', /^cannot rotate .*: no such file or directory$/);
  write('three three\n');
  assert.is(told.length, 1);
  renameSync(moved, folder);
  clock.advance(1);
  write('four\n');
  await archive.work();
  assert.is(target.warning, null);
  const all = [...names().map(name => readFileSync(join(folder, name), 'utf8')), readFileSync(path, 'utf8')];
  assert.is(all.join(''), 'one\ntwo two\nthree three\nfour\n');
});

test('a failed compression leaves the file, is counted, and is retried', async () => {
  const { write, archive, target, names, folder, lists, told } = make({ compress: true });
  // Without its folder, the list cannot be written.
  renameSync(lists, `${lists}-moved`);
  write('one one\n');
  write('two two\n');
  await archive.work();
  assert.equal([archive.failures, names().length], [1, 1]);
  assert.match(names()[0] ?? '', /\.pending$/);
  assert.match(target.warning ?? '', /^cannot archive .*: no such file or directory$/);
  assert.is(told.length, 1);
  renameSync(`${lists}-moved`, lists);
  write('three\n');
  await archive.work();
  assert.is(target.warning, null);
  const texts = names().map(name => gunzipSync(readFileSync(join(folder, name))).toString());
  assert.equal(texts, ['one one\n', 'two two\n']);
});

for (const options of [{ keep: 1 }, { maxTotal: 20 }, { keep: 1, compress: true }] as const) {
  test(`a folder that takes the place of the log's is left alone: ${Object.keys(options).join(', ')}`, async () => {
    const place = makeTemporaryFolder();
    const [folder, other] = [join(place, 'logs'), join(place, 'other')];
    const old = ['01', '02', '03'].map(day => `app.log.2026-01-${day}T000000-01`);
    for (const one of [folder, other]) {
      mkdirSync(one);
      for (const name of old) writeFileSync(join(one, name), 'twelve bytes');
    }
    const pending = 'app.log.2026-01-04T000000-01.pending';
    writeFileSync(join(folder, pending), 'twelve bytes');
    // It begins at once, and waits when it returns.
    const { archive } = make(options, folder);
    renameSync(folder, join(place, 'before'));
    symlinkSync('other', folder);
    await archive.work();
    assert.equal(readdirSync(other), old);
    const finished = `app.log.2026-01-04T000000-01${'compress' in options ? '.gz' : ''}`;
    assert.equal(readdirSync(join(place, 'before')), ['app.log', finished]);
  });
}

test.skipIf(needsRoot, 'as root, nothing is renamed behind a symlink that another user put there', () => {
  const place = makeTemporaryFolder();
  const folder = join(place, 'theirs/logs');
  for (const name of ['theirs', 'theirs/logs', 'other']) mkdirSync(join(place, name));
  for (const name of ['theirs', 'theirs/logs']) give(join(place, name), STRANGER);
  const { write, path, target } = make({}, folder);
  write('one\n');
  // Even a second name of the log is not the one to be renamed.
  linkSync(path, join(place, 'other/app.log'));
  renameSync(folder, join(place, 'theirs/before'));
  symlinkSync('../other', folder);
  give(folder, STRANGER);
  write('two two\n');
  assert.match(target.warning ?? '', /^cannot rotate .*: it leads over the symlink/);
  assert.equal(readdirSync(join(place, 'other')), ['app.log']);
});

test('finishes the work of an earlier manager, including an interrupted compression', async () => {
  const folder = makeTemporaryFolder();
  const name = join(folder, 'app.log.2026-01-01T000000-01');
  writeFileSync(`${name}.pending`, 'left\n');
  writeFileSync(`${name}.gz`, 'torn');
  const { archive, names } = make({ compress: true }, folder);
  await archive.work();
  assert.equal(names(), ['app.log.2026-01-01T000000-01.gz']);
  assert.is(gunzipSync(readFileSync(`${name}.gz`)).toString(), 'left\n');
});

test('files that fill faster than they are compressed do not pile up', async () => {
  const { write, archive, names, read } = make({ size: 4, keep: 2, compress: false });
  for (let line = 100; line < 200; line++) {
    write(`${line}\n`);
    assert.ok(names().length <= 2 * 2 + 1, String(names()));
  }
  await archive.work();
  assert.equal(names().map(read), ['197\n', '198\n']);
});

test.run();
