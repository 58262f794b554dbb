import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Place, type Running } from '../../helpers/cli';
import { until, waitForFile, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('logtail');
test.after.each(clearPlaces);

function prepare(runner: Record<string, string> = {}): Place {
  const place = makePlace();
  place.configure({ program: 'sleep 100', transcript: 'log', 'start-seconds': '0', ...runner });
  return place;
}

function follow(place: Place, ...words: string[]): Running {
  return place.launch([...commandOf('zd'), '-C', 'app.conf', 'logtail', ...words], { limit: 60 });
}

function shows(running: Running, text: string): Promise<unknown> {
  return until(30, `"${text}" from logtail`, () => running.output().includes(text));
}

test('shows ten lines of the transcript and exits, unless it is asked to follow', async () => {
  const place = prepare();
  place.write('log', Array.from({ length: 20 }, (_, number) => `line ${number}\n`).join(''));
  const { status, stdout } = await place.zd('-C app.conf logtail');
  assert.is(status, 0);
  assert.equal(stdout.split('\n').slice(0, -1).length, 10);
  assert.is((await place.zd('-C app.conf logtail -n 2')).stdout, 'line 18\nline 19\n');
  assert.is((await place.zd('-C app.conf logtail -n 0')).stdout, '');
});

test('prefers the logfile to the transcript, and a named file to both', async () => {
  const place = prepare({ logfile: 'app' });
  for (const name of ['log', 'app', 'other']) place.write(name, `in ${name}\n`);
  assert.is((await place.zd('-C app.conf logtail')).stdout, 'in app\n');
  assert.is((await place.zd('-C app.conf logtail other')).stdout, 'in other\n');
});

test('starts with the lines since a given time', async () => {
  const place = prepare({ 'transcript-timestamps': 'iso', program: "sh -c 'echo one; exec sleep 100'" });
  place.write('log', '2020-01-01T00:00:00.000+00:00 old\n');
  await place.zd('-C app.conf start');
  await waitForFile(place.path('log'), text => text.includes('one\n'));
  const { stdout } = await place.zd('-C app.conf logtail --since 1h');
  assert.match(stdout, /^\S+ one\n$/);
  const wrong = await place.zd('-C app.conf logtail --since yesterday');
  assert.equal([wrong.status, wrong.stdout], [2, '']);
});

test('continues through a rename and a reopening, for several clients at once', async () => {
  const place = prepare({
    program: "sh -c 'i=0; while :; do i=$$((i+1)); echo line $$i; sleep 0.02; done'",
  });
  await place.zd('-C app.conf start');
  const clients = [follow(place, '-f'), follow(place, '-f'), follow(place, '-f')];
  for (const client of clients) await shows(client, 'line');
  for (let round = 0; round < 3; round += 1) {
    renameSync(place.path('log'), place.path(`log.${round}`));
    await place.zd('-C app.conf reopen_transcript');
    const [, seen] = (await waitForFile(place.path('log'), text => /line \d+\n/.test(text))).match(
      /(line \d+\n)/,
    ) as string[];
    for (const client of clients) await shows(client, seen as string);
  }
  for (const client of clients) {
    client.child.kill('SIGINT');
    const { stdout } = await client.done;
    const numbers = [...stdout.matchAll(/^line (\d+)$/gm)].map(([, number]) => Number(number));
    assert.equal(
      numbers,
      numbers.map((_, at) => (numbers[0] as number) + at),
    );
  }
});

test('continues after a truncation', async () => {
  const place = prepare();
  place.write('log', 'a long first line\n');
  const client = follow(place, '-f');
  await shows(client, 'first');
  writeFileSync(place.path('log'), 'new\n');
  await shows(client, 'new\n');
  client.child.kill('SIGINT');
  assert.is((await client.done).status, 0);
});

test('exits when its reader has closed the pipe', async () => {
  const place = prepare();
  place.write('log', 'one\n');
  const line = `${commandOf('zd').join(' ')} -C app.conf logtail -f; echo ended >ended`;
  const pipe = place.launch(['sh', '-c', `{ ${line}; } | head -n 1`]);
  await until(30, 'the first line', () => pipe.output().includes('one'));
  // It notices when it writes the next line.
  const feeder = setInterval(() => appendFileSync(place.path('log'), 'more\n'), 50);
  try {
    await waitForFile(place.path('ended'));
    assert.is((await within(30, pipe.done, 'the pipe')).stdout, 'one\n');
  } finally {
    clearInterval(feeder);
  }
});

test('a missing file is an error that names it', async () => {
  const { status, stderr } = await prepare().zd('-C app.conf logtail missing');
  assert.is(status, 1);
  assert.match(stderr, /^zd: cannot read \S*missing: no such file or directory\n$/);
});

test.run();
