import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { suite } from '../../runner/guard';

const test = suite('rights of the manager');
test.after.each(clearPlaces);

const isRoot = process.getuid?.() === 0;
const needsRoot = !isRoot && 'only root can start a manager for another user';
const NOBODY = 'nobody';

async function refuses(place: Place, complaint: string): Promise<void> {
  for (const command of ['check', 'start']) {
    const { status, stdout, stderr } = await place.zd(`-C app.conf ${command}`);
    assert.equal([status, stdout], [2, ''], stderr);
    assert.ok(stderr.includes(complaint), stderr);
    assert.match(stderr, /^zd: cannot use [^\n]*\n$/);
  }
}

test('an event log that cannot be opened is refused by check too, with its line', async () => {
  const place = makePlace();
  const log = (path: string) =>
    place.configure(
      { program: 'sleep 1000' },
      `<eventlog>\n<logfile>\npath ${path}\n</logfile>\n</eventlog>\n`,
    );
  log('no/such/log');
  await refuses(
    place,
    `cannot use eventlog path '${place.path('no/such/log')}' (app.conf:6): the folder ${place.path('no/such')} does not exist`,
  );
  mkdirSync(place.path('folder'));
  log('folder');
  await refuses(place, `eventlog path '${place.path('folder')}' (app.conf:6): it is a folder`);
});

test.skipIf(isRoot && 'root may enter every folder', 'a folder without rights is named', async () => {
  const place = makePlace();
  mkdirSync(place.path('closed'), { mode: 0o500 });
  const who = `uid ${process.getuid?.()}`;
  place.configure({ program: 'sleep 1000', transcript: 'closed/log' });
  await refuses(
    place,
    `(app.conf:3): permission denied: ${who} cannot create files in ${place.path('closed')}`,
  );
  place.configure({ program: 'sleep 1000', 'socket-name': 'closed/sock' });
  await refuses(place, `permission denied: ${who} cannot create files in ${place.path('closed')}`);
  place.write('locked', '', 0o400);
  place.configure({ program: 'sleep 1000', 'stderr-transcript': 'locked' });
  await refuses(place, `permission denied: ${who} cannot write to ${place.path('locked')}`);
});

test.skipIf(needsRoot, "as root with a user, the rights are that user's", async () => {
  const place = makePlace();
  chmodSync(place.folder, 0o755);
  mkdirSync(place.path('private'), { mode: 0o700 });
  mkdirSync(place.path('open'), { mode: 0o777 });
  chmodSync(place.path('open'), 0o777);
  const user = { program: 'sleep 1000', user: NOBODY, 'socket-name': 'open/sock' };
  const closed = place.path('private');
  const denied = `permission denied: user ${NOBODY} cannot`;
  for (const [runner, complaint] of [
    [{ 'socket-name': 'private/sock' }, `'${closed}/sock' (app.conf:4): ${denied} create files in ${closed}`],
    [{ directory: 'private' }, `directory '${closed}' (app.conf:5): ${denied} enter ${closed}`],
    [{ transcript: place.path('private/log') }, `${denied} create files in ${closed}`],
    [{ stdin: place.write('private/in', '') }, `${denied} enter the folder ${closed}`],
    [{ stdout: place.write('secret', '', 0o600) }, `${denied} write to ${place.path('secret')}`],
    // Another file takes its place, so that it can be written to does not help.
    [{ pidfile: place.write('app.pid', '', 0o666) }, `${denied} create files in ${place.folder}`],
    [{ 'transcript-owner': 'daemon', transcript: place.path('open/log') }, 'only root can give files away'],
    [{ 'socket-group': 'daemon' }, `the manager runs as user ${NOBODY}, and it is not a member`],
  ] as [Record<string, string>, string][]) {
    place.configure({ ...user, ...runner });
    await refuses(place, complaint);
  }
  place.write('private/program', '#!/bin/sh\nexec sleep 1000\n', 0o755);
  place.configure({ ...user, program: place.path('private/program') });
  const checked = await place.zd('-C app.conf check');
  assert.is(checked.status, 2);
  assert.ok(checked.stderr.includes(`${denied} enter the folder ${closed}`), checked.stderr);
  chownSync(closed, 65534, 65534);
});

test.skipIf(isRoot && 'root may enter every folder', 'a program in a closed folder exists', async () => {
  const place = makePlace();
  place.write('closed/app', '#!/bin/sh\n', 0o755);
  chmodSync(place.path('closed'), 0);
  for (const word of ['./closed/app', place.path('closed/app')]) {
    const { stderr } = await place.zd(['-p', word, 'start']);
    assert.match(stderr, `no permission to run program '${word}': permission denied in the folder`);
  }
  const { stderr } = await place.zd(['-p', 'no-such-app', 'start'], {
    env: { PATH: `${place.path('closed')}:${process.env.PATH}` },
  });
  assert.match(stderr, /no-such-app is not on PATH: .*permission denied in the folder/);
  chmodSync(place.path('closed'), 0o755);
});

test.run();
