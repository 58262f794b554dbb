import { renameSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, fixture, makePlace, pidIn } from '../../helpers/cli';
import { waitForEnd } from '../../helpers/processes';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('reopen_transcript');
test.after.each(clearPlaces);

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}\n`).join('');

test('a rename and a reopen lose nothing while the program writes', async () => {
  const place = makePlace();
  place.configure({ program: fixture('chatty.py'), transcript: 'log' });
  await place.zd('-C app.conf start');
  let files = 0;
  for (const flavour of ['zdaemon', 'zd', 'zdaemon'] as const) {
    await waitForFile(place.path('log'), text => text.length > 1000);
    renameSync(place.path('log'), place.path(`log.${++files}`));
    assert.equal(await place.run(flavour, '-C app.conf reopen_transcript'), {
      status: 0,
      stdout: '',
      stderr: '',
    });
    const old = place.read(`log.${files}`);
    await waitForFile(place.path('log'), text => text.length > 1000);
    assert.is(place.read(`log.${files}`), old);
  }
  await place.zdaemon('stop');
  const whole = ['log.1', 'log.2', 'log.3', 'log'].map(place.read).join('');
  const count = Number(/end (\d+)\n$/.exec(whole)?.[1]);
  assert.ok(whole === `${numbered(count)}end ${count}\n`, 'every line once and in order');
});

test('what a program writes just before its end is complete', async () => {
  const place = makePlace();
  place.configure({ program: `${fixture('chatty.py')} 10000`, transcript: 'log', 'start-seconds': '10' });
  assert.is((await place.zd('-C app.conf start')).status, 1);
  assert.ok(place.read('log') === numbered(10000), 'every line');
});

test('both streams go to the same file in the order they were written', async () => {
  const place = makePlace();
  place.write('both.sh', 'for n in 1 2 3 4 5; do echo out $n; echo err $n >&2; done');
  const start = ['-p', 'sh both.sh', '-t', 'log', '-b', '1', '--start-seconds', '10', 'start'];
  await place.zdaemon(start);
  const expected = [1, 2, 3, 4, 5].map(n => `out ${n}\nerr ${n}\n`).join('');
  assert.is(place.read('log'), expected);
  await place.zdaemon(start);
  assert.is(place.read('log'), expected + expected);
});

test('without a manager it is exit 3 to zd and 0 to zdaemon', async () => {
  const place = makePlace();
  const stdout = 'daemon manager not running\n';
  for (const command of ['reopen_transcript', 'logreopen']) {
    assert.equal(await place.zd(command), { status: 3, stdout, stderr: '' });
    assert.is((await place.zdaemon(command)).status, 0);
  }
  assert.equal(await place.zdaemon('reopen_transcript'), { status: 0, stdout, stderr: '' });
});

test('a file that cannot be opened leaves the old one in use', async () => {
  const place = makePlace();
  place.write('logs/here', '');
  place.configure({ program: fixture('chatty.py'), transcript: 'logs/log' });
  await place.zd('-C app.conf start');
  renameSync(place.path('logs'), place.path('gone'));
  const refused = await place.zd('reopen_transcript');
  assert.equal([refused.status, refused.stdout], [1, '']);
  assert.match(refused.stderr, /^zd: cannot reopen the transcript: .*no such file or directory/);
  const { length } = place.read('gone/log');
  await waitForFile(place.path('gone/log'), text => text.length > length);
});

test('logreopen reopens and sends SIGUSR2 to the program', async () => {
  const place = makePlace();
  place.write('count.sh', 'trap "echo got" USR2; echo up; while :; do sleep 0.01; done');
  const pid = pidIn(await place.zd(['-p', 'sh count.sh', '-t', 'log', 'start']));
  await waitForFile(place.path('log'), text => text === 'up\n');
  renameSync(place.path('log'), place.path('old'));
  assert.equal(await place.zdaemon('logreopen'), {
    status: 0,
    stdout: `kill(${pid}, 12)\nsignal SIGUSR2 sent to process ${pid}\n`,
    stderr: '',
  });
  await waitForFile(place.path('log'), text => text === 'got\n');
  await place.zd('kill KILL');
  await waitForEnd(pid);
});

test('the umask is for the first file too, not only for a reopened one', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', transcript: 'log', umask: '077' });
  await place.zd('-C app.conf start');
  renameSync(place.path('log'), place.path('old'));
  await place.zd('reopen_transcript');
  assert.is((await place.exec(['stat', '-c', '%a', 'old', 'log'])).stdout, '600\n600\n');
});

test('the event log is reopened too', async () => {
  const place = makePlace();
  const section = '<eventlog>\n<logfile>\npath events\n</logfile>\n</eventlog>\n';
  place.configure({ program: 'sleep 1000' }, section);
  await place.zd('-C app.conf start');
  renameSync(place.path('events'), place.path('old'));
  await place.zd('reopen_transcript');
  await place.zd('stop');
  assert.match(place.read('events'), 'Exiting\n');
  assert.not.match(place.read('old'), 'Exiting');
});

test.run();
