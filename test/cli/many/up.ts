import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Place, type Running } from '../../helpers/cli';
import { NAMESPACE, noNamespace } from '../../helpers/namespace';
import { isAlive } from '../../helpers/processes';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('up');
test.after.each(clearPlaces);

const bin = resolve(import.meta.dirname, '../../../bin/zd');
const perlMissing = spawnSync('perl', ['-v']).status !== 0 && 'needs perl';

/** Says its name, and stays. */
const sayer = (word: string, more = '') =>
  `[runner]\nprogram = sh -c "echo ${word}; exec sleep 1000"\nstart-seconds = 0\n${more}`;

function up(place: Place, words: readonly string[] = []): Running & { errors(): string } {
  const running = place.launch([...commandOf('zd'), '-C', 'apps', 'up', ...words], { limit: 60 });
  let errors = '';
  running.child.stderr?.on('data', chunk => {
    errors += chunk;
  });
  return { ...running, errors: () => errors };
}

const said = (running: Running, text: string) =>
  until(30, `the line '${text}'`, () => running.output().includes(text));

test('all are started, heard with their names, edited, and stopped in reverse order', async () => {
  const place = makePlace();
  place.write('apps/db.conf', sayer('hello'));
  place.write('apps/web.conf', sayer('one-two', 'after = db\n'));
  const running = up(place);
  await said(running, 'db  | hello\n');
  await said(running, 'web | one-two\n');

  const second = await place.zd('-C apps up');
  assert.is(second.status, 1);
  assert.match(
    second.stderr,
    `cannot up: pid ${running.child.pid} (zd up) is at work on these programs; it applies what is saved`,
  );
  assert.match((await place.zd('-C apps apply')).stderr, `cannot apply: pid ${running.child.pid} (zd up)`);

  place.write('apps/web.conf', sayer('changed', 'after = db\n'));
  place.write('apps/new.conf', sayer('added'));
  place.write('apps/bad.conf', '[runner]\ncolour = red\n');
  await said(running, 'web | changed\n');
  await said(running, 'new | added\n');
  assert.match(running.errors(), "zd: apps/bad.conf:2: unknown key 'colour'");
  assert.match(running.errors(), 'new: start: new\nweb: restart: program changed\n');
  rmSync(place.path('apps/new.conf'));
  running.child.kill('SIGHUP');
  await until(30, 'the end of new', () => /^new.*: exited/m.test(running.errors()));

  running.child.kill('SIGTERM');
  const { status, stderr } = await running.done;
  assert.is(status, 0, stderr);
  const ends = stderr.match(/^\w+ +: exited/gm)?.map(line => line.replace(/ .*/, ''));
  assert.equal(ends?.slice(-2), ['web', 'db']);
  const left = await place.zd('-C apps status');
  assert.match(left.stdout, /db: daemon manager not running\n[\s\S]*web: daemon manager not running\n/);
  // What up has stopped was not stopped by hand.
  assert.match((await place.zd('-C apps apply --dry-run')).stdout, 'db: start: configured again\n');
});

test('what runs is adopted, what was stopped by hand is started, and --keep leaves all running', async () => {
  const place = makePlace();
  place.write('apps/db.conf', sayer('hello'));
  place.write('apps/web.conf', sayer('hi'));
  await place.zd('-C apps start');
  await place.zd('-C apps stop web');
  const running = up(place, ['--keep', '--prefix', 'none']);
  await said(running, 'hi\n');
  running.child.kill('SIGTERM');
  const { status, stdout, stderr } = await running.done;
  assert.equal([status, stdout], [0, 'hi\n'], stderr);
  assert.match(stderr, /^web: start: was stopped by hand\n1 stays as it is\n/);
  assert.is((await place.zd('-C apps status')).status, 0);
});

test('a second signal, and --stop-within, go to the end of each stop plan', async () => {
  for (const words of [[], ['--stop-within', '100ms']]) {
    const place = makePlace();
    place.write(
      'apps/deaf.conf',
      '[runner]\nprogram = sh -c "trap \'\' TERM; echo deaf; while :; do sleep 0.1; done"\nstart-seconds = 0\nstop-timeout = 300\n',
    );
    const running = up(place, words);
    await said(running, 'deaf | deaf\n');
    running.child.kill('SIGTERM');
    if (words.length === 0) {
      const stopping = async () =>
        JSON.parse((await place.zd('-C apps/deaf.conf --json status')).stdout).state === 'stopping';
      await until(30, 'the stop', stopping);
      running.child.kill('SIGTERM');
    }
    const { status, stderr } = await running.done;
    assert.is(status, 0, stderr);
    assert.match(stderr, /deaf : exited, pid \d+, terminated by SIGKILL/);
  }
});

test('one program, JSON lines, and the end when all are done', async () => {
  const place = makePlace();
  place.write('app.conf', '[runner]\nprogram = sh -c "echo done"\nonce = on\nstart-seconds = 0\n');
  const { status, stdout, stderr } = await place.zd('-C app.conf --json up --exit-when-done');
  assert.is(status, 0, stderr);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  assert.ok(lines.some(({ program, text }) => program === 'app' && text === 'done'));
  assert.ok(lines.some(({ program, event }) => program === 'app' && event === 'exited'));
  place.write('app.conf', '[runner]\ncolour = red\n');
  assert.is((await place.zd('-C app.conf up')).status, 2);
  place.write('apps/app.conf', '[runner]\ncolour = red\n');
  assert.is((await place.zd('-C apps up')).status, 2);
});

test.skipIf(noNamespace || perlMissing, 'as process 1, it leaves nothing, and no zombies', async () => {
  const place = makePlace();
  place.write(
    'apps/web.conf',
    '[runner]\nprogram = sh -c "(setsid sleep 0.1 &); echo hello; exec sleep 1000"\nstart-seconds = 0\n',
  );
  place.write('apps/db.conf', sayer('hi'));
  const words = [...NAMESPACE, bin, '-C', 'apps', 'up'];
  const running = place.launch(words, { limit: 60 });
  await said(running, 'web | hello\n');
  await said(running, 'db  | hi\n');
  const children = readFileSync(`/proc/${running.child.pid}/task/${running.child.pid}/children`, 'utf8');
  const first = Number(children.trim());
  const zombies = () =>
    spawnSync('ps', ['-o', 'stat=', '--ppid', String(first)], { encoding: 'utf8' }).stdout.includes('Z');
  await until(30, 'the end of the zombies', () => !zombies());
  process.kill(first, 'SIGTERM');
  const { status, stderr } = await running.done;
  assert.is(status, 0, stderr);
  assert.match(stderr, /web : exited[\s\S]*db {2}: exited|db {2}: exited[\s\S]*web : exited/);
  assert.not(isAlive(first));
});

test('the datagrams of pmtr switch programs of the file, and reports tell of them', async () => {
  const [receiver, sender] = [createSocket('udp4'), createSocket('udp4')];
  const texts: string[] = [];
  receiver.on('message', bytes => texts.push(String(bytes)));
  await new Promise<void>(done => receiver.bind(0, '127.0.0.1', done));
  await new Promise<void>(done => sender.bind(0, '127.0.0.1', done));
  const { port: free } = sender.address();
  sender.close();
  const place = makePlace();
  place.write(
    'apps',
    `report to udp://127.0.0.1:${receiver.address().port}\nlisten on udp://127.0.0.1:${free}\n` +
      'job {\n  name web\n  cmd /bin/sleep 1000\n}\n',
  );
  const running = up(place);
  try {
    await until(30, 'a report', () => /^report \S+\nweb e \d+ [1-9]\d* \/bin\/sleep\n$/.test(texts[0] ?? ''));
    const send = (text: string) => receiver.send(text, free, '127.0.0.1');
    send('run sh; disable web');
    send('disable web nothing\n');
    await until(30, 'the end of web', () => /web : exited/.test(running.errors()));
    assert.match(running.errors(), 'zd: web: disabled by a datagram\n');
    assert.match(running.errors(), 'zd: a datagram names nothing, which is no program here\n');
    send('enable web');
    await until(30, 'another web', () => (running.errors().match(/web : started/g) ?? []).length === 2);
  } finally {
    receiver.close();
  }
  running.child.kill('SIGTERM');
  assert.is((await running.done).status, 0);
});

test.run();
