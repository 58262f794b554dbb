import { existsSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { isSuspended } from '../../../src/system/processes';
import { clearPlaces, commandOf } from '../../helpers/cli';
import { commandLine, isAlive, spawnedBy, waitForEnd } from '../../helpers/processes';
import { got, pidOfReceiver, prepare, receiver, report, say, start } from '../../helpers/receiver';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* transcript-program: a command gets the output. */

const test = suite('transcript-program');
test.after.each(clearPlaces);

const zd = [...commandOf('zd'), '-C', 'app.conf'];

test('gets both streams in order, is started before the program, and has all before stop returns', async () => {
  const place = prepare({
    program: `sh -c 'echo out; echo err >&2; printf last; exec sleep 1000'`,
  });
  await start(place);
  await got(place, 'out\nerr\nlast');
  const pid = await pidOfReceiver(place);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.is(place.read('got.ends'), `${pid}\n`);
  assert.not.ok(isAlive(pid));
  const events = place.read('events');
  assert.ok(events.indexOf('spawned transcript-program perl') < events.indexOf('spawned process pid='));
});

test('what the program writes as it is stopped comes before the end', async () => {
  const place = prepare({
    program: './last.pl',
    'transcript-program': receiver('slow'),
  });
  place.write(
    'last.pl',
    '#!/usr/bin/perl\n$SIG{TERM} = sub { print "x" x 300000, "bye"; exit }; $| = 1; print "up"; sleep 1 while 1;\n',
    0o755,
  );
  await start(place);
  const stop = place.launch([...zd, 'stop']).done;
  await until(30, 'its exit', async () => place.read('events').includes('exit status 0'));
  place.write('got.go', '');
  assert.is((await stop).status, 0);
  assert.is(place.read('got'), `up${'x'.repeat(300_000)}bye`);
  assert.ok(existsSync(place.path('got.ends')));
});

test('beside a transcript, both get the same, with markers and times', async () => {
  const place = prepare({ transcript: 'log', 'transcript-timestamps': 'epoch', 'transcript-markers': 'on' });
  await start(place);
  say(place, 'one\ntwo\n');
  await until(30, 'the lines', () => ['got', 'log'].every(name => place.read(name).endsWith('two\n')));
  assert.match(place.read('got'), /^\d+\.\d{3} zd: .* started: .*\n\d+\.\d{3} one\n\d+\.\d{3} two\n$/);
  const plain = (name: string) => place.read(name).replace(/^\d+\.\d{3}/gm, '');
  assert.is(plain('got'), plain('log'));
});

test('without a transcript, logtail and the last words work', async () => {
  const place = prepare();
  await start(place);
  say(place, 'one\ntwo\n');
  await until(30, 'the lines', async () => (await place.zd('logtail -n 1')).stdout === 'two\n');
  const failing = prepare({ program: `sh -c 'echo why; exit 7'`, 'start-seconds': '1' });
  const { status, stderr } = await failing.zd('-C app.conf start');
  assert.is(status, 1);
  assert.match(stderr, /exit status 7(.|\n)*why/);
  await waitForFile(failing.path('got'), text => text.startsWith('why\n'));
});

test('it survives its manager, an upgrade and a restart of the program, and is not left behind', async () => {
  const place = prepare();
  const program = await start(place);
  const pid = await pidOfReceiver(place);
  say(place, 'one\n');
  await got(place, 'one\n');
  process.kill((await report(place)).managerPid, 'SIGKILL');
  say(place, 'two\n');
  await got(place, 'one\ntwo\n');
  assert.is(await pidOfReceiver(place), pid);
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
  say(place, 'three\n');
  await got(place, 'one\ntwo\nthree\n');
  assert.is((await report(place)).pid, program);
  assert.is((await place.zd('-C app.conf restart')).status, 0);
  say(place, 'four\n');
  await got(place, 'one\ntwo\nthree\nfour\n');
  assert.is(await pidOfReceiver(place), pid);
  const { stderr, status } = await place.zd('-C app.conf stop');
  assert.equal([status, stderr], [0, '']);
  assert.is(place.read('got.ends'), `${pid}\n`);
});

test('one that exits is started again, and output that comes meanwhile waits', async () => {
  const place = prepare({ 'transcript-program': receiver('loud') });
  await start(place);
  const first = await pidOfReceiver(place);
  say(place, 'one\n');
  await got(place, 'one\n');
  const events = place.launch([...zd, 'events', '--json']);
  await until(30, 'the subscription', () => events.output().includes('"event"') || events.output() === '');
  process.kill(first, 'SIGSTOP');
  await until(30, 'it to be suspended', () => isSuspended(first));
  say(place, 'two\n');
  await until(30, 'the line', async () => (await place.zd('logtail -n 1')).stdout === 'two\n');
  process.kill(first, 'SIGKILL');
  await pidOfReceiver(place, first);
  await got(place, 'one\ntwo\n');
  assert.match(
    place.read('events'),
    new RegExp(
      `WARNING transcript-program perl: pid ${first} was terminated by SIGKILL; it is started again `,
    ),
  );
  assert.match(place.read('events'), /WARNING transcript-program perl: reading for got\n/);
  events.child.kill();
  await events.done;
});

test('what a dead one has left in its session reads nothing more', async () => {
  const place = prepare({ 'transcript-program': receiver('child') });
  await start(place);
  const first = await pidOfReceiver(place);
  process.kill(first, 'SIGKILL');
  const second = await pidOfReceiver(place, first);
  const { managerPid } = await report(place);
  const readers = () => spawnedBy(managerPid).filter(pid => commandLine(pid).includes('append-input.pl'));
  await until(30, 'one reader', () => readers().length === 1 && readers()[0] === second);
  say(place, 'line\n');
  await got(place, 'line\n');
});

test('another command takes over with an upgrade, and none after another one', async () => {
  const place = prepare();
  await start(place);
  const first = await pidOfReceiver(place);
  say(place, 'one\n');
  await got(place, 'one\n');
  const others = { program: 'sh -c "exec cat <>say"', 'start-seconds': '0' };
  place.configure({ ...others, 'transcript-program': `${receiver()} other`.replace(' got ', ' more ') });
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
  await waitForFile(place.path('got.ends'), text => text === `${first}\n`);
  say(place, 'two\n');
  await waitForFile(place.path('more'), text => text === 'two\n');
  place.configure({ ...others, transcript: 'log' });
  assert.is((await place.zd('-C app.conf upgrade')).status, 0);
  await waitForFile(place.path('more.ends'), text => text !== '');
  say(place, 'three\n');
  await waitForFile(place.path('log'), text => text === 'three\n');
  assert.equal([place.read('got'), place.read('more')], ['one\n', 'two\n']);
});

test('when the keeper is killed, it ends, and another one follows', async () => {
  const place = prepare();
  await start(place);
  const { keeperPid } = await report(place);
  const first = await pidOfReceiver(place);
  say(place, 'one\n');
  await got(place, 'one\n');
  process.kill(keeperPid, 'SIGKILL');
  await waitForEnd(first);
  await pidOfReceiver(place, first);
  say(place, 'two\n');
  await got(place, 'one\ntwo\n');
});

test('a slow one: output waits in memory, and then it is dropped and counted', async () => {
  const place = prepare({ 'transcript-buffer': '64kb', 'transcript-program': receiver('slow') });
  await start(place);
  const lines = 40_000;
  place.write('text', Array.from({ length: lines }, (_, at) => `${String(at).padStart(99)}\n`).join(''));
  await place.exec(['sh', '-c', 'cat text >say']);
  await until(30, 'the loss', async () => (await report(place)).transcriptLost > 0);
  const seen = await place.zd('-C app.conf status');
  assert.match(
    seen.stderr,
    /^zd: transcript-program perl reads too slowly; \d+ bytes wait in memory, \d+ bytes/,
  );
  await until(
    30,
    'all to be read',
    async () => (await place.zd('logtail -n 1')).stdout.trim() === `${lines - 1}`,
  );
  place.write('got.go', '');
  await waitForFile(place.path('got'), text => /zd: \d+ bytes of output were lost/.test(text));
  const line =
    /^zd: (\d+) bytes of output were lost from .* to .*: transcript-program perl reads too slowly\n/gm;
  const whole = () => {
    const text = place.read('got');
    const lost = [...text.matchAll(line)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
    return { kept: text.replace(line, ''), lost };
  };
  // Where the gap begins within a line, that line is ended first.
  await until(30, 'the rest', () => whole().kept.length + whole().lost >= lines * 100);
  const { kept, lost } = whole();
  const added = kept.length + lost - lines * 100;
  assert.ok(added >= 0 && added <= 2, `${added} bytes more`);
});

test('a slow one with transcript-full = block: the program waits, and nothing is lost', async () => {
  const place = prepare({
    'transcript-buffer': '64kb',
    'transcript-full': 'block',
    'transcript-program': receiver('slow'),
  });
  await start(place);
  const text = Array.from({ length: 40_000 }, (_, at) => `${String(at).padStart(99)}\n`).join('');
  place.write('text', text);
  const writer = place.launch(['sh', '-c', 'cat text >say']);
  await until(30, 'memory to be full', async () => (await report(place)).transcriptHeld >= 64 << 10);
  place.write('got.go', '');
  await writer.done;
  await got(place, text);
});

test('one that does not end gets SIGTERM and SIGKILL', async () => {
  const place = prepare({ 'transcript-program': receiver('deaf'), 'stop-timeout': '1' });
  await start(place);
  const pid = await pidOfReceiver(place);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  assert.not.ok(isAlive(pid));
  assert.match(
    place.read('events'),
    /sending SIGTERM to transcript-program perl, .* 1 s after .*\n(.*\n)*.*sending SIGKILL to transcript-program perl/,
  );
});

test.run();
