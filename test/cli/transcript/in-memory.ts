import * as assert from 'uvu/assert';
import { anyoneAt } from '../../../src/client/address';
import { exchangeLine } from '../../../src/client/request';
import { systemClock } from '../../../src/system/clock';
import { clearPlaces, commandOf, makePlace, type Place } from '../../helpers/cli';
import { openTerminal, ptyMissing } from '../../helpers/pty';
import { until, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* Without a transcript the output is in the manager's memory: `logtail` and the method `output` show it. */

const test = suite('output in memory');
test.after.each(clearPlaces);

/** Writes what is said to it through a FIFO. */
async function startSpeaker(place: Place, runner: Record<string, string> = {}): Promise<void> {
  await place.exec(['mkfifo', 'say']);
  place.configure({ program: 'sh -c "exec cat <>say"', 'start-seconds': '0', ...runner });
  assert.is((await place.zd('-C app.conf start')).status, 0);
}

const say = (place: Place, text: string) => place.exec(['sh', '-c', 'printf "$1" >say', 'sh', text]);

test('logtail prints the last lines, and follows until the manager exits', async () => {
  const place = makePlace();
  await startSpeaker(place);
  await say(place, '1\n2\n3\n');
  await until(30, 'the lines', async () => (await place.zd('logtail -n 2')).stdout === '2\n3\n');
  const tail = place.launch([...commandOf('zd'), 'logtail', '-f', '-n', '1']);
  await until(30, 'the last line', () => tail.output() === '3\n');
  await say(place, '4\n');
  await until(30, 'the next line', () => tail.output() === '3\n4\n');
  await say(place, '5');
  await until(30, 'half a line', () => tail.output() === '3\n4\n5');
  await place.zd('stop');
  const stdout = '3\n4\n5\n==> The manager has exited <==\n';
  assert.equal(await tail.done, { status: 0, stdout, stderr: '' });
});

test('after the manager has exited, it prints what that has left', async () => {
  const place = makePlace();
  assert.is((await place.zd('logtail')).status, 2);
  await startSpeaker(place);
  await say(place, 'a\nb\n');
  await until(30, 'the lines', async () => (await place.zd('logtail')).stdout === 'a\nb\n');
  await place.zd('stop');
  const { status, stdout, stderr } = await place.zd('logtail -f -n 1');
  assert.equal([status, stdout], [0, 'b\n']);
  assert.is(stderr, 'zd: the manager has exited; this is the last output of the last run\n');
});

test('Ctrl-C ends it, and a manager that follows on goes on', async () => {
  const place = makePlace();
  await startSpeaker(place);
  const tail = place.launch([...commandOf('zd'), 'logtail', '-f']);
  await say(place, 'before\n');
  await until(30, 'the line', () => tail.output() === 'before\n');
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
  await say(place, 'after\n');
  await until(30, 'the line of the next manager', () => tail.output() === 'before\nafter\n');
  tail.child.kill('SIGINT');
  assert.equal(await tail.done, { status: 0, stdout: 'before\nafter\n\n', stderr: '' });
});

test('the method has positions, waits for more, and refuses other parameters', async () => {
  const place = makePlace();
  await startSpeaker(place);
  const exchange = { socket: anyoneAt(place.path('zdsock')), clock: systemClock, limit: 30 };
  const request = (params: unknown) =>
    exchangeLine(exchange, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'output', params }));
  const read = async (params: unknown) => {
    const { result } = JSON.parse(await request(params));
    return { ...result, text: Buffer.from(result.bytes, 'base64').toString() };
  };
  await say(place, 'abc\n');
  await until(30, 'the bytes', async () => (await read({})).to === 4);
  assert.equal((({ from, to, text }) => [from, to, text])(await read({ after: 2 })), [2, 4, 'c\n']);
  const waiting = read({ after: 4, wait: true });
  await say(place, 'def\n');
  assert.equal((({ from, to, text }) => [from, to, text])(await waiting), [4, 8, 'def\n']);
  // A position beyond the end is of another manager.
  assert.is((await read({ after: 1000 })).text, 'abc\ndef\n');
  for (const after of [-1, 0.5, '4'])
    assert.match(await request({ after }), 'must be a position, a whole number from 0');
});

test('a reader that is too slow is told, and the program does not wait for it', async () => {
  const place = makePlace();
  place.write(
    'app.sh',
    'echo begin; until [ -e go ]; do sleep 0.05; done; seq 100000; : >done; exec sleep 1000',
  );
  place.configure({ program: 'sh app.sh', 'start-seconds': '0' });
  await place.zd('-C app.conf start');
  const tail = place.launch([...commandOf('zd'), 'logtail', '-f']);
  await until(30, 'the first line', () => tail.output() === 'begin\n');
  tail.child.kill('SIGSTOP');
  place.write('go', '');
  await until(30, 'the lines', async () => (await place.zd('logtail -n 1')).stdout === '100000\n');
  tail.child.kill('SIGCONT');
  await until(30, 'the last line', () => tail.output().endsWith('\n100000\n'));
  assert.match(tail.output(), /\n==> \d+ bytes were not read in time <==\n/);
  tail.child.kill('SIGINT');
  await tail.done;
});

test('with a transcript in a file, logtail without a configuration reads the memory too', async () => {
  const place = makePlace();
  await startSpeaker(place, { transcript: 'log' });
  await say(place, 'kept\n');
  await until(30, 'the line', () => place.read('log') === 'kept\n');
  const tail = place.launch([...commandOf('zd'), '-s', 'zdsock', 'logtail', '-f']);
  await until(30, 'the line', () => tail.output() === 'kept\n');
  await say(place, 'more\n');
  await until(30, 'the next line', () => tail.output() === 'kept\nmore\n');
  tail.child.kill('SIGINT');
  await tail.done;
});

test('--since needs a file', async () => {
  const place = makePlace();
  await startSpeaker(place);
  const { status, stderr } = await place.zd('logtail --since 1h');
  assert.equal([status, stderr], [2, 'zd: --since needs a file; output in memory has no times\n']);
});

test.skipIf(
  ptyMissing,
  'on a terminal start says that output is not kept, and logtail is harmless',
  async () => {
    const place = makePlace();
    const run = async (words: string[]) => {
      const [command = '', ...args] = commandOf('zd');
      const terminal = openTerminal(command, [...args, ...words], { cwd: place.folder });
      try {
        await within(30, terminal.exit, 'the end');
        return terminal.screen();
      } finally {
        terminal.close();
      }
    };
    const note = '\nzd: output is not kept; transcript = FILE keeps it\n';
    const program = ['-p', `sh -c 'printf "a\\033]0;x\\007\\n"; exec sleep 1000'`];
    assert.ok((await run([...program, 'start'])).endsWith(note));
    assert.not.ok((await run([...program, 'start'])).includes('not kept'));
    await until(30, 'the line', async () => (await place.zd('logtail')).stdout !== '');
    assert.is(await run(['logtail', '--no-follow']), 'a^[]0;x^G\n');
    assert.match((await place.zd('status -v')).stdout, '\n  transcript  none');
    await place.zd('stop');
    for (const words of [
      ['-t', 'log'],
      ['-t', '/dev/null'],
    ]) {
      assert.not.ok((await run([...program, ...words, 'start'])).includes('not kept'), words.join(' '));
      await place.zd('stop');
    }
    const piped = await place.zd([...program, 'start']);
    assert.is(piped.stderr, '');
  },
);

test.run();
