import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { checkPlaces, nameProgram } from '../../../../src/client/preflight/places';
import type { Configuration, Settings } from '../../../../src/settings/settings';
import { makeDirectory, OWN_FOLDERS } from '../../../../src/state/folder';
import { locateSocket } from '../../../../src/state/socket-path';
import { UsageError } from '../../../../src/system/errors';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { suite } from '../../../runner/guard';

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
    { stdout: join(folder, 'log'), stderrTranscript: join(folder, 'errors'), stdin: '/dev/null' },
    { directory: join(folder, 'new'), stdout: 'out' },
    { socketName: join(folder, 'sock') },
    { socketName: join(folder, 'new', 'sock') },
    { transcriptOwner: 'root:0', socketGroup: '0' },
    ...(process.geteuid?.() === 0 ? [{ user: 'root' }] : []),
    { daemon: false, stdin: '/no/such/in' },
    { daemon: false, directory: folder, transcript: '/no/such/log' },
  ])
    check(given);
  check({ daemon: false, directory: join(folder, 'no', 'such') }, 'zdaemon');
});

test('what cannot be used is told with its setting, its origin and the reason', () => {
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'sub'));
  for (const [given, reason] of [
    [
      { directory: join(folder, 'file') },
      /^cannot use directory '.*file' \(app\.conf:4\): it is not a folder$/,
    ],
    [{ daemon: false, directory: join(folder, 'no', 'such') }, /parent folder exists$/],
    [{ directory: join(folder, 'no', 'such') }, /: neither it nor its parent folder exists$/],
    [{ directory: join(folder, 'file', 'x') }, /not a directory$/],
    [{ transcript: join(folder, 'sub') }, /^cannot use transcript '.*sub' \(app\.conf:4\): it is a folder$/],
    [{ transcript: join(folder, 'no', 'log') }, /the folder .*\/no does not exist; create it first$/],
    [{ directory: join(folder, 'new'), transcript: 'sub/log' }, /the folder .*new\/sub does not exist/],
    [{ logfile: join(folder, 'file', 'log') }, /^cannot use logfile .*\/file: it is not a folder$/],
    [{ stdout: join(folder, 'no', 'out') }, /^cannot use stdout .* does not exist; create it first$/],
    [{ stderrTranscript: join(folder, 'no', 'log') }, /^cannot use stderr-transcript '/],
    [{ stdin: join(folder, 'in') }, /^cannot use stdin '.*in' \(app\.conf:4\): it does not exist/],
    [{ directory: join(folder, 'new'), stdin: 'in' }, /^cannot use stdin 'in'/],
    [{ socketName: join(folder, 'no', 'such', 'sock') }, /^cannot use socket-name .*\/no does not exist/],
    [{ socketName: join(folder, 'file', 'sock') }, /\/file: it is not a folder$/],
    [{ socketName: join(folder, 'x'.repeat(108)) }, /has \d+ bytes, but the system's limit is \d+/],
    [
      { socketGroup: 'no-such-group' },
      /^cannot use socket-group .*\(app\.conf:4\): group 'no-such-group' not found$/,
    ],
    [{ transcriptOwner: ':no-such-group' }, /^cannot use transcript-owner .* not found$/],
    [{ user: 'no-such-user' }, /^app\.conf:4: username 'no-such-user' not found$/],
  ] as const)
    assert.throws(
      () => check(given),
      (error: Error) => error instanceof UsageError && reason.test(error.message),
      JSON.stringify(given),
    );
});

test('a directory whose last part is missing is made, one that is there is left alone', () => {
  const path = join(folder, 'new');
  assert.is(makeDirectory(path, OWN_FOLDERS), path);
  assert.ok(statSync(path).isDirectory());
  assert.is(makeDirectory(path, OWN_FOLDERS), path);
  assert.throws(
    () => makeDirectory(join(folder, 'no', 'such'), OWN_FOLDERS),
    (error: Error) => error instanceof UsageError && /no such file or directory$/.test(error.message),
  );
});

test('a program is called by the last part of its first word', () => {
  assert.is(nameProgram(['/usr/bin/sleep', '1']), 'sleep');
  assert.is(nameProgram(['./x']), 'x');
  assert.is(nameProgram([]), 'the program');
});

function settings(given: Partial<Settings>): Settings {
  const unset = { directory: null, logfile: null, stderrTranscript: null, stdout: null, stdin: null };
  const others = { lockFile: null, pidfile: null };
  const groups = { group: null, supplementaryGroups: null };
  const owners = { user: null, socketGroup: null, transcriptOwner: null, ...groups };
  const usual = { daemon: true, socketName: 'zdsock', transcript: '/dev/null' };
  return { ...usual, ...unset, ...others, ...owners, ...given } as Settings;
}

function check(given: Partial<Settings>, flavour: 'zd' | 'zdaemon' = 'zd'): void {
  const origins = Object.fromEntries(Object.keys(settings({})).map(field => [field, 'app.conf:4']));
  checkPlaces({ settings: settings(given), origins, home: null } as unknown as Configuration, flavour);
}

test.run();
