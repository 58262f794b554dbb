import * as assert from 'uvu/assert';
import { clearPlaces, fixture, makePlace, pidIn } from '../../helpers/cli';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* Where options may be, what a wrong place is told, and which words of other tools are understood. */

const test = suite('option places');
test.after.each(clearPlaces);

test('zd: after a command without words, options count as if they were in front', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'socket-name': 'app.sock', transcript: 'app.log' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  for (const words of [
    'status -C app.conf',
    'status -Capp.conf',
    'status --configure=app.conf',
    'status -s app.sock',
  ])
    assert.equal(
      await place.zd(words),
      { status: 0, stdout: `program running; pid=${pid}\n`, stderr: '' },
      words,
    );
  const both = await place.zd('-s app.sock status -l -C app.conf');
  assert.match(both.stdout, `\napplication=${pid}\n`);
  assert.is((await place.zd('reopen_transcript --if-running -C app.conf')).status, 0);
  assert.is((await place.zd('check -C app.conf')).status, 0);
  assert.equal(await place.zd('stop -C app.conf'), {
    status: 0,
    stdout: 'daemon process stopped\n',
    stderr: '',
  });
});

test('zd: an option is given only once, wherever it is', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000' });
  assert.is((await place.zd('-C app.conf status -C app.conf')).status, 3);
  const { status, stderr } = await place.zd('-C app.conf status -C other.conf');
  assert.equal([status, stderr], [2, "zd: conflicting command line option '-C'\n"]);
  assert.equal((await place.zd('stop -C')).stderr, 'zd: option -C requires argument\n');
});

test('zd: words of the program stay its own', async () => {
  const place = makePlace();
  const words = ['--json', '-q', '-C', 'app.conf'];
  const started = await place.zd(['-p', fixture('printargs.sh'), '-t', 'log', 'start', ...words]);
  assert.is(started.status, 0);
  await waitForFile(place.path('log'), text => text === `${words.map(word => `[${word}]\n`).join('')}[.]\n`);
});

const refusals: [string[], string][] = [
  [['start', '-C', 'api.conf'], 'no program specified; options come first: zd -C api.conf start'],
  [
    ['start', 'x', '--program=sleep 9'],
    "no program specified; options come first: zd '--program=sleep 9' start x",
  ],
  [['fg', '-C', 'api.conf'], 'no program specified; options come first: zd -C api.conf fg'],
  [['start', 'sleep', '600'], "no program specified; use -p or -C, here: zd -p 'sleep 600' start"],
  [
    ['-p', 'sleep', '600', 'start'],
    "unknown command '600'; put the program in quotes: zd -p 'sleep 600' start",
  ],
  [['kill', '-C', 'api.conf'], 'options come first: zd -C api.conf kill'],
  [['show', '-C', 'api.conf'], 'options come first: zd -C api.conf show'],
  [['logtail', '-C', 'api.conf'], 'options come first: zd -C api.conf logtail'],
  [['status', '--colour'], "status has no option --colour; see 'zd status --help'"],
  [['-v', 'status'], 'option -v not recognized; it belongs after its command: zd status -v'],
];

for (const [words, sentence] of refusals) {
  test(`zd ${words.join(' ')}: the refusal says what to type`, async () => {
    assert.equal(await makePlace().zd(words), { status: 2, stdout: '', stderr: `zd: ${sentence}\n` });
  });
}

for (const [word, command] of [
  ['strat', 'start'],
  ['sotp', 'stop'],
  ['statsu', 'status'],
  ['logs', 'logtail'],
  ['log', 'logtail'],
  ['tail', 'logtail'],
  ['ps', 'status'],
  ['daemons', 'list'],
  ['down', 'stop'],
  ['reopen', 'reopen_transcript'],
]) {
  test(`zd ${word}: did you mean ${command}?`, async () => {
    const stderr = `zd: unknown command '${word}'; did you mean '${command}'?\n`;
    assert.equal(await makePlace().zd([word ?? '']), { status: 2, stdout: '', stderr });
  });
}

test('zdaemon: options after a command are not options, and there are none of zd', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'socket-name': 'app.sock' });
  assert.is((await place.zdaemon('stop -C app.conf')).stdout, 'daemon manager not running\n');
  assert.is((await place.zdaemon('status -C app.conf')).stdout, 'status argument must be absent or -l\n');
  for (const flag of ['--json', '-q'])
    assert.match((await place.zdaemon([flag, 'status'])).stderr, `Error: option ${flag} not recognized\n`);
});

test.run();
