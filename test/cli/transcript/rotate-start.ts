import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { commandLine, spawnedBy } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* transcript-rotate-start: a file for each run. */

const test = suite('transcript-rotate-start');
test.after.each(clearPlaces);

const rotated = (place: Place, name = 'log') =>
  readdirSync(place.folder)
    .filter(file => file.startsWith(`${name}.2`) && !file.endsWith('.pending'))
    .sort();

/** Writes a line with the number of the run; the end of the line is missing. */
function prepare(runner: Record<string, string> = {}): Place {
  const place = makePlace();
  place.write(
    'run.sh',
    '#!/bin/sh\necho x >>runs; n=`wc -l <runs`; echo begin $n; printf "out $n"; printf "err $n" >&2; exec sleep 1000\n',
    0o755,
  );
  place.configure({
    program: './run.sh',
    directory: place.folder,
    transcript: 'log',
    'transcript-rotate-start': 'on',
    ...runner,
  });
  return place;
}

const run = async (place: Place, command: string, text: string) => {
  assert.is((await place.zd(`-C app.conf ${command}`)).status, 0);
  await waitForFile(place.path('log'), found => found === text);
};

test('each start has a file of its own, a crash and another manager too', async () => {
  const place = prepare();
  place.write('log', 'from before\n');
  await run(place, 'start', 'begin 1\nout 1err 1');
  await run(place, 'restart', 'begin 2\nout 2err 2');
  process.kill((await place.report()).pid ?? 0, 'SIGKILL');
  await waitForFile(place.path('log'), text => text === 'begin 3\nout 3err 3');
  await place.zd('-C app.conf stop');
  await run(place, 'start', 'begin 4\nout 4err 4');
  await until(30, 'the rotated files', () => rotated(place).length === 4);
  assert.equal(rotated(place).map(place.read), [
    'from before\n',
    'begin 1\nout 1err 1',
    'begin 2\nout 2err 2',
    'begin 3\nout 3err 3',
  ]);
});

test('a manager that is killed and an upgrade begin no other file', async () => {
  const place = prepare();
  await run(place, 'start', 'begin 1\nout 1err 1');
  const { managerPid, pid } = await place.report();
  process.kill(managerPid, 'SIGKILL');
  await until(30, 'the next manager', async () => (await place.report().catch(() => null))?.pid === pid);
  await run(place, 'upgrade', 'begin 1\nout 1err 1');
  assert.equal(rotated(place), []);
});

test('a copier writes the file, as without this setting', async () => {
  const place = prepare();
  await run(place, 'start', 'begin 1\nout 1err 1');
  await run(place, 'restart', 'begin 2\nout 2err 2');
  const { managerPid } = await place.report();
  const copiers = () => spawnedBy(managerPid).filter(pid => commandLine(pid).startsWith('zd: copies to'));
  await until(30, 'one copier', () => copiers().length === 1);
});

test('both files are rotated, kept and compressed like with the other rotations', async () => {
  const place = prepare({
    'stderr-transcript': 'errors',
    'transcript-keep': '2',
    'transcript-compress': 'on',
    'transcript-markers': 'on',
  });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  for (let start = 2; start <= 4; start++) assert.is((await place.zd('-C app.conf restart')).status, 0);
  await waitForFile(place.path('errors'), text => text === 'err 4');
  for (const name of ['log', 'errors']) {
    const names = () => rotated(place, name);
    await until(30, `the files of ${name}`, () => names().length === 2 && names().every(isCompressed));
    const texts = names().map(file => gunzipSync(readFileSync(place.path(file))).toString());
    assert.equal(
      texts.map(text => /(?:out|err) (\d)/.exec(text)?.[1]),
      ['2', '3'],
    );
  }
  assert.match(place.read('log'), /^zd: .* pid \d+ started: .*\nbegin 4\nout 4$/);
});

test('what is no file, or is empty, is not rotated', async () => {
  const place = prepare({ transcript: '/dev/null' });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  assert.is((await place.zd('-C app.conf restart')).status, 0);
  assert.ok(existsSync('/dev/null'));
  const silent = makePlace();
  silent.configure({ program: 'sleep 1000', transcript: 'log', 'transcript-rotate-start': 'on' });
  assert.is((await silent.zd('-C app.conf start')).status, 0);
  assert.is((await silent.zd('-C app.conf restart')).status, 0);
  assert.equal(rotated(silent), []);
});

const isCompressed = (name: string) => name.endsWith('.gz');

test.run();
