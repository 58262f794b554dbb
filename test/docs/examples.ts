import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Place, pidIn } from '../helpers/cli';
import { keeperMissing } from '../helpers/keeper';
import { openTerminal, ptyMissing } from '../helpers/pty';
import { until, waitForFile } from '../helpers/within';
import { suite } from '../runner/guard';
import { root } from './helpers/session';

/* Each configuration of docs/examples runs as its comments say, with shorter times. */

const test = suite('examples');
test.after.each(clearPlaces);

const needsLogger = !isOnPath(['tinylog', 's6-log', 'multilog']) && 'needs s6 or daemontools';

test('sort.conf moves what it finds, round after round', async () => {
  const place = makeExamples();
  mkdirSync(place.path('run/inbox'), { recursive: true });
  writeFileSync(place.path('run/inbox/a.csv'), '1');
  writeFileSync(place.path('run/inbox/b.txt'), '2');
  const zd = as(place, 'sort', { 'run-every': '0.1s', 'step-pause': '0.05s' });
  pidIn(await zd('start'));
  await until(30, 'the first file', () => readdirSync(place.path('run/done')).includes('a.csv'));
  writeFileSync(place.path('run/inbox/c.csv'), '3');
  await until(30, 'the next file', () => readdirSync(place.path('run/done')).length === 2);
  assert.equal(readdirSync(place.path('run/inbox')), ['b.txt']);
  assert.is((await zd('stop')).status, 0);
});

test('initial-setup.conf runs once', async () => {
  const place = makeExamples();
  const zd = as(place, 'initial-setup', {});
  assert.is((await zd('start')).status, 0);
  await until(30, 'its end', async () => (await zd('status')).status === 3);
  assert.match(place.read('run/setup.log'), /^set up in .*run\n$/);
  assert.is(place.read('run/capture.cfg'), 'interval 1\n');
});

test('capture.conf is started again when its file changes', async () => {
  const place = makeExamples();
  place.write('run/capture.cfg', 'interval 2\n');
  const zd = as(place, 'capture', {});
  pidIn(await zd('start'));
  await waitForFile(place.path('run/capture.log'), text => text.includes('every 2 s'));
  place.write('run/capture.cfg', 'interval 3\n');
  await waitForFile(place.path('run/capture.log'), text => text.includes('every 3 s'));
  assert.is((await zd('stop')).status, 0);
});

test('tunnel.conf is begun anew before it is old', async () => {
  const place = makeExamples();
  const zd = as(place, 'tunnel', { 'restart-every': '1s' });
  pidIn(await zd('start'));
  await waitForFile(place.path('run/tunnel.log'), text => text.split('connected to').length > 3);
  assert.match(
    place.read('run/tunnel.log'),
    /^connected to relay.example.org\ndisconnected from .*\nconnected/,
  );
  assert.is((await zd('stop')).status, 0);
});

const hasBc = spawnSync('bc', ['--version']).status === 0;

test.skipIf(!hasBc && 'needs bc', 'calculator.conf calculates what it is sent', async () => {
  const place = makeExamples();
  const zd = as(place, 'calculator', {});
  pidIn(await zd('start'));
  assert.is((await zd('send', '6 * 7')).status, 0);
  await waitForFile(place.path('run/calculator.log'), text => text.includes('\n42\n'));
  assert.is((await zd('send', '--eof')).status, 0);
  await until(30, 'its end', async () => (await zd('status')).status === 3);
  assert.match((await zd('status')).stdout, 'exit status 0');
});

test('echo.conf says what it is told, and ignores SIGHUP', async () => {
  const place = makeExamples();
  const zd = as(place, 'echo', {});
  const pid = pidIn(await zd('start'));
  assert.is((await zd('kill', 'HUP')).status, 0);
  assert.is((await zd('send', 'hello', 'you')).status, 0);
  await waitForFile(place.path('run/echo.log'), text => text === 'hello you\n');
  assert.is((await place.report('run/echosock')).pid, pid);
  assert.is((await zd('stop')).status, 0);
});

test.skipIf(
  keeperMissing || ptyMissing,
  'game.conf is visited, is sent a command, and saves when it is stopped',
  async () => {
    const place = makeExamples();
    const zd = as(place, 'game', {});
    const pid = pidIn(await zd('start'));
    const words = [...commandOf('zd'), '-C', 'game.conf', 'attach'];
    const visitor = openTerminal(words[0] as string, words.slice(1), { cwd: place.folder });
    await visitor.waitFor('leave with Ctrl-]');
    visitor.type('list\r');
    await visitor.waitFor('there are 0 players online');
    assert.is((await zd('send', 'say', 'Good night')).status, 0);
    await visitor.waitFor('[server] Good night');
    visitor.type('\x1d');
    await visitor.waitFor('left game, which goes on');
    assert.is((await visitor.exit).code, 0);
    assert.is((await place.report('run/gamesock')).pid, pid);
    assert.is((await zd('stop')).status, 0);
    assert.match(place.read('run/game.log'), /saving the world\r\n$/);
  },
);

test('source.conf writes what sink.conf reads, also over restarts of both', async () => {
  const place = makeExamples();
  mkdirSync(place.path('run'), { recursive: true });
  assert.is((await place.exec(['mkfifo', 'run/pipe'])).status, 0);
  const source = as(place, 'source', { program: './source.sh 0.05' });
  const sink = as(place, 'sink', {});
  pidIn(await sink('start'));
  pidIn(await source('start'));
  const log = place.path('run/sink.log');
  await waitForFile(log, text => text.includes('got line 3\n'));
  pidIn(await sink('restart'));
  const { length } = place.read('run/sink.log');
  await waitForFile(log, text => text.slice(length).includes('got line'));
  pidIn(await source('restart'));
  await waitForFile(log, text => text.split('got line 1\n').length === 3);
  assert.is((await source('stop')).status, 0);
  assert.is((await sink('stop')).status, 0);
});

test('dnscache.conf gives variables, a soft limit and a seed', async () => {
  const place = makeExamples();
  place.write('run/seed', 'x'.repeat(200));
  const zd = as(place, 'dnscache', { 'transcript-timestamps': 'off' });
  pidIn(await zd('start'));
  const text = await waitForFile(place.path('run/dnscache.log'), log => log.includes('bytes of the seed'));
  assert.is(
    text,
    'CACHESIZE=1000000\nGID=1053\nIP=127.0.0.1\nROOT=/etc/dnscache/root\nUID=1053\nopen files: 250\nbytes of the seed: 128\n',
  );
  assert.is((await zd('stop')).status, 0);
});

test('ulimit.conf limits both, and chooses the processor', async () => {
  const place = makeExamples();
  // A container need not have processor 0.
  const allowed = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const zd = as(place, 'ulimit', { 'cpu-affinity': allowed });
  pidIn(await zd('start'));
  const text = await waitForFile(place.path('run/ulimit.log'), log => log.includes('processors'));
  assert.is(text, `open files: 30, at most 30\nprocessors: ${allowed}\n`);
  assert.is((await zd('stop')).status, 0);
});

test.skipIf(needsLogger, 'tinylog.conf has another program keep the output', async () => {
  const place = makeExamples();
  const zd = as(place, 'tinylog', {});
  pidIn(await zd('start'));
  const current = () => place.read('run/log/hello/current');
  await until(30, 'two lines', () => /hello 1\n(.*\n)*.*hello 2\n/.test(current()));
  assert.is((await zd('stop')).status, 0);
});

/** A copy of the folder: the examples write beside themselves. */
function makeExamples(): Place {
  const place = makePlace();
  const shipped = join(root, 'docs/examples');
  for (const name of readdirSync(shipped).filter(file => file !== 'run'))
    cpSync(join(shipped, name), place.path(name));
  return place;
}

function isOnPath(tools: readonly string[]): boolean {
  const folders = (process.env.PATH ?? '').split(':');
  return tools.some(tool => folders.some(folder => existsSync(join(folder, tool))));
}

/** Runs commands with a configuration, some of whose values are replaced. */
function as(place: Place, name: string, changes: Record<string, string>) {
  const flags = Object.entries(changes).flatMap(([key, value]) => ['-X', `runner/${key}=${value}`]);
  return (...words: string[]) => place.zd(['-C', `${name}.conf`, ...flags, ...words]);
}

test.run();
