import * as assert from 'uvu/assert';
import { clearPlaces, fixture, makePlace } from '../../helpers/cli';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* A manager loads the code of a setting when it is set. */

const test = suite('what a manager loads');
test.after.each(clearPlaces);

const CASES: [settings: Record<string, string>, bundles: string[]][] = [
  [{}, []],
  [{ limits: 'nofile 64' }, ['exec-chain']],
  [{ 'lock-file': 'lock' }, ['lock-file']],
  [{ pidfile: 'app.pid' }, ['pidfile']],
  [{ 'transcript-program': 'cat' }, ['receiver']],
  [{ 'transcript-plain': 'on' }, ['plain-text']],
  [{ 'transcript-rotate-start': 'on' }, ['rotating-file-stream']],
  [{ 'stop-program': 'true' }, []],
  [{ 'before-start': 'true' }, ['hooks']],
  [{ 'after-exit': 'true', 'on-event': 'true' }, []],
  [{ 'on-event': 'true', 'on-event-kinds': 'started' }, ['hooks']],
  [{ 'restart-every': '1h' }, ['renewal']],
  [{ 'memory-limit': '1gb' }, ['renewal']],
  [{ 'watch-config': 'on' }, ['renewal']],
  [{ ready: 'command true' }, ['readiness']],
  [{ stdin: 'control' }, ['input']],
  [{ pty: 'on' }, ['console']],
  [{ 'run-every': '1h' }, []],
  [{ 'run-at': '@yearly' }, ['scheduling', 'cron']],
];

for (const [settings, bundles] of CASES)
  test(`with ${JSON.stringify(settings)}: ${bundles.join(', ') || 'nothing more'}`, async () => {
    const place = makePlace({ env: { ZD_NODE_OPTIONS: `--require=${fixture('note-bundles.cjs')}` } });
    place.configure({ program: 'sleep 1000', ...settings });
    await place.zd('-C app.conf start');
    const expected = ['manager-core', ...bundles].sort();
    const loaded = () => [...new Set(place.read('bundles').trim().split('\n'))].sort();
    await until(20, 'the bundles', () => loaded().length >= expected.length);
    assert.equal(loaded(), expected);
  });

test('with an event log of plain files: nothing more; with a format: event-log', async () => {
  for (const [keys, bundles] of [
    ['path events', []],
    ['path events\nformat %(message)s', ['event-log']],
  ] as const) {
    const place = makePlace({ env: { ZD_NODE_OPTIONS: `--require=${fixture('note-bundles.cjs')}` } });
    place.configure({ program: 'sleep 1000' }, `<eventlog>\n${keys}\n</eventlog>\n`);
    await place.zd('-C app.conf start');
    const loaded = () => [...new Set(place.read('bundles').trim().split('\n'))].sort();
    assert.equal(loaded(), ['manager-core', ...bundles].sort());
  }
});

test('in the foreground: nothing more; with a NOTIFY_SOCKET: service', async () => {
  for (const [variables, bundles] of [
    [{}, []],
    [{ NOTIFY_SOCKET: '/nowhere/notify' }, ['service']],
  ] as const) {
    const options = `--require=${fixture('note-bundles.cjs')}`;
    const place = makePlace({ env: { ZD_NODE_OPTIONS: options, ...variables } });
    place.configure({ program: 'sh -c "exit 3"' });
    assert.is((await place.zd('-C app.conf fg --supervise')).status, 3);
    const loaded = [...new Set(place.read('bundles').trim().split('\n'))].sort();
    assert.equal(loaded, ['manager-core', ...bundles].sort());
  }
});

test.run();
