import * as assert from 'uvu/assert';
import { clearPlaces, fixture, flavours, longPauses, makePlace, pidIn, statusOf } from '../../helpers/cli';
import { waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('kill');
test.after.each(clearPlaces);

for (const flavour of flavours) {
  test(`${flavour}: SIGTERM unless another signal is named`, async () => {
    const place = makePlace();
    const pid = pidIn(await place.run(flavour, ['-p', 'sleep 1000', 'start']));
    assert.equal(await place.run(flavour, 'kill'), {
      status: 0,
      stdout: `kill(${pid}, 15)\nsignal SIGTERM sent to process ${pid}\n`,
      stderr: '',
    });
    await waitForEnd(pid);
  });

  test(`${flavour}: names in any case, with and without SIG, and numbers`, async () => {
    const place = makePlace();
    place.write(
      'count.sh',
      'trap "echo got >>log" USR1; trap "echo real >>log" 34; echo up >>log; while :; do sleep 0.01; done',
    );
    const pid = pidIn(await place.run(flavour, ['-p', 'sh count.sh', 'start']));
    await waitForFile(place.path('log'));
    let expected = 'up\n';
    for (const word of ['USR1', 'usr1', 'SIGUSR1', 'sigUsr1', '10']) {
      assert.equal(await place.run(flavour, ['kill', word]), {
        status: 0,
        stdout: `kill(${pid}, 10)\nsignal SIGUSR1 sent to process ${pid}\n`,
        stderr: '',
      });
      expected += 'got\n';
      await waitForFile(place.path('log'), text => text === expected);
    }
    assert.is(
      (await place.run(flavour, 'kill RTMIN')).stdout,
      `kill(${pid}, 34)\nsignal SIGRTMIN sent to process ${pid}\n`,
    );
    await waitForFile(place.path('log'), text => text === `${expected}real\n`);
  });
}

test('a signal goes to the program alone, not to its group', async () => {
  const place = makePlace();
  await place.zd(['-p', fixture('leaver.sh'), '-t', 'log', 'start']);
  const child = Number(/\d+/.exec(await waitForFile(place.path('log'), text => text.includes('\n')))?.[0]);
  await place.zd('kill STOP');
  assert.not.match(statusOf(child, 'State'), /^T/);
  await place.zd('kill CONT');
  assert.match(
    (await place.zd('kill STOP --group')).stdout,
    /^signal SIGSTOP sent to the group of process \d+$/m,
  );
  await until(10, 'a stopped child', async () => /^T/.test(statusOf(child, 'State')));
  await place.zd('kill --group CONT');
  await until(10, 'a child that goes on', async () => !/^T/.test(statusOf(child, 'State')));
});

test('zd takes one signal, zdaemon looks at the first word alone', async () => {
  const place = makePlace();
  const pid = pidIn(await place.zd(['-p', 'sleep 1000', 'start']));
  assert.equal(await place.zd('kill CONT TERM extra'), {
    status: 2,
    stdout: '',
    stderr: "zd: cannot understand 'kill CONT TERM extra': too many words; see 'zd kill --help'\n",
  });
  const old = await place.zdaemon('kill CONT TERM');
  assert.equal([old.status, old.stdout], [0, `kill(${pid}, 18)\nsignal SIGCONT sent to process ${pid}\n`]);
});

test('what is no signal is found out before anything is asked', async () => {
  const place = makePlace();
  for (const word of ['ded', '0', '-0', '-ded', '99', 'RTMIN+99', '', "it's"].filter(Boolean)) {
    const quoted = word.includes("'") ? `"${word}"` : `'${word}'`;
    assert.equal(await place.zdaemon(['kill', word]), {
      status: 0,
      stdout: `invalid signal ${quoted}\n`,
      stderr: '',
    });
    const refused = await place.zd(['kill', word]);
    assert.equal([refused.status, refused.stdout], [2, '']);
    assert.match(refused.stderr, `zd: invalid signal ${quoted}; use a name such as`);
  }
});

test('zd takes a signal with a dash, as kill(1) does', async () => {
  const place = makePlace();
  const pid = pidIn(await place.zd(['-p', 'sleep 1000', 'start']));
  for (const [word, name, number] of [
    ['-CONT', 'SIGCONT', 18],
    ['-sigcont', 'SIGCONT', 18],
    ['-9', 'SIGKILL', 9],
  ] as const) {
    const stdout = `kill(${pid}, ${number})\nsignal ${name} sent to process ${pid}\n`;
    assert.equal(await place.zd(['kill', word]), { status: 0, stdout, stderr: '' });
  }
  await waitForEnd(pid);
  assert.equal(await place.zdaemon('kill -9'), { status: 0, stdout: "invalid signal '-9'\n", stderr: '' });
});

test('a program that is down is exit 3 to zd and 0 to zdaemon', async () => {
  const place = makePlace({ env: longPauses });
  const stdout = 'daemon process not running\n';
  assert.equal(await place.zd('kill'), { status: 3, stdout, stderr: '' });
  assert.equal(await place.zdaemon('kill HUP'), { status: 0, stdout, stderr: '' });
  place.configure({ program: fixture('crash.sh'), forever: 'on', 'start-seconds': '10' });
  await place.zd('-C app.conf start');
  assert.equal(await place.zd('kill'), { status: 3, stdout, stderr: '' });
});

test('a program killed so is started again', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'backoff-limit': '2', 'exit-codes': '' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  await place.zdaemon('kill 9');
  const next = await until(30, 'another program', async () => {
    const report = await place.report();
    return report.state === 'running' && report.pid !== pid && report;
  });
  assert.equal(next.lastExit && [next.lastExit.code, next.lastExit.signal], [null, 9]);
  assert.is(next.restarts, 1);
});

test.run();
