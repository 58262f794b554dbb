import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, makePlace, pidIn } from '../../helpers/cli';
import { isAlive } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const script = suite('the prompt without a terminal');
script.after.each(clearPlaces);

const sleeper = ['-p', 'sleep 1000'];

script('Lines are obeyed in order, without greeting and prompts; the last exit status counts', async () => {
  const place = makePlace();
  const { stdout, stderr, status } = await place.zd(sleeper, { input: 'start\nstatus\n\nstop\nstatus\n' });
  const pid = pidIn({ stdout, stderr });
  assert.is(
    stdout,
    `daemon process started, pid=${pid}\nprogram running; pid=${pid}\nprogram running; pid=${pid}\n` +
      'daemon process stopped\ndaemon manager not running\n',
  );
  assert.is(stderr, '');
  assert.is(status, 3);
  assert.not.ok(isAlive(pid));
});

script('A last line needs no newline, and CR LF is fine', async () => {
  const { stdout, status } = await makePlace().zd(sleeper, { input: 'status\r\nstop\r\n?quit' });
  assert.match(stdout, /^daemon manager not running\ndaemon manager not running\nquit -- /);
  assert.is(status, 0);
});

script('Without any line the status is 0', async () => {
  assert.equal(await makePlace().zd(sleeper, { input: '' }), { status: 0, stdout: '', stderr: '' });
});

script('A line that cannot be understood is one sentence, and the next line is obeyed', async () => {
  const input = 'start "x\nquiit\nkill nosuch\nstatus -z\nshow x y\nstop\n';
  const { stdout, stderr, status } = await makePlace().zd(sleeper, { input });
  const [quote, unknown, signal, option, words, ...more] = stderr.split('\n');
  assert.is(quote, 'zd: the " at column 7 is not closed; close it, or write \\" for the character');
  assert.is(unknown, "zd: unknown command 'quiit'; did you mean 'quit'?");
  assert.match(signal ?? '', "zd: invalid signal 'nosuch'");
  assert.match(option ?? '', 'zd: status has no option -z');
  assert.match(words ?? '', "zd: cannot understand 'show x y'");
  assert.equal(more, ['']);
  assert.is(stdout, 'daemon manager not running\n');
  assert.is(status, 0);
});

script('quit ends the script with the status of the command before it', async () => {
  const { stdout, status } = await makePlace().zd(sleeper, { input: 'status\nquit\nshell echo never\n' });
  assert.is(stdout, 'daemon manager not running\ndaemon manager not running\n');
  assert.is(status, 3);
});

script('A command after -i comes first', async () => {
  const place = makePlace();
  const { stdout, status } = await place.zd(['-i', ...sleeper, 'start'], { input: 'stop\n' });
  assert.match(stdout, /^daemon process started, pid=\d+\ndaemon process stopped\n$/);
  assert.is(status, 0);
  assert.is((await place.zd('-i -p no-such-program start', { input: '' })).status, 1);
});

script('Without default-to-interactive a command is needed', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'default-to-interactive': 'off' });
  const refused = await place.zd('-C app.conf', { input: 'status\n' });
  assert.is(refused.stderr, 'zd: either -i or an action argument is required\n');
  assert.is(refused.status, 2);
  assert.is((await place.zd('-i -C app.conf', { input: 'status\n' })).status, 3);
});

script('zdaemon has the prompt with -i, its own words and statuses', async () => {
  const place = makePlace();
  const { stdout, stderr, status } = await place.zdaemon(['-i', ...sleeper], { input: 'bogus\nstop a b\n' });
  assert.is(stdout, '*** Unknown syntax: bogus\ndaemon manager not running\n');
  assert.is(stderr, '');
  assert.is(status, 0);
});

script('shell runs the rest of its line, without the lines that follow as its input', async () => {
  const input = 'shell cat; echo "a  b"; exit 5\n! exit 7\n';
  const { stdout, status } = await makePlace().zd(sleeper, { input, env: { SHELL: '/bin/sh' } });
  assert.is(stdout, 'a  b\n');
  assert.is(status, 7);
  const wrong = await makePlace().zd(sleeper, { input: '!ls\n', env: { SHELL: '/no/such/shell' } });
  assert.is(wrong.stderr, 'zd: cannot run /no/such/shell: no such file or directory\n');
  assert.is(wrong.status, 1);
});

script('fg at the prompt runs the program and has its exit status', async () => {
  const { stdout, status } = await makePlace().zd(['-p', `sh -c 'echo "$@"; exit 4' sh`], {
    input: 'fg a b',
  });
  assert.is(stdout, 'a b\n');
  assert.is(status, 4);
});

script(
  'a changed file is read again by the next command, from a pipe too; a fault refuses only that',
  async () => {
    const place = makePlace();
    place.configure({ program: 'sleep 1000', logfile: 'one.log' });
    place.write('edit.sh', 'sed -i "s/logfile .*/$1/" app.conf');
    const input = [
      'shell sh edit.sh "logfile two.log"',
      'show',
      'shell sh edit.sh "no-such-key x"',
      'show',
      'shell sh edit.sh "logfile one.log"; sed -i "s/no-such-key x/logfile three.log/" app.conf',
      'show',
    ].join('\n');
    const { stdout, stderr, status } = await place.zd('-C app.conf', { input });
    const shown = stdout.split('\n').filter(line => line.startsWith('logfile'));
    assert.equal(
      shown.map(line => /(\w+)\.log/.exec(line)?.[1]),
      ['two', 'three'],
    );
    assert.match(stderr, /note: app\.conf has changed, read again\nzd: app\.conf:3: .*no-such-key/);
    assert.is(status, 0);
  },
);

script('as zdaemon, reload reads the file again; a fault leaves the former configuration', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', logfile: 'one.log' });
  place.write('edit.sh', 'sed -i "s/logfile .*/$1/" app.conf');
  const input = [
    'shell sh edit.sh "logfile two.log"',
    'reload',
    'show',
    'shell sh edit.sh "no-such-key x"',
    'reload',
    'show',
    'reload -p "sleep 77"',
    'reload start',
    'reload',
  ].join('\n');
  const { stdout, stderr, status } = await place.zdaemon('-i -C app.conf', { input });
  const told = stdout.split('\n').filter(line => /^(Config|logfile:)/.test(line));
  assert.equal(
    told.map(line => line.replace(/^logfile:.*(one|two)\.log.*/, 'logfile $1')),
    [
      'Configuration reloaded from app.conf',
      'logfile two',
      'Configuration not reloaded',
      'logfile two',
      'Configuration reloaded without a config file',
      'Configuration not reloaded',
      'Configuration reloaded without a config file',
    ],
  );
  assert.match(stderr, /app.conf:3: .*no-such-key/);
  assert.match(stderr, /reload accepts options such as -C FILE, not 'start'\n/);
  assert.is(status, 0);
});

script('quit takes a manager along whose program was stopped', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'hang-around': 'on' });
  const { stdout, status } = await place.zd('-C app.conf', { input: 'start\nstop\nstatus\nquit\n' });
  assert.match(
    stdout,
    /stopped\ndaemon manager running; daemon process not running\ndaemon process not running; stopping daemon manager\ndaemon manager stopped\n$/,
  );
  assert.is(status, 3);
  assert.is((await place.zd('-C app.conf status')).stdout, 'daemon manager not running\n');
});

script('quit leaves a manager alone that is about to try again', async () => {
  const place = makePlace();
  await place.zd(['-f', '--start-seconds', '0', '-p', `${fixture('crash.sh')} 3`, 'start']);
  await until(30, 'a pause between two attempts', async () => (await place.report()).state === 'backoff');
  await place.zd([], { input: 'quit\n' });
  assert.is((await place.report()).wanted, 'up');
});

script('Ctrl-C ends the wait and the script', async () => {
  const place = makePlace();
  await place.zd(['-p', fixture('stubborn.sh'), '-t', 'out.log', 'start']);
  await waitForFile(place.path('out.log'), text => text.includes('ready'));
  const running = place.launch(commandOf('zd'), {
    input: 'stop\nshell echo never\n',
  });
  await until(30, 'the stop', async () => (await place.report()).state === 'stopping');
  running.child.kill('SIGINT');
  const { stdout, stderr, status } = await running.done;
  assert.not.match(stdout, 'never');
  assert.match(stderr, 'zd: interrupted');
  assert.is(status, 1);
});

script('Input that cannot be read is told of', async () => {
  const place = makePlace();
  const words = ['sh', '-c', 'exec "$@" 0>written-only', 'sh', ...commandOf('zd')];
  const { stderr, status } = await place.exec(words);
  assert.is(stderr, 'zd: cannot read standard input: bad file descriptor\n');
  assert.is(status, 1);
});

script.run();
