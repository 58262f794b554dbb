import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, pidIn } from '../../helpers/cli';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('a program that only the manager knows');
test.after.each(clearPlaces);

const NONE = 'zd: no program specified; use -p or -C\n';

test('restart and start need no program when a manager has one', async () => {
  const place = makePlace();
  const before = pidIn(await place.zd(['-p', 'sleep 1000', 'start']));
  const restarted = pidIn(await place.zd('restart'));
  assert.is.not(restarted, before);
  assert.is((await place.zd('start')).stdout, `daemon process already running; pid=${restarted}\n`);
  assert.equal((await place.report()).args, ['sleep', '1000']);
});

test('a program that waits for its next attempt is started', async () => {
  const place = makePlace();
  const flags = ['-b', '1000', '-x', '', '--start-seconds', '0'];
  await place.zd([...flags, '-p', 'false', 'start']);
  await until(30, 'a backoff', async () => (await place.report()).state === 'backoff');
  assert.is((await place.zd(['--start-seconds', '0', 'restart'])).status, 0);
});

test('without a manager, and called as zdaemon, it is required', async () => {
  const place = makePlace();
  for (const command of ['start', 'restart', 'fg', 'check'])
    assert.equal(await place.zd(command), { status: 2, stdout: '', stderr: NONE });
  await place.zd(['-p', 'sleep 1000', 'start']);
  assert.equal(await place.zd('fg'), { status: 2, stdout: '', stderr: NONE });
  const { status, stderr } = await place.zdaemon('restart');
  assert.equal([status, stderr.split('\n')[0]], [2, 'Error: no program specified; use -p or -C']);
});

test('a long environment is sent again with restart, and not with the start of what is up', async () => {
  for (const size of [12_000, 120_000, 600_000]) {
    const place = makePlace();
    const lines = Array.from({ length: size / 6_000 }, (_, index) => `V${index} ${'x'.repeat(6_000)}\n`);
    const configure = (first: string) =>
      place.configure(
        { program: 'sh -c "echo $$FIRST; exec sleep 1000"', transcript: 'log' },
        `<environment>\nFIRST ${first}\n${lines.join('')}</environment>\n`,
      );
    configure('one');
    const pid = pidIn(await place.zd('-C app.conf start'));
    const again = await place.zd('-C app.conf start');
    assert.equal(again, { status: 0, stdout: `daemon process already running; pid=${pid}\n`, stderr: '' });
    configure('two');
    assert.is((await place.zd('-C app.conf restart')).status, 0);
    await until(30, 'the second run', () => place.read('log') === 'one\ntwo\n');
  }
});

test('a shared socket is asked for what its manager would take', async () => {
  const place = makePlace();
  const long = `<environment>\nV0 ${'x'.repeat(12_000)}\n</environment>\n`;
  place.configure({ program: 'sleep 1000', 'socket-mode': '660' }, long);
  pidIn(await place.zd('-C app.conf start'));
  assert.is((await place.zd('-C app.conf restart')).status, 0);
  place.configure({ program: 'sleep 1000' }, long);
  const { status, stderr } = await place.zd('-C app.conf restart');
  assert.equal([status, stderr.includes('too long for the manager; stop and start instead')], [1, true]);
});

test.run();
