import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn } from '../helpers/cli';
import { until, waitForFile } from '../helpers/within';
import { suite } from '../runner/guard';
import { root } from './helpers/session';

/* Each configuration of docs/examples runs as its comments say, with shorter times. */

const test = suite('examples');
test.after.each(clearPlaces);

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

/** A copy of the folder: the examples write beside themselves. */
function makeExamples(): Place {
  const place = makePlace();
  const shipped = join(root, 'docs/examples');
  for (const name of readdirSync(shipped).filter(file => file !== 'run'))
    cpSync(join(shipped, name), place.path(name));
  return place;
}

/** Runs commands with a configuration, some of whose values are replaced. */
function as(place: Place, name: string, changes: Record<string, string>) {
  const flags = Object.entries(changes).flatMap(([key, value]) => ['-X', `runner/${key}=${value}`]);
  return (word: string) => place.zd(['-C', `${name}.conf`, ...flags, word]);
}

test.run();
