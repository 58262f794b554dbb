import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn, statusOf } from '../../helpers/cli';
import { give, needsRoot, STRANGER } from '../../helpers/strangers';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* A manager of root's opens, renames and gives away files in folders that others can write to. */

const test = suite('files of users');
test.after.each(clearPlaces);

/** How the owner of the folder replaces a log by root's file `victim`. */
const traps: Record<string, (place: Place, log: string) => void> = {
  'a symlink': (place, log) => symlinkSync(place.path('victim'), log),
  'a hard link': (place, log) => linkSync(place.path('victim'), log),
  'a symlink at its folder': place => {
    renameSync(place.path('theirs/logs'), place.path('theirs/before'));
    linkSync(place.path('victim'), place.path('root/log'));
    symlinkSync('../root', place.path('theirs/logs'));
    give(place.path('theirs/logs'), STRANGER);
  },
};

/** The settings that name a file, and what opens it. */
const files: Record<string, { runner: Record<string, string>; sections?: string }> = {
  transcript: { runner: { transcript: 'LOG', 'transcript-owner': String(STRANGER) } },
  'stderr-transcript': { runner: { 'stderr-transcript': 'LOG', 'transcript-mode': '666' } },
  stdout: { runner: { stdout: 'LOG' } },
  stdin: { runner: { stdin: 'LOG' } },
  'event log': { runner: {}, sections: '<eventlog>\n  path LOG\n</eventlog>\n' },
};

for (const [trap, set] of Object.entries(traps)) {
  for (const [name, { runner, sections = '' }] of Object.entries(files)) {
    test.skipIf(needsRoot, `${trap} in place of a ${name} is not followed at a start`, async () => {
      const place = prepare();
      const log = place.path('theirs/logs/log');
      configure(place, log, runner, sections);
      set(place, log);
      const { status, stderr } = await place.zd('-C app.conf start');
      assert.is(status, 1);
      assert.match(stderr, /in a folder that others can write to/);
      checkVictim(place);
    });
  }
}

test.skipIf(needsRoot, 'nor when the logs are reopened: the old files stay in use', async () => {
  const place = prepare();
  const [log, events] = [place.path('theirs/log'), place.path('theirs/events')];
  configure(place, log, files.transcript!.runner, `<eventlog>\n  path ${events}\n</eventlog>\n`);
  await place.zd('-C app.conf start');
  for (const file of [log, events]) {
    rmSync(file);
    symlinkSync(place.path('victim'), file);
  }
  const refused = await place.zd('-C app.conf reopen_transcript');
  assert.is(refused.status, 1);
  assert.match(refused.stderr, /it leads over the symlink .*\/log, .*; the old file stays in use/);
  rmSync(log);
  rmSync(events);
  assert.is((await place.zd('-C app.conf reopen_transcript')).status, 0);
  assert.is(statSync(log).uid, STRANGER);
  checkVictim(place);
});

test.skipIf(
  needsRoot,
  "a file of root's that is there is not given away; one of the owner's gets its mode",
  async () => {
    const place = prepare();
    const log = place.write('theirs/log', 'before\n');
    configure(place, log, {
      transcript: 'LOG',
      'transcript-owner': String(STRANGER),
      'transcript-mode': '640',
    });
    const refused = await place.zd('-C app.conf start');
    assert.match(refused.stderr, /log: it belongs to uid 0, .*, and is not given away; chown it/);
    give(log, STRANGER);
    assert.is((await place.zd('-C app.conf start')).status, 0);
    assert.equal([statSync(log).uid, statSync(log).mode & 0o777], [STRANGER, 0o640]);
  },
);

test.skipIf(
  needsRoot,
  'in a folder of everybody, a file of another user is refused, and one of root used',
  async () => {
    const place = prepare();
    chmodSync(place.path('theirs'), 0o1777);
    give(place.path('theirs'), 0);
    const log = place.write('theirs/log', '');
    give(log, STRANGER);
    configure(place, log, { transcript: 'LOG' });
    const refused = await place.zd('-C app.conf start');
    assert.match(
      refused.stderr,
      /log: it belongs to uid 54321, in a folder that others can write to; use another path/,
    );
    give(log, 0);
    assert.is((await place.zd('-C app.conf start')).status, 0);
    await waitForFile(log, text => text.includes('out'));
  },
);

test.skipIf(needsRoot, "symlinks in root's own folders are followed", async () => {
  const place = prepare();
  symlinkSync('root', place.path('way'));
  symlinkSync('real', place.path('root/log'));
  configure(place, place.path('way/log'), { transcript: 'LOG', 'transcript-owner': String(STRANGER) });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  assert.is(statSync(place.path('root/real')).uid, STRANGER);
});

test.skipIf(needsRoot, 'rotation and compression read and write nothing behind a symlink', async () => {
  const place = prepare();
  const log = place.path('theirs/log');
  const pending = `${log}.2026-01-01T000000-01.pending`;
  symlinkSync(place.path('victim'), pending);
  symlinkSync(place.path('made'), `${log}.2026-01-01T000001-01.pending`);
  const rotation = { 'transcript-rotate-size': '1kb', 'transcript-compress': 'on' };
  place.write(
    'bin/program',
    '#!/bin/sh\nwhile :; do echo 0123456789012345678901234567890123456789; sleep 0.01; done\n',
    0o755,
  );
  configure(place, log, { transcript: 'LOG', 'transcript-owner': String(STRANGER), ...rotation });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  const problem = await until(30, 'the warning', async () => {
    const { transcriptError } = JSON.parse((await place.zd('status --json')).stdout);
    return transcriptError;
  });
  assert.match(problem, /cannot archive .*: it leads over the symlink/);
  assert.equal(
    readdirSync(place.path('theirs')).filter(name => name.endsWith('.gz')),
    [],
  );
  rmSync(pending);
  rmSync(`${log}.2026-01-01T000001-01.pending`, { force: true });
  await until(30, 'a compressed file', () =>
    readdirSync(place.path('theirs')).some(name => name.endsWith('.gz')),
  );
  checkVictim(place);
  assert.not(readdirSync(place.folder).includes('made'));
});

test.skipIf(needsRoot, 'a compressed file has the content and the owner of the log', async () => {
  const place = prepare();
  const log = place.path('theirs/log');
  const rotation = { 'transcript-rotate-size': '1kb', 'transcript-compress': 'on' };
  place.write(
    'bin/program',
    '#!/bin/sh\nwhile :; do echo 0123456789012345678901234567890123456789; sleep 0.01; done\n',
    0o755,
  );
  configure(place, log, { transcript: 'LOG', 'transcript-owner': String(STRANGER), ...rotation });
  await place.zd('-C app.conf start');
  const name = await until(30, 'a compressed file', () =>
    readdirSync(place.path('theirs')).find(
      one =>
        one.endsWith('.gz') && !readdirSync(place.path('theirs')).includes(one.replace('.gz', '.pending')),
    ),
  );
  const file = place.path(`theirs/${name}`);
  assert.match(gunzipSync(readFileSync(file)).toString(), /^(\d{40}\n)+$/);
  assert.is(statSync(file).uid, STRANGER);
});

test.skipIf(needsRoot, 'the socket gets its mode and group even in a folder of another user', async () => {
  const place = prepare();
  configure(place, place.path('log'), {
    transcript: 'LOG',
    'socket-name': place.path('theirs/zdsock'),
    'socket-mode': '660',
    'socket-group': String(STRANGER),
  });
  const pid = pidIn(await place.zd('-C app.conf start'));
  assert.is(statusOf(pid, 'Uid').split('\t')[0], '0');
  const { mode, gid, uid } = statSync(place.path('theirs/zdsock'));
  assert.equal([mode & 0o777, gid, uid], [0o660, STRANGER, 0]);
});

function prepare(): Place {
  const place = makePlace();
  chmodSync(place.folder, 0o755);
  place.write('victim', 'precious', 0o600);
  for (const name of ['theirs', 'theirs/logs', 'root']) mkdirSync(place.path(name));
  place.write('bin/program', '#!/bin/sh\necho out; echo err >&2\nexec sleep 1000\n', 0o755);
  for (const name of ['theirs', 'theirs/logs']) give(place.path(name), STRANGER);
  return place;
}

function configure(place: Place, log: string, runner: Record<string, string>, sections = ''): void {
  const own = Object.entries(runner).map(([key, value]) => [key, value === 'LOG' ? log : value]);
  place.configure(
    { program: place.path('bin/program'), ...Object.fromEntries(own) },
    sections.replace('LOG', log),
  );
}

function checkVictim(place: Place): void {
  const { uid, mode } = statSync(place.path('victim'));
  assert.equal([place.read('victim'), uid, mode & 0o777], ['precious', 0, 0o600]);
}

test.run();
