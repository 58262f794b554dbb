import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, makePlace, pidIn } from '../../helpers/cli';
import { openTerminal, ptyMissing } from '../../helpers/pty';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* What is printed during a wait; a first start that ends with 0 gets an explanation. */

const test = suite('waits');
test.after.each(clearPlaces);

test('in a pipe, a wait leaves nothing but the sentence', async () => {
  const place = makePlace();
  place.configure({ program: fixture('stubborn.sh'), 'stop-timeout': '2', transcript: 'log' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  await waitForFile(place.path('log'), text => text.endsWith('ready\n'));
  const stopping = place.launch([...commandOf('zd'), '-C', 'app.conf', 'stop']);
  const { status, stderr } = await stopping.done;
  assert.equal([status, stopping.output()], [0, 'daemon process stopped\n']);
  assert.match(stderr, /^zd: SIGKILL was needed: /);
  assert.match(stderr, String(pid));
});

test('called as zdaemon, it prints dots, and the sentence on the next line', async () => {
  const place = makePlace();
  place.configure({ program: fixture('stubborn.sh'), 'stop-timeout': '2', transcript: 'log' });
  const starting = place.launch([...commandOf('zdaemon'), '-C', 'app.conf', 'start']);
  const pid = pidIn(await starting.done);
  assert.match(starting.output(), new RegExp(`^(\\. )*\ndaemon process started, pid=${pid}\n$`));
  await waitForFile(place.path('log'), text => text.endsWith('ready\n'));
  const stopping = place.launch([...commandOf('zdaemon'), '-C', 'app.conf', 'stop']);
  const { status, stderr } = await stopping.done;
  assert.equal([status, stderr], [0, '']);
  assert.match(stopping.output(), /^(\. )+\ndaemon process stopped\n$/);
});

for (const [command, line] of [
  ['restart', /restarting app: SIGTERM sent, \d s of [234], still there: \d+ sleep/],
  ['stop', /stopping app: SIGTERM sent, \d s of [234], still there: \d+ sleep/],
] as const) {
  test.skipIf(
    ptyMissing,
    `zd ${command}: on a terminal, a line says what it waits for, and goes`,
    async () => {
      const place = makePlace();
      place.configure({ program: fixture('stubborn.sh'), 'stop-timeout': '3', transcript: 'log' });
      const pid = pidIn(await place.zd('-C app.conf start'));
      await waitForFile(place.path('log'), text => text.endsWith('ready\n'));
      const [file = '', ...words] = [...commandOf('zd'), '-C', 'app.conf', command];
      const terminal = openTerminal(file, words, { cwd: place.folder, columns: 80 });
      await terminal.waitFor(line);
      await terminal.waitFor(
        command === 'stop' ? 'daemon process stopped\n' : /daemon process restarted, pid=\d+\n/,
      );
      await terminal.exit;
      assert.ok(terminal.screen().includes(`still there: ${pid} `));
      // The line is covered with blanks, so the sentence begins in the first column.
      assert.match(terminal.rawScreen(), /\r +\rdaemon process (stopped|restarted)/);
    },
  );
}

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
