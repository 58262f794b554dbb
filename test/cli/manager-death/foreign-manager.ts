import { existsSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, flavours, makePlace, pidIn } from '../../helpers/cli';
import { isAlive, waitForEnd } from '../../helpers/processes';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* zd's client with a stand-in for zdaemon's manager, which serves one connection at a time and only text. */

const test = suite('a manager of zdaemon');
test.after.each(clearPlaces);

async function prepare() {
  const place = makePlace();
  const manager = place.launch([
    'python3',
    fixture('plain-manager.py'),
    place.path('zdsock'),
    place.path('asked'),
  ]);
  const pid = await until(30, 'the stand-in', async () => {
    const { status, stdout } = await place.zdaemon('status');
    return status === 0 && pidIn({ stdout, stderr: '' });
  });
  return { place, manager, pid };
}

for (const flavour of flavours) {
  test(`${flavour}: status, start and a warning about another program`, async () => {
    const { place, pid } = await prepare();
    const stdout = `program running; pid=${pid}\n`;
    assert.equal(await place.run(flavour, 'status'), { status: 0, stdout, stderr: '' });
    const long = await place.run(flavour, 'status -l');
    assert.match(
      long.stdout,
      new RegExp(`^${stdout}status=running\nnow=[\\s\\S]*args=\\['sleep', '1000'\\]\n\n$`),
    );
    assert.equal(await place.run(flavour, ['-p', 'sleep 1000', 'start']), {
      status: 0,
      stdout: `daemon process already running; pid=${pid}\n`,
      stderr: '',
    });
    if (flavour === 'zd') {
      // What the sentence says, --json says too.
      const json = JSON.parse((await place.zd('status --json')).stdout);
      assert.equal([json.manager, json.state, json.pid], ['zdaemon', 'running', pid]);
      assert.equal([json.wanted, json.args, json.testing], ['up', ['sleep', '1000'], false]);
    }
    const other = await place.run(flavour, ['-p', 'true', 'status']);
    if (flavour === 'zdaemon') assert.match(other.stdout, /^WARNING! zdrun is managing/);
    else
      assert.equal(other, {
        status: 0,
        stdout,
        stderr: `zd: zdsock is in use by sleep 1000 (pid ${pid}), not by true\n`,
      });
  });

  test(`${flavour}: kill, reopen_transcript, restart, stop`, async () => {
    const { place, pid, manager } = await prepare();
    assert.equal(await place.run(flavour, 'kill CONT'), {
      status: 0,
      stdout: `kill(${pid}, 18)\nsignal SIGCONT sent to process ${pid}\n`,
      stderr: '',
    });
    assert.equal(await place.run(flavour, 'reopen_transcript'), { status: 0, stdout: '', stderr: '' });
    const restarted = await place.run(flavour, ['-p', 'sleep 1000', 'restart']);
    const now = pidIn(restarted);
    assert.equal(restarted, { status: 0, stdout: `daemon process restarted, pid=${now}\n`, stderr: '' });
    assert.is.not(now, pid);
    assert.equal(await place.run(flavour, 'stop'), {
      status: 0,
      stdout: 'daemon process stopped\n',
      stderr: '',
    });
    assert.is((await manager.done).status, 0);
    assert.not.ok(isAlive(now));
    assert.not.ok(existsSync(place.path('zdsock')));
    const asked = place.read('asked').split('\n');
    for (const command of ['status', 'reopen_transcript', 'restart', 'stop'])
      assert.ok(asked.includes(command), command);
  });
}

test('start of a program that is down, and wait', async () => {
  const { place, pid } = await prepare();
  writeFileSync(place.path('asked.stay'), '');
  await place.zdaemon('stop');
  await waitForEnd(pid);
  const stdout = 'daemon manager running; daemon process not running\n';
  assert.equal(await place.zdaemon('status'), { status: 0, stdout, stderr: '' });
  assert.equal(await place.zd('kill'), { status: 3, stdout: 'daemon process not running\n', stderr: '' });
  const started = await place.zdaemon(['-p', 'sleep 1000', 'start']);
  assert.equal([started.status, started.stdout], [0, `daemon process started, pid=${pidIn(started)}\n`]);
  const waiting = place.launch([...commandOf('zdaemon'), 'wait']);
  await until(30, 'a dot', () => waiting.output() !== '');
  await place.zdaemon('stop');
  const waited = await waiting.done;
  assert.equal([waited.status, waited.stdout], [0, `daemon process stopped\n${stdout}`]);
});

test('zd says which of its commands that manager does not know', async () => {
  const { place } = await prepare();
  const { status, stdout, stderr } = await place.zd('send hello');
  assert.equal([status, stdout], [1, '']);
  assert.match(stderr, /^zd: cannot send to .*: its manager is zdaemon's, which cannot do that\n$/);
});

test('a manager of zd does not take over its socket', async () => {
  const { place, pid } = await prepare();
  const outcomes = await Promise.all([1, 2, 3].map(() => place.zd(['-p', 'sleep 1000', 'start'])));
  for (const outcome of outcomes) assert.is(outcome.stdout, `daemon process already running; pid=${pid}\n`);
});

test('requests that evict each other are retried', async () => {
  const { place, pid, manager } = await prepare();
  const looks = Array.from({ length: 8 }, (_, index) => place.run(index % 2 ? 'zd' : 'zdaemon', 'status'));
  for (const { status, stdout } of await Promise.all(looks))
    assert.equal([status, stdout], [0, `program running; pid=${pid}\n`]);
  const stops = [place.zd('stop'), place.zdaemon('stop'), place.zd('wait')];
  for (const { status, stderr } of await Promise.all(stops)) assert.equal([status, stderr], [0, '']);
  assert.is((await manager.done).status, 0);
});

test.run();
