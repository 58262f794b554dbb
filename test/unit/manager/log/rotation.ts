import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { openEventLog } from '../../../../src/manager/event-log';
import type { LogRotation } from '../../../../src/settings/event-log-settings';
import type { Clock } from '../../../../src/system/clock';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { suite } from '../../../runner/guard';

const test = suite('rotation of the event log');
const withoutPython = spawnSync('python3', ['--version']).status !== 0 && 'python3 is not installed';
const at = (day: number, hour = 12, minute = 0, second = 0) =>
  new Date(2026, 10, day, hour, minute, second).getTime() / 1000;

test.skipIf(withoutPython, 'by size, the files are those of Python', () => {
  const cases = fc.sample(
    fc.record({
      size: fc.integer({ min: 1, max: 200 }),
      keep: fc.integer({ min: 1, max: 4 }),
      lengths: fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 30 }),
    }),
    40,
  );
  const folder = makeTemporaryFolder();
  const script = `
import json, logging.handlers, sys
for index, case in enumerate(json.load(sys.stdin)):
    handler = logging.handlers.RotatingFileHandler(f'{sys.argv[1]}/{index}.log', maxBytes=case['size'], backupCount=case['keep'])
    for number, length in enumerate(case['lengths']):
        # An empty file is never rotated: older Pythons do so.
        if handler.stream.tell() == 0: handler.maxBytes = 0
        handler.emit(logging.makeLogRecord({'msg': str(number).ljust(length, '.')}))
        handler.maxBytes = case['size']
    handler.close()`;
  const { status, stderr } = spawnSync('python3', ['-c', script, folder], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
  });
  assert.is(status, 0, stderr);
  for (const [index, { size, keep, lengths }] of cases.entries()) {
    const own = makeLog({ size, keep }, `${index}.log`);
    for (const [number, length] of lengths.entries()) own.log(String(number).padEnd(length, '.'));
    const isSame = (name: string) => name.startsWith(`${index}.log`);
    const expected = readAll(folder, isSame);
    // Python creates the file with the handler, as zd does.
    assert.equal(own.files(), expected, JSON.stringify({ size, keep, lengths }));
  }
});

test('by time, a file gets the name of its interval, and the oldest are removed', () => {
  const cases: [LogRotation, number[], string[]][] = [
    [
      { keep: 2, when: 'MIDNIGHT', every: 1 },
      [20, 21, 22, 23].map(day => at(day)),
      ['2026-11-21', '2026-11-22'],
    ],
    [{ keep: 9, when: 'MIDNIGHT', every: 2 }, [at(20, 0), at(21, 23), at(22, 1)], ['2026-11-20']],
    [{ keep: 9, when: 'H', every: 1 }, [at(20, 12, 30), at(20, 13, 29), at(20, 13, 30)], ['2026-11-20_12']],
    [{ keep: 9, when: 'M', every: 5 }, [at(20, 12, 0), at(20, 12, 4), at(20, 12, 7)], ['2026-11-20_12-00']],
    [{ keep: 9, when: 'S', every: 1 }, [at(20, 12, 0, 0), at(20, 12, 0, 1)], ['2026-11-20_12-00-00']],
    [{ keep: 9, when: 'D', every: 1 }, [at(20, 12), at(21, 11), at(21, 12)], ['2026-11-20']],
    // The 20th is a Friday: a week that ends with Saturday, and begins with Sunday.
    [
      { keep: 9, when: 'W5', every: 1 },
      [at(20), at(21, 23, 59), at(22, 0), at(28), at(29)],
      ['2026-11-15', '2026-11-22'],
    ],
    [{ keep: 9, when: 'W4', every: 1 }, [at(20), at(21, 0)], ['2026-11-14']],
  ];
  for (const [rotation, times, names] of cases) {
    const own = makeLog(rotation);
    for (const time of times) own.log('x', time);
    const rotated = Object.keys(own.files()).filter(name => name !== 'e.log');
    assert.equal(
      rotated,
      names.map(name => `e.log.${name}`),
      JSON.stringify(rotation),
    );
  }
});

test('an old file is continued until its own interval is over', () => {
  const own = makeLog({ keep: 3, when: 'MIDNIGHT', every: 1 });
  writeFileSync(own.path('e.log'), 'old\n');
  utimesSync(own.path('e.log'), at(19), at(19));
  own.log('new', at(20));
  assert.equal(own.files(), { 'e.log': 'new\n', 'e.log.2026-11-19': 'old\n' });
});

test('a name that is taken is not overwritten, and other files are left alone', () => {
  const own = makeLog({ keep: 1, when: 'MIDNIGHT', every: 1 });
  for (const name of ['e.log.2026-11-20', 'e.log.old', 'e.log.2026-1-1', 'f.log.2026-11-01'])
    writeFileSync(own.path(name), 'kept');
  own.log('a', at(20));
  own.log('b', at(21));
  assert.is(own.files()['e.log'], 'a\nb\n');
  own.log('c', at(22));
  assert.equal(Object.keys(own.files()), [
    'e.log',
    'e.log.2026-1-1',
    'e.log.2026-11-21',
    'e.log.old',
    'f.log.2026-11-01',
  ]);
});

test('a file that another program has renamed is only opened anew', () => {
  const own = makeLog({ keep: 3, size: 10 });
  own.log('12345678');
  renameSync(own.path('e.log'), own.path('aside'));
  own.log('abcdefgh');
  assert.equal(own.files(), { aside: '12345678\n', 'e.log': 'abcdefgh\n' });
});

test.skipIf(
  process.getuid?.() === 0 && 'root may write everywhere',
  'a file that cannot be rotated is written to further on, and status says so until it can',
  () => {
    const own = makeLog({ keep: 3, size: 10 });
    own.log('12345678');
    chmodSync(own.folder, 0o500);
    own.log('abcdefgh');
    assert.match(own.problem()!, /^cannot rotate the event log .*e\.log: permission denied$/);
    chmodSync(own.folder, 0o700);
    own.log('ijklmnop');
    assert.is(own.problem(), null);
    assert.equal(own.files(), { 'e.log': 'ijklmnop\n', 'e.log.1': '12345678\nabcdefgh\n' });
  },
);

test('an obstacle in the way of a rotation loses no record', () => {
  const own = makeLog({ keep: 2, size: 10 });
  own.log('12345678');
  mkdirSync(own.path('e.log.1/full'), { recursive: true });
  mkdirSync(own.path('e.log.2/full'), { recursive: true });
  own.log('abcdefgh');
  assert.match(own.problem()!, 'cannot rotate the event log');
  assert.is(readFileSync(own.path('e.log'), 'utf8'), '12345678\nabcdefgh\n');
  assert.is(own.lost(), 0);
});

/** A log of bare messages in a folder of its own. */
function makeLog(rotation: LogRotation, name = 'e.log') {
  const folder = makeTemporaryFolder();
  let time = at(20);
  const clock: Clock = { now: () => 0, wall: () => time, after: () => () => {} };
  const format = { style: 'classic', text: '%(message)s' } as const;
  const path = (file: string) => join(folder, file);
  const file = { path: path(name), level: 0, format, rotation };
  const log = openEventLog({ settings: { level: 0, files: [file] }, clock });
  return {
    folder,
    path,
    log(text: string, when = time) {
      time = when;
      log.log('info', text);
      // The file of a record has the time of the record.
      if (readdirSync(folder).includes(name)) utimesSync(path(name), time, time);
    },
    files: () => readAll(folder, () => true),
    problem: () => log.problem,
    lost: () => log.lost(),
  };
}

function readAll(folder: string, isWanted: (name: string) => boolean): Record<string, string> {
  const names = readdirSync(folder).filter(isWanted).sort();
  return Object.fromEntries(names.map(name => [name, readFileSync(join(folder, name), 'utf8')]));
}

test.run();
