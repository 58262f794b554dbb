import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { ask } from '../../helpers/ask';
import { clearPlaces, fixture, makePlace, type Place } from '../../helpers/cli';
import { until, waitForFile, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('reopening the transcript');
test.after.each(clearPlaces);

const isRoot = process.getuid?.() === 0;

function prepare(runner: Record<string, string>): Place {
  const place = makePlace();
  place.configure({ transcript: 'log', 'start-seconds': '0', ...runner });
  return place;
}

test.limit(
  60,
  'a million lines through a hundred renames: each is written once, complete, and in order',
  async () => {
    const lines = 1_000_000;
    const place = prepare({
      // Each write is a few complete lines of at most 4096 bytes, which a FIFO accepts atomically.
      program: `python3 -u ${fixture('count-lines.py')} ${lines}`,
      'exit-codes': '0',
    });
    assert.is((await place.zd('-C app.conf start')).status, 0);
    const done = place.launch([process.execPath, bin, '-C', 'app.conf', 'wait'], { limit: 50 }).done;
    let ended = false;
    void done.then(() => {
      ended = true;
    });
    let cycles = 0;
    for (; cycles < 100 && !ended; cycles += 1) {
      renameSync(place.path('log'), place.path(`log.${cycles}`));
      // Over the socket, because a hundred runs of zd would take longer than the program.
      await ask(place.path('zdsock'), 'reopen_transcript');
    }
    place.write('all-cycles-done', '');
    await within(50, done, 'the end of the program');
    let next = 1;
    for (let index = 0; index <= cycles; index += 1) {
      const name = index === cycles ? 'log' : `log.${index}`;
      const text = place.read(name);
      assert.ok(text === '' || text.endsWith('\n'), `${name} ends within a line`);
      for (const line of text.split('\n')) {
        if (line === '') continue;
        if (line !== `line ${next}`) assert.unreachable(`${name} has '${line}' in place of line ${next}`);
        next += 1;
      }
    }
    assert.equal([next - 1, cycles], [lines, 100]);
  },
);

test('returns when the new file exists', async () => {
  const place = prepare({ program: 'sleep 100' });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  renameSync(place.path('log'), place.path('log.1'));
  assert.equal(await place.zd('-C app.conf reopen_transcript'), { status: 0, stdout: '', stderr: '' });
  assert.ok(existsSync(place.path('log')));
});

test('SIGHUP does the same', async () => {
  const place = prepare({ program: 'sleep 100' });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  renameSync(place.path('log'), place.path('log.1'));
  process.kill((await place.report()).managerPid, 'SIGHUP');
  await waitForFile(place.path('log'));
});

test('if the file cannot be opened, the old one stays in use, and the command reports that', async () => {
  const place = prepare({
    program: `sh -c 'while ! test -e go; do sleep 0.02; done; echo more; exec sleep 100'`,
  });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  renameSync(place.path('log'), place.path('log.1'));
  mkdirSync(place.path('log'));
  const { status, stderr } = await place.zd('-C app.conf reopen_transcript');
  assert.is(status, 1);
  assert.match(
    stderr,
    /^zd: cannot reopen the transcript: \S*\/log: illegal operation on a directory; the old file/,
  );
  place.write('go', '');
  await waitForFile(place.path('log.1'), text => text === 'more\n');
});

test.skipIf(
  isRoot && 'root may write anywhere',
  'a folder without permission counts as such a file',
  async () => {
    const place = prepare({ program: 'sleep 100', transcript: 'logs/log' });
    mkdirSync(place.path('logs'));
    assert.is((await place.zd('-C app.conf start')).status, 0);
    renameSync(place.path('logs/log'), place.path('logs/log.1'));
    chmodSync(place.path('logs'), 0o500);
    assert.is((await place.zd('-C app.conf reopen_transcript')).status, 1);
    chmodSync(place.path('logs'), 0o700);
  },
);

test('without a manager it fails, but not with --if-running', async () => {
  const place = prepare({ program: 'sleep 100' });
  const plain = await place.zd('-C app.conf reopen_transcript');
  assert.equal([plain.status, plain.stdout], [3, 'daemon manager not running\n']);
  const tolerant = await place.zd('-C app.conf reopen_transcript --if-running');
  assert.equal(tolerant, { status: 0, stdout: '', stderr: '' });
});

test('a marker in the new file shows it', async () => {
  const place = prepare({ program: 'sleep 100', 'transcript-markers': 'on' });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  renameSync(place.path('log'), place.path('log.1'));
  await place.zd('-C app.conf reopen_transcript');
  assert.match(place.read('log.1'), /^zd: \S+ pid \d+ started: sleep 100\n$/);
  assert.match(place.read('log'), /^zd: \S+ reopened\n$/);
});

test('a removed file is recreated, even after its folder was removed and recreated', async () => {
  const place = prepare({
    program: "sh -c 'while :; do echo tick; sleep 0.05; done'",
    transcript: 'logs/log',
  });
  mkdirSync(place.path('logs'));
  assert.is((await place.zd('-C app.conf start')).status, 0);
  await waitForFile(place.path('logs/log'), text => text !== '');
  rmSync(place.path('logs/log'));
  await waitForFile(place.path('logs/log'), text => text !== '');
  rmSync(place.path('logs'), { recursive: true });
  const report = await until(30, 'the error to be reported', async () => {
    const now = (await place.report()) as unknown as { transcriptError: string | null };
    return now.transcriptError;
  });
  assert.is(report, 'no such file or directory');
  const { stdout, stderr } = await place.zd('-C app.conf status');
  assert.match(stdout, /^program running; pid=\d+\n$/);
  assert.match(
    stderr,
    /^zd: cannot write the transcript \/.*\/logs\/log: no such file or directory; \d+ bytes wait/,
  );
  mkdirSync(place.path('logs'));
  await waitForFile(place.path('logs/log'), text => text !== '');
});

test.skipIf(
  !findLogrotate() && 'logrotate is not installed',
  'the snippet of the manual works with logrotate',
  async () => {
    const place = prepare({ program: "sh -c 'i=0; while :; do i=$$((i+1)); echo $$i; done'" });
    assert.is((await place.zd('-C app.conf start')).status, 0);
    const snippet = readFileSync(new URL('../../../docs/examples/logrotate.conf', import.meta.url), 'utf8')
      .replaceAll('/var/log/app/transcript.log', place.path('log'))
      .replace('zd -C /etc/app.conf', `cd ${place.folder} && ${process.execPath} ${bin} -C app.conf`)
      .replace('daily', 'size 1');
    place.write('rotate.conf', snippet);
    // logrotate refuses to work in folders that other users can write to.
    chmodSync(place.folder, 0o755);
    const words = [logrotate, '--force', '--state', place.path('state'), place.path('rotate.conf')];
    for (let round = 0; round < 3; round += 1) {
      const { status, stderr } = await place.exec(words);
      assert.equal([status, stderr], [0, '']);
    }
    await place.zd('-C app.conf stop');
    const last = await place.exec(words);
    assert.equal([last.status, last.stderr], [0, ''], 'it succeeds without a manager too');
    const names = ['log.4.gz', 'log.3.gz', 'log.2.gz', 'log.1'];
    const all = await place.exec(['sh', '-c', `zcat -f ${names.join(' ')} | awk '$0 != NR { exit 1 }'`]);
    assert.is(all.status, 0, 'a line is missing or doubled');
  },
);

const bin = new URL('../../../bin/zd.js', import.meta.url).pathname;
const logrotate = findLogrotate() ?? '';

function findLogrotate(): string | undefined {
  return ['/usr/sbin/logrotate', '/usr/bin/logrotate', '/sbin/logrotate'].find(path => existsSync(path));
}

test.run();
