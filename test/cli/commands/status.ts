import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, flavours, longPauses, makePlace, pidIn } from '../../helpers/cli';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('status');
test.after.each(clearPlaces);

test('without a manager both say so and exit 3', async () => {
  const place = makePlace();
  const expected = { status: 3, stdout: 'daemon manager not running\n', stderr: '' };
  for (const flavour of flavours) {
    assert.equal(await place.run(flavour, 'status'), expected);
    assert.equal(await place.run(flavour, 'status -l'), expected);
    assert.equal(await place.run(flavour, ['-p', 'sleep 1000', '-s', 'missing/sock', 'status']), expected);
  }
});

test('a manager whose program is down is exit 0 to zdaemon and 3 to zd', async () => {
  const place = makePlace({ env: longPauses });
  place.configure({ program: fixture('crash.sh'), forever: 'on', 'start-seconds': '10' });
  await place.zd('-C app.conf start');
  const stdout = 'daemon manager running; daemon process not running\n';
  assert.equal(await place.zdaemon('status'), { status: 0, stdout, stderr: '' });
  const told = await place.zd('status');
  assert.equal([told.status, told.stderr], [3, '']);
  assert.ok(told.stdout.startsWith(`${stdout}crashing: once, exit status 3 after `), told.stdout);
  const report = await place.report();
  assert.equal([report.state, report.pid, report.wanted], ['backoff', null, 'up']);
  assert.equal([report.lastExit?.code, report.lastExit?.signal], [3, null]);
});

test.skipIf(
  !existsSync('/dev/full') && 'needs /dev/full',
  'output that cannot be written is a failure',
  async () => {
    const place = makePlace();
    await place.zd(['-p', 'sleep 1000', 'start']);
    for (const [flavour, status] of [['zd', 1] as const, ['zdaemon', 0] as const]) {
      const words = [...commandOf(flavour), '-p', 'sleep 1000', 'status'];
      const refused = await place.exec(['sh', '-c', 'exec "$@" >/dev/full', 'sh', ...words]);
      assert.is(refused.status, status);
      if (flavour === 'zd')
        assert.is(refused.stderr, 'zd: cannot write to standard output: no space left on device\n');
    }
  },
);

test('-l adds the raw reply and an empty line', async () => {
  const place = makePlace();
  const pid = pidIn(await place.zdaemon(['-p', 'sleep 1000', 'start']));
  for (const flavour of flavours) {
    const { status, stdout, stderr } = await place.run(flavour, 'status -l');
    assert.equal([status, stderr], [0, '']);
    const keys = stdout
      .split('\n')
      .slice(1)
      .map(line => line.split('=')[0]);
    assert.equal(keys, [
      ...['status', 'now', 'should_be_up', 'delay', 'backoff', 'lasttime', 'application', 'testing'],
      ...['manager', 'backofflimit', 'filename', 'args', '', ''],
    ]);
    const head = `^program running; pid=${pid}\nstatus=running\nnow=[0-9.]+\nshould_be_up=1\ndelay=0\nbackoff=0\n`;
    assert.match(stdout, new RegExp(head));
    assert.match(stdout, /\nfilename='\/.*\/sleep'\nargs=\['sleep', '1000'\]\n\n$/);
  }
});

test('words which status does not take', async () => {
  const place = makePlace();
  await place.zd(['-p', 'sleep 1000', 'start']);
  for (const words of ['x', '-l x', '-x']) {
    assert.equal(await place.zdaemon(`status ${words}`), {
      status: 1,
      stdout: 'status argument must be absent or -l\n',
      stderr: '',
    });
  }
  for (const words of ['x', '-x']) {
    const refused = await place.zd(`status ${words}`);
    assert.equal([refused.status, refused.stdout], [2, '']);
    assert.match(refused.stderr, /^zd: /);
  }
});

test('an empty action is status', async () => {
  const place = makePlace();
  const down = { status: 3, stdout: 'daemon manager not running\n', stderr: '' };
  assert.equal(await place.zdaemon(['-p', 'sleep 1000', '']), down);
  const pid = pidIn(await place.zd(['-p', 'sleep 1000', 'start']));
  assert.equal(await place.zdaemon(['']), { status: 0, stdout: `program running; pid=${pid}\n`, stderr: '' });
});

test('while the start test runs the program counts as running', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'start-test-program': 'sh -c "touch testing; exit 1"' });
  const starting = place.zd('-C app.conf -T 2 start');
  await waitForFile(place.path('testing'));
  const { stdout, status } = await place.zdaemon('status -l');
  assert.is(status, 0);
  assert.match(stdout, /^program running; pid=\d+\n/);
  assert.match(stdout, '\ntesting=1\n');
  assert.is((await place.report()).testing, true);
  assert.is((await starting).status, 1);
});

test('a manager that runs something else is pointed out, and the command goes on', async () => {
  const place = makePlace();
  const pid = pidIn(await place.zd(['-p', 'sleep 1000', 'start', '2000']));
  const running = `program running; pid=${pid}\n`;
  const warning = `WARNING! zdrun is managing a different program!
our program   = ['sleep', '2']
daemon's args = ['sleep', '1000', '2000']
`;
  const note = `zd: zdsock is in use by -p 'sleep 1000 2000' (pid ${pid}), not by -p 'sleep 2'\n`;
  for (const flavour of flavours) {
    const { stdout, stderr } = await place.run(flavour, ['-p', 'sleep 2', 'status']);
    const expected = flavour === 'zd' ? [running, note] : [`${warning}${running}`, ''];
    assert.equal([stdout, stderr], expected);
    // Neither words appended at the start nor a client without a configured program count as a difference.
    assert.is((await place.run(flavour, ['-p', 'sleep 1000', 'status'])).stdout, running);
    assert.is((await place.run(flavour, 'status')).stdout, running);
  }
  assert.is((await place.zdaemon(['-p', 'sleep 2', 'stop'])).stdout, `${warning}daemon process stopped\n`);
});

test('--json is one object, with and without a manager', async () => {
  const place = makePlace();
  const down = await place.zd('status --json');
  assert.is(down.status, 3);
  const nothing = {
    outcome: null,
    at: null,
    by: null,
    user: null,
    inARow: null,
    reason: null,
    lastExit: null,
  };
  assert.equal(JSON.parse(down.stdout), { schema: 2, state: 'down', pid: null, ...nothing });
  const pid = pidIn(await place.zd(['-p', 'sleep 1000', 'start']));
  const up = await place.zd('status --json');
  assert.equal([up.status, up.stdout.indexOf('\n')], [0, up.stdout.length - 1]);
  const report = JSON.parse(up.stdout);
  assert.equal([report.schema, report.state, report.pid, report.restarts], [2, 'running', pid, 0]);
  assert.equal(report.args, ['sleep', '1000']);
});

test('zd exits 4 when it cannot be told; zdaemon takes that for "not running"', async () => {
  const place = makePlace();
  const server = createServer(socket => socket.resume().end('who are you?\n'));
  await new Promise<void>(resolve => server.listen(place.path('zdsock'), resolve));
  try {
    const stranger = await place.zd('status');
    assert.equal([stranger.status, stranger.stdout], [4, '']);
    assert.match(stranger.stderr, /^zd: cannot reach the manager: /);
    const careless = await place.zdaemon('status');
    assert.equal(careless, { status: 3, stdout: 'daemon manager not running\n', stderr: '' });
  } finally {
    await new Promise(resolve => server.close(resolve));
  }
});

test('a socket path that is no socket is no manager', async () => {
  const place = makePlace();
  writeFileSync(place.path('zdsock'), '');
  assert.equal(await place.zd('status'), { status: 3, stdout: 'daemon manager not running\n', stderr: '' });
  const refused = await place.zd(['-p', 'sleep 1000', 'start']);
  assert.is(refused.status, 1);
  assert.match(refused.stderr, 'exists and is not a socket');
});

test.run();
