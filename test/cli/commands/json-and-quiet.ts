import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Outcome } from '../../helpers/cli';
import { suite } from '../../runner/guard';

const test = suite('json and quiet');
test.after.each(clearPlaces);

/** One object, and nothing else on standard output. */
function objectOf({ status, stdout }: Outcome): Record<string, unknown> {
  assert.match(stdout, /^\{.*\}\n$/);
  const object = JSON.parse(stdout);
  if ('status' in object) assert.is(object.status, status);
  return object;
}

test('--json: what changes something says whether it did', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', transcript: 'app.log' });
  const zd = async (words: string) => objectOf(await place.zd(words));
  const pick = ({ command, changed, status }: Record<string, unknown>) => [command, changed, status];
  const started = await zd('--json -C app.conf start');
  assert.equal(pick(started), ['start', true, 0]);
  assert.type(started.pid, 'number');
  const again = await zd('-C app.conf --json start');
  assert.equal([pick(again), again.pid], [['start', false, 0], started.pid]);
  assert.equal(pick(await zd('--json -C app.conf restart')), ['restart', true, 0]);
  assert.equal(pick(await zd('--json -C app.conf kill CONT')), ['kill', true, 0]);
  assert.equal(pick(await zd('kill CONT --json')), ['kill', true, 0]);
  assert.equal(pick(await zd('reopen_transcript --json')), ['reopen_transcript', true, 0]);
  assert.equal(pick(await zd('stop -C app.conf --json')), ['stop', true, 0]);
  assert.equal(pick(await zd('stop --json')), ['stop', false, 0]);
  assert.equal(pick(await zd('--json kill')), ['kill', false, 3]);
  assert.equal(pick(await zd('reopen_transcript --json')), ['reopen_transcript', false, 3]);
});

test('--json: a failure is an object too, with the sentences of standard error', async () => {
  const place = makePlace();
  const failed = await place.zd(['-p', "sh -c 'echo boom; exit 3'", '--json', 'start']);
  const object = objectOf(failed);
  assert.equal([failed.status, object.changed, object.outcome], [1, false, 'failed']);
  assert.match(String((object.errors as string[])[0]), /^cannot start sh: it ended with exit status 3/);
  assert.match(failed.stderr, /^zd: cannot start sh/m);
  for (const [words, sentence] of [
    ['--json -C missing.conf start', /^cannot read missing.conf/],
    ['--json bogus', /^unknown command 'bogus'/],
    ['stop now --json', /too many words/],
    ['--json start', /^no program specified/],
  ] as const) {
    const refused = await place.zd(words);
    assert.is(refused.status, 2);
    assert.match(String((objectOf(refused).errors as string[])[0]), sentence);
  }
});

test('--json: every command has an object', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', transcript: 'app.log' });
  place.write('app.log', 'one\ntwo\n');
  for (const words of [
    'status',
    'list',
    'show',
    'show all',
    'check',
    'doctor',
    'help',
    'help start',
    'logtail',
    'wait',
  ]) {
    const object = objectOf(await place.zd(`--json -C app.conf ${words}`));
    assert.is(object.schema, words === 'status' ? 2 : 1, words);
  }
  assert.is(objectOf(await place.zd('--json -C app.conf logtail')).text, 'one\ntwo');
  const { settings } = objectOf(await place.zd('--json -C app.conf show')) as {
    settings: { key: string; value: string; origin: string }[];
  };
  assert.equal(settings[0], { key: 'program', value: 'sleep 1000', origin: 'app.conf:2' });
});

test('--json: status prints its own object, wherever the option is', async () => {
  const place = makePlace();
  await place.zd(['-p', 'sleep 1000', 'start']);
  for (const words of ['--json status', 'status --json', 'status --json -s zdsock'])
    assert.is(objectOf(await place.zd(words)).state, 'running', words);
});

test('--json is refused where standard output is somebody else’s', async () => {
  const place = makePlace();
  for (const words of [['--json', '-p', 'true', 'fg'], ['--json'], ['--json', '-i', 'status']]) {
    const { status, stdout, stderr } = await place.zd(words);
    assert.equal([status, stdout], [2, '']);
    assert.match(stderr, /^zd: cannot use --json /);
  }
});

test('at the prompt both follow the command', async () => {
  const place = makePlace();
  const input = 'start\nkill CONT -q\nstatus --json\nstop --json\nstop --json\n';
  const { status, stdout } = await place.zd(['-p', 'sleep 1000'], { input });
  const lines = stdout.trim().split('\n');
  assert.equal([status, lines.length], [0, 4], stdout);
  assert.is(JSON.parse(lines[1] ?? '').state, 'running');
  assert.equal(
    lines.slice(2).map(line => JSON.parse(line).changed),
    [true, false],
  );
});

test('-q: no sentence on success, all of them on failure', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', transcript: 'app.log' });
  const silence = { status: 0, stdout: '', stderr: '' };
  for (const words of [
    '-q -C app.conf start',
    'status -q',
    'check -q -C app.conf',
    '--quiet restart',
    'kill CONT -q',
  ])
    assert.equal(await place.zd(words), silence, words);
  assert.equal(await place.zd('stop -q'), silence);
  assert.equal(await place.zd('status -q'), {
    status: 3,
    stdout: 'daemon manager not running\n',
    stderr: '',
  });
  const failed = await place.zd(['-q', '-p', "sh -c 'exit 3'", 'start']);
  assert.is(failed.status, 1);
  assert.match(failed.stderr, /^zd: cannot start sh/);
});

test('-q keeps what was asked for', async () => {
  const place = makePlace();
  place.write('log', 'one\n');
  assert.is((await place.zd('-q logtail log')).stdout, 'one\n');
  assert.match((await place.zd('-q show')).stdout, 'backoff-limit');
  assert.match((await place.zd('-q help')).stdout, 'logtail');
  assert.match((await place.zd(['-q', '-p', 'echo hello', 'fg'])).stdout, 'hello\n');
});

test.run();
