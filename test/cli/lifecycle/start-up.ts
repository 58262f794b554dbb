import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* Loading code is most of the cost of a command: these tests fail when a command loads something large. */

const test = suite('start-up');
test.after.each(clearPlaces);

interface Loaded {
  builtins: string[];
  bundles: string[];
}

const recorder = join(import.meta.dirname, '../../fixtures/record-modules.cjs');

async function record(place: Place, name: string, words: string[]): Promise<Loaded> {
  const options = `--require ${recorder}`;
  const env = { NODE_OPTIONS: options, ZD_NODE_OPTIONS: options, ZD_TEST_MODULES: place.path(name) };
  await place.zd(words, { env });
  return readRecord(place.path(`${name}.client`));
}

/** Waits for the content, because the file is created before it is written. */
async function readRecord(path: string): Promise<Loaded> {
  return JSON.parse(await waitForFile(path, text => text.endsWith('}')));
}

test('status loads one bundle, the network, and nothing else', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000' });
  await place.zd('-C app.conf start');
  const { builtins, bundles } = await record(place, 'plain', ['-s', 'zdsock', 'status']);
  assert.equal(bundles, ['main']);
  assert.ok(builtins.includes('net'));
  for (const name of ['child_process', 'readline', 'perf_hooks', 'worker_threads', 'crypto', 'tty', 'http']) {
    assert.not.ok(builtins.includes(name), `status loads ${name}`);
  }
  const configured = await record(place, 'configured', ['-C', 'app.conf', 'status']);
  assert.equal(configured.bundles, ['main', 'configuration-file']);
});

test('without a socket status does not even load the network', async () => {
  const { builtins, bundles } = await record(makePlace(), 'none', ['status']);
  assert.equal(bundles, ['main']);
  assert.not.ok(builtins.includes('net'));
});

test('start and stop load no parser of words', async () => {
  const place = makePlace();
  const started = await record(place, 'start', ['-p', 'sleep 1000', 'start']);
  assert.equal(started.bundles, ['main', 'actions']);
  const stopped = await record(place, 'stop', ['stop']);
  assert.equal(stopped.bundles, ['main', 'actions']);
});

test('the manager is one bundle, without command line, prompt, rotation and terminals', async () => {
  const place = makePlace();
  const options = `--require ${recorder}`;
  const env = { NODE_OPTIONS: options, ZD_NODE_OPTIONS: options, ZD_TEST_MODULES: place.path('whole') };
  await place.zd(['-p', 'sleep 1000', 'start'], { env });
  await place.zd('stop');
  const { builtins, bundles } = await readRecord(place.path('whole.manager'));
  assert.equal(bundles, ['manager-core']);
  for (const name of ['readline', 'perf_hooks', 'tty', 'zlib', 'http', 'crypto']) {
    assert.not.ok(builtins.includes(name), `the manager loads ${name}`);
  }
});

test('the code of probes is loaded for a setting that needs it', async () => {
  const place = makePlace();
  const options = `--require ${recorder}`;
  const env = { NODE_OPTIONS: options, ZD_NODE_OPTIONS: options, ZD_TEST_MODULES: place.path('probing') };
  place.configure({ program: 'sleep 1000', ready: 'command true' });
  await place.zd('-C app.conf start', { env });
  await place.zd('stop');
  const { builtins, bundles } = await readRecord(place.path('probing.manager'));
  assert.ok(bundles.includes('readiness'));
  // TLS takes some MiB.
  for (const name of ['tls', 'crypto', 'https']) assert.not.ok(builtins.includes(name), name);
});

test.run();
