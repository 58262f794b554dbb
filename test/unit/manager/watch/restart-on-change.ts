import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { closeWatches, watchIn } from '../../../helpers/watch-in';
import { until } from '../../../helpers/within';
import { suite } from '../../../runner/guard';

const test = suite('restart-on-change');
test.after.each(closeWatches);

test('other content leads to one restart after half a second; the same content and another time do not', async () => {
  const folder = makeTemporaryFolder();
  const file = join(folder, 'app.yml');
  writeFileSync(file, 'one');
  const { begin, pass } = watchIn(folder, ['app.yml']);
  await begin();
  assert.equal(await pass(60), []);
  writeFileSync(file, 'one');
  utimesSync(file, 1, 1);
  assert.equal(await pass(60), []);
  writeFileSync(file, 'two');
  assert.equal(await pass(0.4), []);
  assert.equal(await pass(0.2), ['app.yml has changed']);
  assert.equal(await pass(60), []);
});

test('content of the same size at the same time is seen', async () => {
  const folder = makeTemporaryFolder();
  const file = join(folder, 'app.yml');
  writeFileSync(file, 'one');
  utimesSync(file, 1000, 1000);
  const { begin, pass } = watchIn(folder, ['app.yml']);
  await begin();
  writeFileSync(file, 'two');
  utimesSync(file, 1000, 1000);
  assert.equal(await pass(1), ['app.yml has changed']);
});

test('a change that is undone within the burst is none', async () => {
  const folder = makeTemporaryFolder();
  const file = join(folder, 'app.yml');
  writeFileSync(file, 'one');
  const { begin, pass } = watchIn(folder, ['app.yml']);
  await begin();
  writeFileSync(file, 'two');
  assert.equal(await pass(0.3), []);
  writeFileSync(file, 'one');
  assert.equal(await pass(60), []);
});

test('a burst is waited for at most ten seconds', async () => {
  const folder = makeTemporaryFolder();
  const file = join(folder, 'app.yml');
  writeFileSync(file, 'one');
  const { begin, pass, clock } = watchIn(folder, ['app.yml']);
  await begin();
  const began = clock.now();
  let restarts: string[] = [];
  for (let count = 0; restarts.length === 0; count++) {
    writeFileSync(file, `change ${count}`);
    restarts = await pass(0.4);
    assert.ok(clock.now() - began < 12, 'it waited too long');
  }
  assert.ok(clock.now() - began >= 9.9, `after ${clock.now() - began} s`);
});

test('vanishing alone does nothing; coming back with other content is a change', async () => {
  const folder = makeTemporaryFolder();
  const file = join(folder, 'app.yml');
  writeFileSync(file, 'one');
  const { begin, pass, failures } = watchIn(folder, ['app.yml']);
  await begin();
  rmSync(file);
  assert.equal(await pass(0.3), []);
  assert.equal(failures, []);
  assert.equal(await pass(60), []);
  assert.equal(await pass(60), []);
  assert.is(failures.length, 1);
  writeFileSync(file, 'one');
  assert.equal(await pass(60), []);
  rmSync(file);
  await pass(1);
  writeFileSync(file, 'two');
  assert.equal(await pass(60), ['app.yml has changed']);
});

test('an editor that replaces the file is understood, and its backup does not count', async () => {
  const folder = makeTemporaryFolder();
  const file = join(folder, 'app.yml');
  writeFileSync(file, 'one');
  const { begin, pass } = watchIn(folder, ['app.yml', '.']);
  await begin();
  renameSync(file, `${file}~`);
  writeFileSync(join(folder, '4913'), '');
  writeFileSync(file, 'two');
  rmSync(join(folder, '4913'));
  assert.equal(await pass(1), ['app.yml has changed']);
  await begin();
  writeFileSync(join(folder, '.app.yml.swp'), 'x');
  renameSync(file, `${file}~`);
  writeFileSync(file, 'two');
  assert.equal(await pass(60), []);
});

test('a file that is missing at the start is told and awaited', async () => {
  const folder = makeTemporaryFolder();
  const { begin, pass, failures, watch } = watchIn(folder, ['late/app.yml']);
  await begin();
  assert.match(failures.join(), /^late\/app.yml: .*no such file/i);
  assert.is(watch.missing.length, 1);
  mkdirSync(join(folder, 'late'));
  writeFileSync(join(folder, 'late/app.yml'), 'one');
  assert.equal(await pass(1), ['late/app.yml has changed']);
  assert.equal(watch.missing, []);
});

test('in folders, files below count, but not hidden ones, backups and those of zd', async () => {
  const folder = makeTemporaryFolder();
  mkdirSync(join(folder, 'src/deep/.git'), { recursive: true });
  writeFileSync(join(folder, 'src/a.js'), 'a');
  const { begin, pass } = watchIn(folder, ['src']);
  await begin();
  for (const name of ['.hidden', 'a.js~', '#a.js#', 'app.log', 'deep/.git/index', 'deep/x.swp'])
    writeFileSync(join(folder, 'src', name), 'x');
  assert.equal(await pass(60), []);
  writeFileSync(join(folder, 'src/deep/new.js'), 'x');
  assert.equal(await pass(1), ['src/deep/new.js has changed']);
  await begin();
  mkdirSync(join(folder, 'src/more'));
  assert.equal(await pass(60), []);
  writeFileSync(join(folder, 'src/more/b.js'), 'b');
  rmSync(join(folder, 'src/a.js'));
  assert.equal(await pass(1), ['src/more/b.js has changed']);
});

test('a hidden file that is named itself counts', async () => {
  const folder = makeTemporaryFolder();
  writeFileSync(join(folder, '.env'), 'A=1');
  const { begin, pass } = watchIn(folder, ['.env']);
  await begin();
  writeFileSync(join(folder, '.env'), 'A=2');
  assert.equal(await pass(1), ['.env has changed']);
});

test('a symlink or a folder on the way that is replaced leads to another file', async () => {
  const folder = makeTemporaryFolder();
  for (const name of ['one', 'two']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'app.yml'), name);
  }
  symlinkSync('one', join(folder, 'current'));
  const { begin, pass } = watchIn(folder, ['current/app.yml']);
  await begin();
  symlinkSync('two', join(folder, 'next'));
  renameSync(join(folder, 'next'), join(folder, 'current'));
  assert.equal(await pass(1), ['current/app.yml has changed']);
  await begin();
  renameSync(join(folder, 'two'), join(folder, 'old'));
  mkdirSync(join(folder, 'two'));
  writeFileSync(join(folder, 'two/app.yml'), 'three');
  assert.equal(await pass(1), ['current/app.yml has changed']);
});

test('while the program is suspended, a restart waits', async () => {
  const folder = makeTemporaryFolder();
  const file = join(folder, 'app.yml');
  writeFileSync(file, 'one');
  const { begin, pass, watch } = watchIn(folder, ['app.yml']);
  await begin();
  watch.pause();
  writeFileSync(file, 'two');
  assert.equal(await pass(60), []);
  watch.resume();
  assert.equal(await pass(1), ['app.yml has changed']);
});

test('the notices of the system lead to a look, also in new folders and after a replacement', async () => {
  const folder = makeTemporaryFolder();
  mkdirSync(join(folder, 'src'));
  const { begin, clock, restarts } = watchIn(folder, ['src', 'app.yml']);
  await begin();
  const notice = async (what: string, change: () => void) => {
    const before = restarts.length;
    change();
    await until(20, what, async () => {
      clock.advance(0.05);
      return restarts.length > before;
    });
    await begin();
  };
  await notice('a new file', () => writeFileSync(join(folder, 'app.yml'), 'one'));
  await notice('another content', () => writeFileSync(join(folder, 'app.yml'), 'two'));
  await notice('a file in a new folder', () => {
    mkdirSync(join(folder, 'src/deep'));
    writeFileSync(join(folder, 'src/deep/a.js'), 'a');
  });
  await notice('a folder that was replaced', () => {
    renameSync(join(folder, 'src'), join(folder, 'old'));
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src/b.js'), 'b');
  });
  await notice('a file in the replacement', () => writeFileSync(join(folder, 'src/b.js'), 'c'));
});

test.run();
