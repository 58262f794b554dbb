import { chmodSync, renameSync, rmSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { waitForEnd } from '../../helpers/processes';
import { asUser, give, needsRoot, STRANGER } from '../../helpers/strangers';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('watch-config');
test.after.each(clearPlaces);

const PLAIN = '[runner]\nprogram = sleep 1000\nwatch-config = on\nstart-seconds = 0\n';
const EVENTS = '[eventlog]\npath = events.log\n';

async function start(file = `${PLAIN}${EVENTS}`): Promise<{ place: Place; pid: number; managerPid: number }> {
  const place = makePlace();
  place.write('app.conf', file);
  const pid = pidIn(await place.zd('-C app.conf start'));
  return { place, pid, managerPid: (await place.report()).managerPid };
}

type Told = Record<string, unknown>;

async function untilReport(place: Place, what: string, holds: (report: Told) => boolean): Promise<Told> {
  return until(30, what, async () => {
    const report = (await place.report()) as unknown as Told;
    return holds(report) && report;
  });
}

test('a saved change is applied at once, and the program goes on', async () => {
  const { place, pid, managerPid } = await start();
  place.write('app.conf', `${PLAIN}backoff-limit = 20\n${EVENTS}`);
  const report = await untilReport(place, 'the new limit', ({ backoffLimit }) => backoffLimit === 20);
  assert.equal([report.pid, report.managerPid], [pid, managerPid]);
  await waitForFile(place.path('events.log'), text => /configuration applied.*: backoff-limit/.test(text));
});

test('an editor that replaces the file, and one that removes it first', async () => {
  const { place } = await start();
  place.write('new.conf', `${PLAIN}backoff-limit = 20\n${EVENTS}`);
  renameSync(place.path('new.conf'), place.path('app.conf'));
  await untilReport(place, 'the new limit', ({ backoffLimit }) => backoffLimit === 20);
  rmSync(place.path('app.conf'));
  place.write('app.conf', `${PLAIN}backoff-limit = 30\n${EVENTS}`);
  await untilReport(place, 'the next limit', ({ backoffLimit }) => backoffLimit === 30);
});

test('a faulty file changes nothing, is told once, and a better one is applied', async () => {
  const { place, pid, managerPid } = await start();
  place.write('app.conf', `${PLAIN}backoff-limit = x\n${EVENTS}`);
  const reason = /cannot apply .*app\.conf: .*app\.conf:5: backoff-limit must be a time/;
  await waitForFile(place.path('events.log'), text => reason.test(text));
  const report = (await place.report()) as unknown as Told;
  assert.equal([report.pid, report.managerPid, report.backoffLimit], [pid, managerPid, 10]);
  assert.match(String((report.watch as Told).fault), /backoff-limit must be a time/);
  place.write('app.conf', `${PLAIN}backoff-limit = 20\n${EVENTS}`);
  const mended = await untilReport(place, 'the new limit', ({ backoffLimit }) => backoffLimit === 20);
  assert.is((mended.watch as Told | undefined)?.fault ?? null, null);
});

test('a new program is started, and a new umask needs a new manager', async () => {
  const { place, pid, managerPid } = await start();
  place.write('app.conf', `${PLAIN.replace('1000', '1001')}${EVENTS}`);
  const second = await untilReport(
    place,
    'the new program',
    ({ args, pid: now }) => `${args}` === 'sleep,1001' && now !== null && now !== pid,
  );
  assert.is(second.managerPid, managerPid);
  place.write('app.conf', `${PLAIN.replace('1000', '1001')}umask = 077\n${EVENTS}`);
  const isNew = ({ managerPid: now, pid: program }: Told) =>
    now !== managerPid && program !== null && program !== second.pid;
  await untilReport(place, 'the new manager and its program', isNew);
  await waitForFile(place.path('events.log'), text => /configuration applied.*: umask/.test(text));
});

test('a program that cannot start is started once its file is mended', async () => {
  const place = makePlace();
  const program = (code: number) =>
    `[runner]\nprogram = sh -c 'sleep 0.05; exit ${code}'\nforever = on\nbackoff-limit = 600\nwatch-config = on\n`;
  place.write('app.conf', program(7));
  await place.zd('-C app.conf start');
  await untilReport(place, 'a pause', ({ state }) => state === 'backoff');
  place.write('app.conf', `${PLAIN}forever = on\n`);
  await untilReport(
    place,
    'the program that works',
    ({ args, pid }) => `${args}` === 'sleep,1000' && pid !== null,
  );
});

test('what flags have set stays, and an included file counts', async () => {
  const place = makePlace();
  place.write('more.conf', 'backoff-limit 20\n');
  place.write(
    'app.conf',
    '<runner>\n  program sleep 1000\n  watch-config on\n  %include more.conf\n</runner>\n',
  );
  await place.zd('-C app.conf --stop-timeout 7 start');
  place.write('more.conf', 'backoff-limit 30\nstop-timeout 9\n');
  await untilReport(place, 'the new limit', ({ backoffLimit }) => backoffLimit === 30);
  assert.match((await place.zd('-C app.conf show changes')).stdout, /^stop-timeout: 7 -> 9 \(live\)$/m);
});

test('turning it on and off is itself applied', async () => {
  const { place } = await start(PLAIN.replace('watch-config = on', 'watch-config = off'));
  place.write('app.conf', PLAIN);
  await place.zd('-C app.conf apply');
  place.write('app.conf', `${PLAIN}backoff-limit = 20\n`);
  await untilReport(place, 'the new limit', ({ backoffLimit }) => backoffLimit === 20);
  place.write('app.conf', `${PLAIN.replace('watch-config = on', 'watch-config = off')}backoff-limit = 30\n`);
  await untilReport(place, 'the last limit', ({ backoffLimit }) => backoffLimit === 30);
  place.write('app.conf', `${PLAIN}backoff-limit = 40\n`);
  assert.is((await place.zd('-C app.conf apply --dry-run')).stdout.split('\n').length, 3);
});

test('what is saved while there is no manager is applied by the next one', async () => {
  const { place, pid } = await start();
  const { managerPid } = await place.report();
  process.kill(managerPid, 'SIGKILL');
  place.write('app.conf', `${PLAIN}backoff-limit = 20\n${EVENTS}`);
  await waitForEnd(managerPid);
  if (keeperMissing) await place.zd('-C app.conf start');
  const report = await untilReport(place, 'the new limit', ({ backoffLimit }) => backoffLimit === 20);
  assert.is(report.pid, pid);
});

test.skipIf(needsRoot, 'a file that others can write is not applied, and the log says why', async () => {
  const { place } = await start();
  place.write('app.conf', `${PLAIN}backoff-limit = 20\n${EVENTS}`);
  chmodSync(place.path('app.conf'), 0o666);
  await waitForFile(place.path('events.log'), text => /cannot apply .*others can write to it/.test(text));
  assert.is(((await place.report()) as unknown as Told).backoffLimit, 10);
});

test.skipIf(
  needsRoot,
  "a user's manager applies the user's file, but not one that another user has put there",
  async () => {
    const place = makePlace();
    chmodSync(place.folder, 0o755);
    give(place.folder, STRANGER);
    place.write('app.conf', PLAIN + EVENTS);
    give(place.path('app.conf'), STRANGER);
    const zd = `${import.meta.dirname}/../../../bin/zd.js`;
    const run = (...words: string[]) =>
      place.exec(asUser(STRANGER, [process.execPath, zd, '-C', 'app.conf', ...words]));
    const started = await run('start');
    assert.is(started.status, 0, started.stderr);
    place.write('app.conf', `${PLAIN}backoff-limit = 20\n${EVENTS}`);
    await waitForFile(place.path('events.log'), text => /configuration applied/.test(text));
    place.write('other.conf', `${PLAIN}backoff-limit = 30\n${EVENTS}`);
    give(place.path('other.conf'), STRANGER + 1);
    renameSync(place.path('other.conf'), place.path('app.conf'));
    await waitForFile(place.path('events.log'), text => /watch-config.*belongs to uid/.test(text));
    assert.is((await run('stop')).status, 0);
  },
);

test.run();
