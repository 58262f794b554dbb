import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { openEventLog } from '../../../src/manager/event-log';
import { type LevelName, levelNumbers } from '../../../src/settings/event-log-levels';
import type { EventLogSettings } from '../../../src/settings/settings';
import type { Clock } from '../../../src/system/clock';
import { UserError } from '../../../src/system/errors';
import { openDescriptors } from '../../helpers/processes';
import { makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

const NOON = new Date(2026, 10, 20, 22, 46, 54).getTime() / 1000;
const clock: Clock = { now: () => 0, wall: () => NOON, after: () => () => {} };

const test = suite('event log');

test('a record is one line: local time, level, text', () => {
  const { log, read } = open();
  log.log('info', 'daemon manager started');
  log.log('warn', 'a "quoted" word, tab\there, ü and 🌙');
  log.close();
  assert.is(
    read(),
    '2026-11-20T22:46:54 INFO daemon manager started\n' +
      '2026-11-20T22:46:54 WARNING a "quoted" word, tab\there, ü and 🌙\n',
  );
});

test('newlines and other control characters cannot make a second record', () => {
  const { log, read } = open();
  log.log('error', 'Error: x\n    at y\r\n\x1b[2J\x9bm\x7f');
  assert.is(read(), '2026-11-20T22:46:54 ERROR Error: x\\n    at y\\r\\n\\x1b[2J\\x9bm\\x7f\n');
  fc.assert(
    fc.property(fc.fullUnicodeString(), text => {
      const before = read().split('\n').length;
      log.log('info', text);
      assert.is(read().split('\n').length, before + 1);
    }),
  );
  log.close();
});

test('both the level of the log and that of the file must let a record through', () => {
  const names = Object.keys(levelNumbers) as LevelName[];
  for (const [level, fileLevel] of [
    [20, 0],
    [0, 30],
    [0, 0],
    [50, 5],
    [15, 40],
  ] as const) {
    const folder = makeTemporaryFolder();
    const path = join(folder, 'log');
    const log = openEventLog({ settings: { level, files: [{ path, level: fileLevel }] }, clock });
    for (const name of names) log.log(name, name);
    const wanted = names.filter(name => levelNumbers[name] >= Math.max(level, fileLevel));
    const written = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    assert.equal(
      written.map(line => line.split(' ')[2]),
      wanted,
    );
    log.close();
  }
});

test('several files get the same record, each by its level', () => {
  const folder = makeTemporaryFolder();
  const [all, errors] = [join(folder, 'all'), join(folder, 'errors')];
  const files = [
    { path: all, level: 0 },
    { path: errors, level: 40 },
  ];
  const log = openEventLog({ settings: { level: 20, files }, clock });
  log.log('info', 'a');
  log.log('critical', 'b');
  log.close();
  assert.match(readFileSync(all, 'utf8'), /INFO a\n.*CRITICAL b\n$/);
  assert.is(readFileSync(errors, 'utf8'), '2026-11-20T22:46:54 CRITICAL b\n');
});

test('an existing file is appended to, and a relative path starts at the directory', () => {
  const folder = makeTemporaryFolder();
  writeFileSync(join(folder, 'log'), 'old\n');
  const log = openEventLog({ settings: toFile('log'), clock, directory: folder });
  log.log('info', 'new');
  log.close();
  assert.is(readFileSync(join(folder, 'log'), 'utf8'), 'old\n2026-11-20T22:46:54 INFO new\n');
});

test('after a rename, reopen continues in a new file', () => {
  const { log, read, path } = open();
  log.log('info', 'one');
  renameSync(path, `${path}.1`);
  log.log('info', 'two');
  assert.equal(log.reopen(), []);
  log.log('info', 'three');
  log.close();
  assert.match(readFileSync(`${path}.1`, 'utf8'), /INFO one\n.* INFO two\n$/);
  assert.is(read(), '2026-11-20T22:46:54 INFO three\n');
});

test('when the new file cannot be opened, the old one stays in use and the reason is returned', () => {
  const { log, path } = open();
  renameSync(path, `${path}.1`);
  mkdirSync(path);
  assert.equal(log.reopen(), [`cannot reopen the event log ${path}: illegal operation on a directory`]);
  log.log('info', 'still here');
  assert.match(readFileSync(`${path}.1`, 'utf8'), 'still here');
  rmSync(path, { recursive: true });
  assert.equal(log.reopen(), []);
  log.log('info', 'again');
  log.close();
  assert.match(readFileSync(path, 'utf8'), 'again');
});

test('reopening many times leaves no descriptor open, nor does closing', () => {
  const before = openDescriptors(process.pid).size;
  const { log } = open();
  for (let round = 0; round < 50; round += 1) log.reopen();
  assert.is(openDescriptors(process.pid).size, before + 1);
  log.close();
  log.log('critical', 'after the end');
  log.close();
  assert.is(openDescriptors(process.pid).size, before);
});

test('a full disk loses records but throws nothing', () => {
  const log = openEventLog({ settings: toFile('/dev/full'), clock });
  log.log('critical', 'one');
  log.log('info', 'two');
  assert.is(log.lost(), 2);
  assert.equal(log.recent(), ['2026-11-20T22:46:54 CRITICAL one']);
  log.close();
});

test('a FIFO without a reader is refused immediately; lost records are reported when there is space again', () => {
  const fifo = join(makeTemporaryFolder(), 'fifo');
  execFileSync('mkfifo', [fifo]);
  const fault = caught(() => openEventLog({ settings: toFile(fifo), clock }));
  assert.match((fault as Error).message, `cannot open the event log ${fifo}: `);

  // The reader opens it in both directions, so that it never blocks.
  const script = `
    const fs = require('node:fs');
    const { openEventLog } = require(process.argv[1]);
    const fd = fs.openSync(process.argv[2], fs.constants.O_RDWR | fs.constants.O_NONBLOCK);
    const clock = { now: () => 0, wall: () => 0, after: () => () => {} };
    const log = openEventLog({ settings: { level: 0, files: [{ path: process.argv[2], level: 0 }] }, clock });
    for (let n = 0; n < 100; n += 1) log.log('info', 'x'.repeat(1000));
    const lost = log.lost();
    const buffer = Buffer.alloc(1 << 20);
    let text = buffer.toString('latin1', 0, fs.readSync(fd, buffer));
    log.log('info', 'room again');
    text += buffer.toString('latin1', 0, fs.readSync(fd, buffer));
    console.log(JSON.stringify({ lost, tail: text.split('\\n').slice(-3) }));`;
  const module = resolve(import.meta.dirname, '../../../src/manager/event-log.ts');
  const output = execFileSync(process.execPath, ['--import', 'tsx', '-e', script, module, fifo], {
    encoding: 'utf8',
  });
  const { lost, tail } = JSON.parse(output) as { lost: number; tail: string[] };
  assert.ok(lost > 10 && lost < 100);
  assert.match(tail[0] ?? '', `(${lost} records lost: resource temporarily unavailable)`);
  assert.match(tail[1] ?? '', /INFO room again$/);
});

test('a file that cannot be opened at the start is a UserError, and leaves nothing open', () => {
  const folder = makeTemporaryFolder();
  const before = openDescriptors(process.pid).size;
  const missing = join(folder, 'no', 'log');
  const files = [
    { path: join(folder, 'good'), level: 0 },
    { path: missing, level: 0 },
  ];
  const fault = caught(() => openEventLog({ settings: { level: 20, files }, clock }));
  assert.instance(fault, UserError);
  assert.is((fault as Error).message, `cannot open the event log ${missing}: no such file or directory`);
  assert.is(openDescriptors(process.pid).size, before);
});

test.skipIf(
  process.getuid?.() === 0 && 'root may write everywhere',
  'a file of another user is an error',
  () => {
    const folder = makeTemporaryFolder();
    chmodSync(folder, 0o500);
    const fault = caught(() => openEventLog({ settings: toFile(join(folder, 'log')), clock }));
    assert.match((fault as Error).message, 'permission denied');
  },
);

test('STDOUT and STDERR are the streams, and a closed one throws nothing', () => {
  const module = resolve(import.meta.dirname, '../../../src/manager/event-log.ts');
  const script = `
    const { openEventLog } = require(process.argv[1]);
    const clock = { now: () => 0, wall: () => 0, after: () => () => {} };
    const files = [{ path: 'STDOUT', level: 0 }, { path: 'STDERR', level: 30 }];
    const log = openEventLog({ settings: { level: 0, files }, clock });
    log.log('info', 'a');
    log.log('error', 'b');
    if (log.reopen().length > 0) process.exit(1);
    log.close();
    const again = openEventLog({ settings: { level: 0, files }, clock });
    require('node:fs').closeSync(1);
    again.log('info', 'c');
    again.log('error', 'd');
    process.exit(again.lost());`;
  const run = spawnSync(process.execPath, ['--import', 'tsx', '-e', script, module], { encoding: 'utf8' });
  assert.match(run.stdout, /INFO a\n.* ERROR b\n$/);
  assert.match(run.stderr, /^\S+ ERROR b\n\S+ ERROR d\n$/);
  assert.is(run.status, 2);
});

test('without settings nothing is written, but the last twenty warnings are available', () => {
  const log = openEventLog({ settings: null, clock });
  log.log('info', 'quiet');
  for (let n = 1; n <= 25; n += 1) log.log(n % 2 ? 'warn' : 'critical', `number ${n}`);
  const recent = log.recent();
  assert.is(recent.length, 20);
  assert.is(recent[0], '2026-11-20T22:46:54 CRITICAL number 6');
  assert.is(recent.at(-1), '2026-11-20T22:46:54 WARNING number 25');
  assert.equal(log.reopen(), []);
  assert.is(log.lost(), 0);
  log.close();
});

test('the umask determines who can read the file', () => {
  const umask = process.umask(0o027);
  try {
    const { log, path } = open();
    log.close();
    assert.is(statSync(path).mode & 0o777, 0o640);
  } finally {
    process.umask(umask);
  }
});

function open() {
  const path = join(makeTemporaryFolder(), 'event.log');
  const log = openEventLog({ settings: toFile(path), clock });
  return { log, path, read: () => readFileSync(path, 'utf8') };
}

function toFile(path: string): EventLogSettings {
  return { level: 0, files: [{ path, level: 0 }] };
}

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test.run();
