import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Place } from '../../helpers/cli';
import { keeperMissing, killThreeManagers } from '../../helpers/keeper';
import { isConnected, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { makePathWithoutPerl } from '../../helpers/without-perl';
import { suite } from '../../runner/guard';

/* The input outlives the manager, and its end is no accident. */

const test = suite('input survives');
test.after.each(clearPlaces);

const COPY = "sh -c 'cat; echo END; exec sleep 1000'";
const SLOW = "sh -c 'until test -e go; do sleep 0.05; done; cat; echo END; exec sleep 1000'";

async function begin(program: string, env: Record<string, string> = {}): Promise<Place> {
  const place = makePlace({ env });
  place.configure({ program, stdin: 'control', transcript: 'log' });
  const { status, stderr } = await place.zd('-C app.conf start');
  assert.is(status, 0, stderr);
  return place;
}

/** Kills the manager, and waits for the next one. */
async function killManager(place: Place): Promise<void> {
  const { managerPid } = await place.report();
  process.kill(managerPid, 'SIGKILL');
  await waitForEnd(managerPid);
  await until(30, 'the next manager', async () => (await place.report()).managerPid !== managerPid);
}

test.skipIf(keeperMissing, 'a SIGKILL of the manager is no end of file, and what waits stays', async () => {
  const place = await begin(SLOW);
  await place.zd('-C app.conf send one');
  await killManager(place);
  assert.is((await place.zd('-C app.conf send two')).status, 0);
  await killManager(place);
  await place.zd('-C app.conf send three');
  place.write('go', '');
  await waitForFile(place.path('log'), text => text === 'one\ntwo\nthree\n');
  await place.zd('-C app.conf send --eof four');
  await waitForFile(place.path('log'), text => text === 'one\ntwo\nthree\nfour\nEND\n');
});

test.skipIf(keeperMissing, 'an end that was sent stays one, also over the death of the manager', async () => {
  const place = await begin(SLOW);
  await place.zd('-C app.conf send --eof one');
  await killManager(place);
  const { status, stderr } = await place.zd('-C app.conf send two');
  assert.is(status, 1);
  assert.match(stderr, 'its input was ended with --eof');
  place.write('go', '');
  await waitForFile(place.path('log'), text => text === 'one\nEND\n');
});

test.skipIf(keeperMissing, 'while there is no manager, the keeper holds it', async () => {
  const place = await begin(COPY);
  await killThreeManagers(place);
  const { status, stderr } = await place.zd('-C app.conf send hello');
  assert.is(status, 0, stderr);
  await waitForFile(place.path('log'), text => text === 'hello\n');
});

test('an upgrade is no end of file, and what is being sent goes on with the next manager', async () => {
  for (const env of [{}, { PATH: makePathWithoutPerl(['node']) }]) {
    const place = await begin(SLOW, env);
    const input = 'x'.repeat(200_000);
    const sending = place.launch([...commandOf('zd'), '-C', 'app.conf', 'send', '--eof', '-'], { input });
    await until(30, 'a wait for room', () => isConnected(sending.child.pid));
    const upgraded = await place.zd('-C app.conf upgrade');
    assert.is(upgraded.status, 0, upgraded.stderr);
    place.write('go', '');
    const { status, stderr } = await sending.done;
    assert.equal([status, stderr], [0, '']);
    await waitForFile(place.path('log'), text => text === `${input}END\n`);
  }
});

test('without a keeper, the death of the manager is the end of the input', async () => {
  const place = await begin(COPY, { PATH: makePathWithoutPerl() });
  const { managerPid, keeperPid } = await place.report();
  assert.is(keeperPid, null);
  await place.zd('-C app.conf send hello');
  await waitForFile(place.path('log'), text => text === 'hello\n');
  process.kill(managerPid, 'SIGKILL');
  await waitForEnd(managerPid);
  assert.is((await place.zd('-C app.conf start')).status, 0);
  await waitForFile(place.path('log'), text => text === 'hello\nEND\n');
});

test('a restart by a crash has a new input', async () => {
  const place = makePlace();
  place.write('read.sh', 'read line\necho "got $line"\nexit 1\n');
  place.configure({
    program: 'sh read.sh',
    stdin: 'control',
    transcript: 'log',
    'start-seconds': '0',
    'backoff-first': '10ms',
  });
  await place.zd('-C app.conf start');
  for (const text of ['one', 'two']) {
    await until(30, 'the next run', async () => (await place.zd(`-C app.conf send ${text}`)).status === 0);
    await waitForFile(place.path('log'), all => all.includes(`got ${text}\n`));
  }
});

test.run();
