import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type History, LARGEST_FILE, openHistory } from '../../../../src/cli/prompt/history';
import { systemClock } from '../../../../src/system/clock';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { suite } from '../../../runner/guard';

const history = suite('history');
const open = (file: string): History => openHistory({ ZD_HISTORY: file }, systemClock);

history('the latest line comes first, each line once', () => {
  const file = join(makeTemporaryFolder(), 'lines');
  writeFileSync(file, 'start\nstop\nstart\n\n bad\x1b[2J\nstatus');
  assert.equal(open(file).lines, ['status', 'start', 'stop']);
  assert.is(statSync(file).mode & 0o777, 0o600);
});

history('lines with a blank in front, and lines that seem to have a secret, are not written', () => {
  const file = join(makeTemporaryFolder(), 'lines');
  const { add } = open(file);
  for (const line of [
    '',
    ' status',
    '\tstatus',
    '! mysql --password=x',
    'start --api-key=x',
    '! curl -H "Authorization: x"',
    '! git clone https://me:x@example.com/',
    'status',
    '# no secrecy',
  ])
    add(line);
  assert.is(readFileSync(file, 'utf8'), 'status\n# no secrecy\n');
});

history('several prompts lose no line, also when the file becomes the older one', () => {
  const folder = makeTemporaryFolder();
  const file = join(folder, 'lines');
  const prompts = [open(file), open(file), open(file)];
  const long = 'x'.repeat(1000);
  const most = Math.floor((1.5 * LARGEST_FILE) / 1000);
  for (let index = 0; index < most; index += 1) prompts[index % 3]?.add(`${index} ${long}`);
  const written = ['lines.old', 'lines'].flatMap(name =>
    readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'),
  );
  assert.equal(
    written.map(line => Number.parseInt(line, 10)),
    Array.from({ length: most }, (_, index) => index),
  );
  assert.is(open(file).lines.length, most);
  assert.not(existsSync(`${file}.lock`));
});

history('a lock that a killed prompt has left counts for a minute', () => {
  const file = join(makeTemporaryFolder(), 'lines');
  writeFileSync(file, 'x'.repeat(LARGEST_FILE));
  writeFileSync(`${file}.lock`, '');
  const { add } = open(file);
  add('one');
  assert.not(existsSync(`${file}.old`));
  const past = systemClock.wall() - 120;
  utimesSync(`${file}.lock`, past, past);
  add('two');
  assert.ok(existsSync(`${file}.old`));
  assert.not(existsSync(`${file}.lock`));
});

history('a file that is none, or cannot be opened, is a problem; a missing home is not', () => {
  const folder = makeTemporaryFolder();
  mkdirSync(join(folder, 'folder'));
  symlinkSync('folder', join(folder, 'link'));
  assert.match(open(join(folder, 'folder')).problem ?? '', 'illegal operation on a directory');
  assert.match(open(join(folder, 'no/lines')).problem ?? '', 'no such file or directory');
  assert.match(open('/dev/null').problem ?? '', 'it is not a regular file');
  for (const env of [{}, { HOME: join(folder, 'none') }, { HOME: '' }, { ZD_HISTORY: '' }]) {
    const { lines, problem, add } = openHistory(env, systemClock);
    add('status');
    assert.equal([lines, problem], [[], null]);
  }
  assert.not(existsSync(join(folder, 'none')));
});

history('the default place is made for its user alone', () => {
  const home = makeTemporaryFolder();
  chmodSync(home, 0o755);
  openHistory({ HOME: home, XDG_STATE_HOME: 'relative' }, systemClock).add('status');
  assert.is(readFileSync(join(home, '.local/state/zd/history'), 'utf8'), 'status\n');
  assert.is(statSync(join(home, '.local/state/zd')).mode & 0o777, 0o700);
});

history.run();
