import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { UsageError } from '../../src/errors';
import { checkPlaces, locateSocket, makeDirectory, nameProgram } from '../../src/places';
import type { Configuration, Settings } from '../../src/settings';
import { suite } from '../helpers/guard';
import { makeTemporaryFolder } from '../helpers/temp';

const test = suite('places');

let folder: string;
test.before.each(() => {
  folder = makeTemporaryFolder();
});

test('the socket does not move with the directory', () => {
  assert.is(
    locateSocket(settings({ socketName: 'zdsock', directory: '/tmp' })),
    join(process.cwd(), 'zdsock'),
  );
  assert.is(locateSocket(settings({ socketName: '/x/s' })), '/x/s');
});

test('folders and files that can be used are not complained of', () => {
  for (const given of [
    {},
    { directory: folder },
    { directory: join(folder, 'new') },
    { directory: join(folder, 'new'), transcript: 'log' },
    { directory: folder, transcript: 'log' },
    { transcript: join(folder, 'log') },
    { logfile: join(folder, 'log') },
    { daemon: false, directory: join(folder, 'no', 'such'), transcript: '/no/such/log' },
  ])
    check(given);
});

test('what cannot be used is told with its setting, its origin and the reason', () => {
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'sub'));
  for (const [given, reason] of [
    [
      { directory: join(folder, 'file') },
      /^cannot use directory '.*file' \(app\.conf:4\): it is not a folder$/,
    ],
    [{ directory: join(folder, 'no', 'such') }, /nor does the folder it would be made in$/],
    [{ directory: join(folder, 'file', 'x') }, /not a directory$/],
    [{ transcript: join(folder, 'sub') }, /^cannot use transcript '.*sub' \(app\.conf:4\): it is a folder$/],
    [{ transcript: join(folder, 'no', 'log') }, /the folder .*\/no does not exist; make it first$/],
    [{ directory: join(folder, 'new'), transcript: 'sub/log' }, /the folder .*new\/sub does not exist/],
    [{ logfile: join(folder, 'file', 'log') }, /^cannot use logfile/],
  ] as const)
    assert.throws(
      () => check(given),
      (error: Error) => error instanceof UsageError && reason.test(error.message),
      JSON.stringify(given),
    );
});

test('a directory whose last part is missing is made, one that is there is left alone', () => {
  const path = join(folder, 'new');
  assert.is(makeDirectory(path, null), path);
  assert.ok(statSync(path).isDirectory());
  assert.is(makeDirectory(path, null), path);
  assert.throws(
    () => makeDirectory(join(folder, 'no', 'such'), null),
    (error: Error) => error instanceof UsageError && /no such file or directory$/.test(error.message),
  );
});

test('a program is called by the last part of its first word', () => {
  assert.is(nameProgram(['/usr/bin/sleep', '1']), 'sleep');
  assert.is(nameProgram(['./x']), 'x');
  assert.is(nameProgram([]), 'the program');
});

function settings(given: Partial<Settings>): Settings {
  const usual = { daemon: true, directory: null, transcript: '/dev/null', logfile: null };
  return { ...usual, ...given } as Settings;
}

function check(given: Partial<Settings>): void {
  const origins = { directory: 'app.conf:4', transcript: 'app.conf:4', logfile: 'app.conf:4' };
  checkPlaces({ settings: settings(given), origins } as Configuration);
}

test.run();
