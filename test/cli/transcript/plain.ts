import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { killManager, report } from '../../helpers/numbered-program';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* transcript-plain: escape sequences stay out of the file, and in what is kept in memory. */

const test = suite('transcript-plain');
test.after.each(clearPlaces);

const COLOURED = `printf '\\033]0;title\\007\\033[1;31mred\\033[0m\\n'`;

async function start(settings: Record<string, string>, script: string): Promise<Place> {
  const place = makePlace();
  place.write('app.sh', script);
  place.configure({ program: 'sh app.sh', transcript: 'log', 'transcript-plain': 'on', ...settings });
  const { status, stderr } = await place.zd('-C app.conf start');
  assert.is(status, 0, stderr);
  return place;
}

test('takes out sequences, also one that comes in two pieces; logtail of the memory has them', async () => {
  const place = await start(
    {},
    `${COLOURED}; printf '\\033[3'; until test -e go; do sleep 0.05; done; printf '2mgreen\\r\\n'; exec sleep 1000`,
  );
  await waitForFile(place.path('log'), text => text === 'red\n');
  place.write('go', '');
  await waitForFile(place.path('log'), text => text === 'red\ngreen\n');
  await place.zd('-C app.conf stop');
  const kept = place.read('.zdsock.zd/last-output');
  assert.is(kept, '\x1b]0;title\x07\x1b[1;31mred\x1b[0m\n\x1b[32mgreen\r\n');
});

test.skipIf(keeperMissing, 'with a terminal, lines end as without one', async () => {
  const place = await start({ pty: 'on' }, `${COLOURED}; echo two; exec sleep 1000`);
  await waitForFile(place.path('log'), text => text === 'red\ntwo\n');
});

test('a run begins with a line of its own, whatever the last one has left', async () => {
  const place = await start({ 'start-seconds': '0' }, `printf 'half\\033[3'; exec sleep 1000`);
  await waitForFile(place.path('log'), text => text === 'half');
  await place.zd('-C app.conf restart');
  await waitForFile(place.path('log'), text => text === 'half\nhalf');
});

test('with times, markers and a file for errors', async () => {
  const place = await start(
    { 'transcript-timestamps': 'epoch', 'transcript-markers': 'on', 'stderr-transcript': 'errors' },
    `${COLOURED}; ${COLOURED} >&2; exec sleep 1000`,
  );
  const log = await waitForFile(place.path('log'), text => text.includes('red'));
  assert.match(log, /^\d+\.\d{3} zd: .* started: .*\n\d+\.\d{3} red\n$/);
  assert.match(await waitForFile(place.path('errors'), text => text !== ''), /^\d+\.\d{3} red\n$/);
});

test('the command of transcript-program gets the same', async () => {
  const place = await start({ 'transcript-program': `sh -c 'cat >got'` }, `${COLOURED}; exec sleep 1000`);
  await waitForFile(place.path('log'), text => text === 'red\n');
  await waitForFile(place.path('got'), text => text === 'red\n');
});

test('also after an upgrade, and after the manager was killed', async () => {
  const place = await start(
    {},
    `n=0; while :; do if test -e go; then rm go; ${COLOURED}; fi; sleep 0.05; done`,
  );
  const say = async (count: number) => {
    place.write('go', '');
    await waitForFile(place.path('log'), text => text === 'red\n'.repeat(count));
  };
  await say(1);
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
  await say(2);
  await killManager(place);
  assert.is((await place.zd('-C app.conf start')).status, 0);
  await until(20, 'the program', async () => (await report(place)).pid !== null);
  await say(3);
});

test.run();
