import * as assert from 'uvu/assert';
import { clearPlaces, makePlace } from '../../helpers/cli';
import { suite } from '../../runner/guard';

const test = suite('check');
test.after.each(clearPlaces);

test('a good configuration is summed up, and nothing is started or made', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'socket-name': 'run/sock', directory: place.path('work') });
  const { status, stdout, stderr } = await place.zd('-C app.conf check');
  assert.equal([status, stderr], [0, '']);
  assert.match(stdout, /app.conf: good\n/);
  assert.match(stdout, /^program +sleep 1000 +\(\/.*\/sleep\)$/m);
  assert.match(stdout, new RegExp(`^socket +${place.folder}/run/sock$`, 'm'));
  assert.is((await place.exec(['ls', '-A'])).stdout, 'app.conf\n');
});

test('probes are listed with the longest time that they take', async () => {
  const place = makePlace();
  place.configure({
    program: 'sleep 1000',
    'wait-for': 'file x',
    ready: 'port 80 and notify',
    alive: 'port 80',
    'alive-every': '10',
  });
  const { stdout } = await place.zd('-C app.conf check');
  assert.match(stdout, /^wait for +file \/.*\/x, at most 60 s before each start$/m);
  assert.match(stdout, /^ready +port 80 and notify, at most 300 s after a start$/m);
  assert.match(stdout, /^alive +port 80, every 10 s; restarted after 45 s at the latest$/m);
});

const faults: [string, Record<string, string>, RegExp][] = [
  ['an unknown key', { program: 'sleep 1', 'backof-limit': '3' }, /app.conf:3: .*backoff-limit/],
  ['a wrong type', { program: 'sleep 1', 'backoff-limit': 'many' }, /app.conf:3: backoff-limit must be/],
  [
    'a test that cannot be run',
    { program: 'sleep 1', ready: 'command ./missing x' },
    /cannot use ready 'command \.\/missing x' \(app\.conf:3\): can't stat program '\.\/missing'/,
  ],
  [
    'two tests of readiness',
    { program: 'sleep 1', ready: 'fd 3', 'start-test-program': 'true' },
    /app\.conf:3: ready cannot be used with start-test-program \(app\.conf:4\)/,
  ],
  [
    'output in the foreground',
    { program: 'sleep 1', ready: 'output x', daemon: 'off' },
    /app\.conf:3: ready cannot be output while daemon \(app\.conf:4\) is off/,
  ],
  ['no program', { 'backoff-limit': '3' }, /program/],
  ['a program that does not exist', { program: './missing' }, /can't stat program '.\/missing'/],
  ['a program not on PATH', { program: 'no-such-program' }, /no-such-program is not on PATH$/m],
  ['a program that may not be run', { program: './app.conf' }, /no permission to run program '.\/app.conf'/],
  [
    'a directory that cannot be',
    { program: 'sleep 1', directory: 'a/b/c' },
    /cannot use directory '\/.*\/a\/b\/c'/,
  ],
  [
    'a transcript nowhere',
    { program: 'sleep 1', transcript: 'no/log' },
    /cannot use transcript '\/.*\/no\/log'/,
  ],
  [
    'an stderr-transcript nowhere',
    { program: 'sleep 1', 'stderr-transcript': 'no/log' },
    /\/no does not exist/,
  ],
  [
    'a stdout nowhere',
    { program: 'sleep 1', stdout: 'no/out' },
    /cannot use stdout '\/.*\/no\/out' \(app.conf:3\)/,
  ],
  ['a stdin that is not there', { program: 'sleep 1', stdin: '/nonexistent/x' }, /cannot use stdin/],
  [
    'an owner nobody knows',
    { program: 'sleep 1', 'transcript-owner': 'no-such-user' },
    /use transcript-owner/,
  ],
  [
    'a group nobody knows',
    { program: 'sleep 1', 'socket-group': 'no-such-group' },
    /'no-such-group' not found/,
  ],
  [
    'a socket nowhere',
    { program: 'sleep 1', 'socket-name': '/nonexistent/a/sock' },
    /cannot use socket-name/,
  ],
  ['a user nobody knows', { program: 'sleep 1', user: 'no-such-user' }, /username 'no-such-user' not found/],
];

for (const [what, runner, complaint] of faults) {
  test(`${what} is one sentence and exit 2, for start too`, async () => {
    const place = makePlace();
    place.configure(runner);
    const checked = await place.zd('-C app.conf check');
    assert.equal([checked.status, checked.stdout], [2, '']);
    assert.match(checked.stderr, /^zd: .*\n$/);
    assert.match(checked.stderr, complaint);
    const started = await place.zd('-C app.conf start');
    assert.match(started.stderr, complaint);
    assert.ok(started.status === 1 || started.status === 2);
    assert.is((await place.zd('status')).status, 3);
  });
}

test('what is ignored is noted on standard error', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', python: '/usr/bin/python3' }, '<zeo>\naddress 8100\n</zeo>\n');
  const { status, stderr } = await place.zd('-C app.conf check');
  assert.is(status, 0);
  assert.match(stderr, /^zd: note: .*python.*\n/m);
  assert.match(stderr, /^zd: note: .*zeo.*\n/m);
  assert.is((await place.zd('-C app.conf status')).stderr, '');
});

test.run();
