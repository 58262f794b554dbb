import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('output of the program');
test.after.each(clearPlaces);

function prepare(runner: Record<string, string>): Place {
  const place = makePlace();
  place.configure({ transcript: 'log', 'start-seconds': '0', ...runner });
  return place;
}

test('a burst of 100 MB just before the exit is completely in the transcript when zd wait returns', async () => {
  const place = prepare({ program: 'head -c 100000000 /dev/zero', 'exit-codes': '0' });
  const { status } = await place.zd('-C app.conf start');
  assert.is(status, 0);
  await place.zd('-C app.conf wait');
  assert.is(statSync(place.path('log')).size, 100_000_000);
});

test('the last output of a killed program is in the file when its exit is acted on', async () => {
  const place = prepare({ program: "sh -c 'seq 1 2000; kill -9 $$$$'", 'exit-codes': '-1' });
  await place.zd('-C app.conf start');
  await place.zd('-C app.conf wait');
  const lines = place.read('log').split('\n');
  assert.is(lines.length, 2001);
  assert.is(lines[1999], '2000');
});

for (const runner of [{}, { 'transcript-timestamps': 'epoch' }, { 'transcript-rotate-size': '1mb' }])
  test(`a run begins with a line of its own: ${JSON.stringify(runner)}`, async () => {
    const place = prepare({ program: "sh -c 'printf half; exec sleep 1000'", ...runner });
    const runs = (count: number) =>
      waitForFile(
        place.path('log'),
        text => text.replace(/\d+\.\d+ /g, '') === Array(count).fill('half').join('\n'),
      );
    await place.zd('-C app.conf start');
    await runs(1);
    await place.zd('-C app.conf restart');
    await runs(2);
    await place.zd('-C app.conf stop');
    await place.zd('-C app.conf start');
    await runs(3);
  });

for (const settings of [{ 'transcript-rotate-size': '1mb' }, { 'transcript-timestamps': 'epoch' }])
  test(`it does after an upgrade with other settings: ${JSON.stringify(settings)}`, async () => {
    const runner = { program: "sh -c 'printf half; exec sleep 1000'" };
    const place = prepare(runner);
    await place.zd('-C app.conf start');
    await waitForFile(place.path('log'), text => text === 'half');
    place.configure({ transcript: 'log', 'start-seconds': '0', ...runner, ...settings });
    assert.is((await place.zd('-C app.conf upgrade')).status, 0);
    await place.zd('-C app.conf restart');
    await waitForFile(place.path('log'), text => /^half\n(\d+\.\d+ )?half$/.test(text));
  });

test('the output of a leftover child is still written', async () => {
  const place = prepare({
    program: "sh -c '(trap : TERM; while ! test -e go; do sleep 0.02; done; echo late) & exec sleep 0.05'",
    'exit-codes': '1',
    'backoff-limit': '100',
  });
  await place.zd('-C app.conf start');
  await until(30, 'the end of the first run', async () => (await place.report()).lastExit);
  place.write('go', '');
  await waitForFile(place.path('log'), text => text.includes('late\n'));
});

test('standard error can have a separate transcript', async () => {
  const place = prepare({
    program: "sh -c 'echo out; echo err >&2; exec sleep 100'",
    'stderr-transcript': 'errors',
  });
  await place.zd('-C app.conf start');
  assert.is(await waitForFile(place.path('errors'), text => text !== ''), 'err\n');
  assert.is(await waitForFile(place.path('log'), text => text !== ''), 'out\n');
});

test('stdout and stdin are attached to files', async () => {
  const place = prepare({
    program: "sh -c 'cat; echo said >&2; exec sleep 100'",
    stdin: 'in',
    stdout: 'out',
  });
  place.write('in', 'from a file\n');
  place.write('out', 'before\n');
  await place.zd('-C app.conf start');
  await waitForFile(place.path('log'), text => text === 'said\n');
  assert.is(place.read('out'), 'before\nfrom a file\n');
});

test('FIFOs without another end block neither the manager nor its start', async () => {
  const place = prepare({
    program: "sh -c 'while read line; do echo got $$line; done'",
    stdin: 'in',
    stdout: 'out',
  });
  await place.exec(['mkfifo', 'in', 'out']);
  const pid = pidIn(await place.zd('-C app.conf start'));
  assert.is((await place.report()).pid, pid);
  writeFileSync(place.path('in'), 'a\n');
  writeFileSync(place.path('in'), 'b\n');
  const reader = place.launch(['head', '-n', '2', 'out']);
  assert.is((await reader.done).stdout, 'got a\ngot b\n');
  assert.is((await place.report()).pid, pid);
});

test('a stdin that cannot be opened is reported as the reason of a failed start', async () => {
  const place = prepare({ program: 'cat', stdin: 'in' });
  const server = createServer().listen(place.path('in'));
  await once(server, 'listening');
  const { status, stderr } = await place.zd('-C app.conf start');
  server.close();
  assert.is(status, 1);
  assert.match(stderr, `its stdin ${place.path('in')} cannot be opened: no such device or address`);
});

test('lines get the time of their beginning, and markers show starts and exits', async () => {
  const place = prepare({
    program: 'sh -c \'printf a; sleep 0.3; printf "b\\nc\\n"\'',
    'exit-codes': '0',
    'transcript-timestamps': 'epoch',
    'transcript-markers': 'on',
  });
  await place.zd('-C app.conf start');
  const text = await waitForFile(place.path('log'), read => read.includes('ended'));
  const lines = text.trimEnd().split('\n');
  assert.match(lines[0] ?? '', /^\d+\.\d{3} zd: \S+ pid \d+ started: sh -c /);
  assert.match(lines[1] ?? '', /^\d+\.\d{3} ab$/);
  assert.match(lines[2] ?? '', /^\d+\.\d{3} c$/);
  assert.match(lines[3] ?? '', /^\d+\.\d{3} zd: \S+ pid \d+ ended with exit status 0$/);
  assert.ok(Number.parseFloat(lines[2] ?? '') - Number.parseFloat(lines[1] ?? '') > 0.2);
});

test('a transcript that is a FIFO with a slow reader loses nothing', async () => {
  const place = prepare({ program: "sh -c 'seq 1 100000; exec sleep 100'" });
  await place.exec(['mkfifo', 'log']);
  const reader = place.launch(['sh', '-c', 'exec 3<log; : >open; sleep 0.3; head -n 100000 <&3 | md5sum']);
  const keeper = openSync(place.path('log'), 'r+');
  await waitForFile(place.path('open'));
  await place.zd('-C app.conf start');
  const expected = await place.exec(['sh', '-c', 'seq 1 100000 | md5sum']);
  assert.is((await reader.done).stdout, expected.stdout);
  writeSync(keeper, '');
});

test('the file gets the configured mode, at the start and when it is reopened', async () => {
  const place = prepare({ program: 'sleep 100', 'transcript-mode': '640', umask: '077' });
  await place.zd('-C app.conf start');
  const mode = () => statSync(place.path('log')).mode & 0o777;
  assert.is(mode(), 0o640);
  await place.exec(['mv', 'log', 'log.1']);
  await place.zd('-C app.conf reopen_transcript');
  assert.is(mode(), 0o640);
});

test.skipIf(
  process.getuid?.() !== 0 && 'only root can give files away',
  'the file gets the configured owner',
  async () => {
    const place = prepare({ program: 'sleep 100', 'transcript-owner': 'nobody:12' });
    await place.zd('-C app.conf start');
    const { uid, gid } = statSync(place.path('log'));
    const nobody = /^nobody:[^:]*:(\d+)/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[1];
    assert.equal([uid, gid], [Number(nobody), 12]);
  },
);

test('an unknown owner is refused', async () => {
  const place = prepare({ program: 'sleep 100', 'transcript-owner': 'no-such-user' });
  const { status, stderr } = await place.zd('-C app.conf start');
  assert.is(status, 2);
  assert.match(stderr, /username 'no-such-user' not found/);
});

test('a marker shows that a signal ended the program', async () => {
  const place = prepare({ program: 'sleep 1000', 'transcript-markers': 'on' });
  await place.zd('-C app.conf start');
  await place.zd('-C app.conf stop');
  assert.match(place.read('log'), /^zd: \S+ pid \d+ was terminated by SIGTERM$/m);
});

test('a transcript that cannot be opened is named', async () => {
  const place = prepare({ program: 'sleep 100' });
  // A FIFO without a reader.
  await place.exec(['mkfifo', 'log']);
  const { status, stderr } = await place.zd('-C app.conf start');
  assert.is(status, 1);
  assert.match(stderr, `zd: cannot start app: transcript: ${place.path('log')}: no such device or address\n`);
});

test('a folder at the path of the FIFO is moved aside', async () => {
  const place = prepare({ program: 'sleep 100' });
  mkdirSync(place.path('.zdsock.zd'), { mode: 0o700 });
  place.write('.zdsock.zd/output/file', 'data');
  const { status, stderr } = await place.zd('-C app.conf start');
  assert.equal([status, stderr], [0, '']);
  assert.is(place.read('.zdsock.zd/output.bad/file'), 'data');
});

test('status -v shows the last output, even that of the last run after its manager has exited', async () => {
  const place = prepare({ program: "sh -c 'seq 1 20; exec sleep 100'" });
  await place.zd('-C app.conf start');
  await waitForFile(place.path('log'), text => text.includes('20\n'));
  const up = await place.zd('-C app.conf status -v');
  assert.match(
    up.stdout,
    /^program running; pid=\d+\nrunning for .*\n(.*\n)* {2}transcript {2}\S*log, \d+ bytes, last output .*, nothing lost\n {2}manager {5}pid \d+, .*keeper.*\n/,
  );
  assert.match(up.stdout, /last lines\n {4}11\n(.*\n)* {4}20\n$/);
  await place.zd('-C app.conf stop');
  const down = await place.zd('-C app.conf status -v');
  assert.match(
    down.stdout,
    /last exit .*, pid \d+, SIGTERM by zd stop.*\n {2}history {5}[0-9:]+ stop\n {2}last lines\n {4}11\n/,
  );
  assert.is(down.status, 3);
  const all = Array.from({ length: 20 }, (_, number) => `${number + 1}\n`).join('');
  assert.is(place.read('.zdsock.zd/last-output'), all);
});

test.run();
