import * as assert from 'uvu/assert';
import { clearPlaces, fixture, makePlace, pidIn } from '../../helpers/cli';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* A wait that becomes long says what it is for; a first start that ends with 0 gets an explanation. */

const test = suite('waits');
test.after.each(clearPlaces);

test('a long stop and a long restart name the process, and when it gets SIGKILL', async () => {
  const place = makePlace();
  place.configure({ program: fixture('stubborn.sh'), 'stop-timeout': '7', transcript: 'log' });
  for (const command of ['restart', 'stop']) {
    const pid = pidIn(await place.zd('-C app.conf start'));
    await waitForFile(place.path('log'), text => text.endsWith('ready\n'));
    const { status, stderr } = await place.zd(`-C app.conf ${command}`);
    const sentence = `^zd: waiting until pid ${pid} exits; SIGKILL follows at \\d\\d:\\d\\d:\\d\\d \\(stop-timeout\\); Ctrl-C ends only the wait\n`;
    assert.is(status, 0);
    assert.match(stderr, new RegExp(sentence));
  }
});

test('a long start names the start test; called as zdaemon, nothing is explained', async () => {
  for (const flavour of ['zd', 'zdaemon'] as const) {
    const place = makePlace();
    place.configure({ program: 'sleep 1000', 'start-test-program': 'false', 'start-timeout': '7' });
    const { stderr } = await place.run(flavour, '-C app.conf start');
    const sentence =
      /^zd: waiting until the start test succeeds, at most until \S+ \(start-timeout\); Ctrl-C/;
    assert.is(sentence.test(stderr), flavour === 'zd', stderr);
  }
});

test('a try of the start test that hangs is killed and followed by another one', async () => {
  const place = makePlace();
  const events = '<eventlog>\n<logfile>\npath events\n</logfile>\n</eventlog>\n';
  place.write('try.sh', 'echo try >> tries; test -e second && exit 0; touch second; sleep 1000');
  place.configure(
    { program: 'sleep 1000', 'start-test-program': 'sh try.sh', 'probe-timeout': '0.5' },
    events,
  );
  assert.is((await place.zd('-C app.conf start')).status, 0);
  assert.is(place.read('tries'), 'try\ntry\n');
  assert.match(
    place.read('events'),
    'WARNING start test took longer than 0.5 seconds (probe-timeout) and was killed',
  );
});

test('a first start that ends with 0 at once is explained', async () => {
  const place = makePlace();
  for (const [program, advice] of [
    ['cat', '; does it go into the background, or read its standard input, which is /dev/null?\n'],
    ['true', '; does it go into the background, or read its standard input, which is /dev/null?\n'],
    [
      "sh -c 'sleep 1000 & exit 0'",
      ' and left processes behind, which were ended: it went into the background; use its option to stay in the foreground\n',
    ],
    ['false', ' seconds\n'],
  ] as const) {
    place.configure({ program, 'start-seconds': '5' });
    const { status, stderr } = await place.zd('-C app.conf start');
    assert.is(status, 1);
    assert.ok(stderr.endsWith(advice), stderr);
  }
});

test.run();
