import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Place } from '../../helpers/cli';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('send');
test.after.each(clearPlaces);

/** A program whose transcript has what it reads, byte for byte, and its end. */
const COPY = "sh -c 'cat; echo END; exec sleep 1000'";
const DEAF = 'sleep 1000';
const HELD = 65536;

async function begin(settings: Record<string, string> = {}): Promise<Place> {
  const place = makePlace();
  place.configure({ program: COPY, stdin: 'control', transcript: 'log', ...settings });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  return place;
}

const send = (place: Place, words: string[], input?: string) =>
  place.zd(['-C', 'app.conf', 'send', ...words], input === undefined ? {} : { input });

const texts: [title: string, words: string[], read: string][] = [
  ['words are joined by a blank, and a newline follows', ['say', 'hello  you'], 'say hello  you\n'],
  ['what follows the first word is text', ['kill', '--eof', '-9', '-q'], 'kill --eof -9 -q\n'],
  ['an empty word is an empty line', [''], '\n'],
  ['--enter is one, too', ['--enter'], '\n'],
  ['-- begins a text', ['--', '--eof'], '--eof\n'],
  ['a dash between words is a dash', ['a', '-', 'b'], 'a - b\n'],
  ['a dash after -- is a text', ['--', '-'], '-\n'],
  ['a text need not be ASCII', ['grüße 👋'], 'grüße 👋\n'],
];

test('what the words are becomes a line', async () => {
  const place = await begin();
  const { pid } = await place.report();
  let all = '';
  for (const [title, words, read] of texts) {
    const { status, stdout } = await send(place, words);
    assert.equal([status, stdout], [0, `${count(Buffer.byteLength(read))} sent to process ${pid}\n`], title);
    all += read;
    await waitForFile(place.path('log'), text => text === all);
  }
});

test('- copies standard input byte for byte, also more than a pipe holds', async () => {
  const place = await begin();
  const input = Array.from({ length: 40_000 }, (_, index) => `line ${index}`).join('\n');
  const { status, stderr } = await send(place, ['--eof', '-'], input);
  assert.equal([status, stderr], [0, '']);
  await waitForFile(place.path('log'), text => text === `${input}END\n`);
});

test('- sends each line as it comes', async () => {
  const place = await begin();
  const { done } = await beginSlowly(place);
  place.write('go', '\n');
  assert.is((await done).status, 0);
  await waitForFile(place.path('log'), text => text === 'one\ntwo\n');
});

test('--eof is the end of what the program reads', async () => {
  const place = await begin();
  const { status, stdout } = await send(place, ['--eof', 'last']);
  assert.is(status, 0);
  assert.match(stdout, '5 bytes and the end of its input sent to process');
  await waitForFile(place.path('log'), text => text === 'last\nEND\n');
  const more = await send(place, ['more']);
  assert.is(more.status, 1);
  assert.match(
    more.stderr,
    'cannot send to app: its input was ended with --eof; zd restart begins a new one',
  );
  const again = await place.zd('--json -C app.conf send --eof');
  assert.equal([again.status, JSON.parse(again.stdout).changed], [0, false]);
  await place.zd('-C app.conf restart');
  assert.is((await send(place, ['new'])).status, 0);
  await waitForFile(place.path('log'), text => text.endsWith('new\n'));
});

test('a program that does not read is reported, with what was taken', async () => {
  const place = await begin({ program: DEAF });
  const { status, stderr } = await send(place, ['-'], 'x'.repeat(100_000));
  assert.is(status, 1);
  assert.match(
    stderr,
    `zd: cannot send to app: it does not read what was sent before; the first ${HELD} bytes were taken`,
  );
  const more = await place.zd('--json -C app.conf send more');
  const { changed, sent, errors } = JSON.parse(more.stdout);
  assert.equal([more.status, changed, sent], [1, false, 0]);
  assert.match(errors[0], 'it does not read');
  // The manager has not waited.
  assert.is((await place.zd('-C app.conf status')).status, 0);
});

test('what a run has not read is not given to the next one', async () => {
  const place = await begin({ program: DEAF });
  await send(place, ['old']);
  place.configure({ program: COPY, stdin: 'control', transcript: 'log' });
  await place.zd('-C app.conf restart');
  await send(place, ['--eof', 'new']);
  await waitForFile(place.path('log'), text => text === 'new\nEND\n');
  await place.zd('-C app.conf stop');
  assert.not(existsSync(join(place.folder, '.zdsock.zd/input')));
});

test('a program that closes its input is reported', async () => {
  const place = await begin({ program: "sh -c 'exec sleep 1000 <&-'" });
  const { status, stderr } = await until(10, 'the closed input', async () => {
    const outcome = await send(place, ['hello']);
    return outcome.status !== 0 && outcome;
  });
  assert.is(status, 1);
  assert.match(stderr, 'zd: cannot send to app: it has closed its standard input');
});

test('what is sent goes to one run, and not on to the next', async () => {
  const place = await begin();
  const { done } = await beginSlowly(place);
  assert.is((await place.zd('-C app.conf restart')).status, 0);
  place.write('go', '\n');
  const { status, stderr } = await done;
  assert.is(status, 1);
  assert.match(stderr, 'it has ended, and what it had not read is lost; the first 4 bytes were taken');
  assert.match(place.read('log'), /^one\n(?:END\n)?$/);
});

const refusals: [title: string, words: string[], sentence: RegExp][] = [
  ['nothing', [], /^zd: cannot send nothing: give a text, - for standard input, or --eof/],
  ['an unknown option', ['-x', 'text'], /^zd: send has no option -x; put -- in front of a text/],
  ['an unknown key', ['--key', 'ctl-c'], /^zd: cannot send the key 'ctl-c'.*did you mean ctrl-c\?/],
  ['a key without a terminal', ['--key=ctrl-c'], /^zd: cannot send to app: keys need a terminal/],
];

test('what cannot be sent is refused with status 2', async () => {
  const place = await begin();
  for (const [title, words, sentence] of refusals) {
    const { status, stdout, stderr } = await send(place, words);
    assert.equal([status, stdout], [2, ''], title);
    assert.match(stderr, sentence, title);
  }
});

test('without stdin = control it is refused with status 2', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000' });
  await place.zd('-C app.conf start');
  const { status, stderr } = await send(place, ['hello']);
  assert.is(status, 2);
  assert.match(
    stderr,
    'its standard input is not written by zd; set stdin = control, or pty = on, and zd apply it',
  );
  place.configure({ program: COPY, stdin: 'control', transcript: 'log' });
  assert.match((await send(place, ['hello'])).stderr, 'it was started without stdin = control; zd apply');
  assert.is((await place.zd('-C app.conf apply')).status, 0);
  assert.is((await send(place, ['hello'])).status, 0);
  await waitForFile(place.path('log'), text => text === 'hello\n');
});

test('a program that is down, and a manager that is not there, are status 3', async () => {
  const place = makePlace();
  const settings = { 'backoff-first': '20s', 'backoff-limit': '20s', 'start-seconds': '0', forever: 'on' };
  place.configure({ program: "sh -c 'exit 1'", stdin: 'control', ...settings });
  assert.equal(await send(place, ['hello']), {
    status: 3,
    stdout: 'daemon manager not running\n',
    stderr: '',
  });
  await place.zd('-C app.conf start');
  await until(10, 'its end', async () => (await place.report()).pid === null);
  const { status, stdout } = await send(place, ['hello']);
  assert.is(status, 3);
  assert.match(stdout, 'daemon process not running');
});

test('a file of the name control is ./control', async () => {
  const place = makePlace();
  place.write('control', 'from the file\n');
  place.configure({ program: COPY, stdin: './control', transcript: 'log' });
  await place.zd('-C app.conf start');
  await waitForFile(place.path('log'), text => text === 'from the file\nEND\n');
  assert.is((await send(place, ['hello'])).status, 2);
});

test('it works at the prompt, with -q and --json', async () => {
  const place = await begin();
  const input = 'send -q one\nsend --json two words\nsend "three  3" -q\nsend -\n';
  const { stdout, stderr } = await place.zd('-C app.conf', { input });
  const lines = stdout.trim().split('\n');
  assert.is(lines.length, 2, stdout);
  assert.is(JSON.parse(lines[0] ?? '').sent, 10);
  assert.match(stderr, 'zd: cannot send standard input at the prompt, which reads it');
  await waitForFile(place.path('log'), text => text === 'one\ntwo words\nthree  3 -q\n');
});

test('it works over a socket that others can use, which has less room', async () => {
  const place = await begin({ 'socket-mode': '666' });
  const input = 'y'.repeat(50_000);
  assert.is((await send(place, ['-'], input)).status, 0);
  await waitForFile(place.path('log'), text => text === input);
});

/** Sends a line, and another one when something is written to the FIFO `go`. */
async function beginSlowly(place: Place) {
  const words = [...commandOf('zd'), '-C', 'app.conf', 'send', '-'];
  assert.is((await place.exec(['mkfifo', 'go'])).status, 0);
  const sending = place.launch(['sh', '-c', '(echo one; read wait <go; echo two) | "$@"', 'sh', ...words]);
  await waitForFile(place.path('log'), text => text === 'one\n');
  return sending;
}

function count(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${bytes} bytes`;
}

test.run();
