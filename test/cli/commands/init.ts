import { mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, fixture, makePlace, pidIn } from '../../helpers/cli';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('init');
test.after.each(clearPlaces);

test('init writes zd.conf, on which check passes and with which start, status and stop work', async () => {
  const place = makePlace();
  assert.equal(await place.zd('init -- sleep 1000'), {
    status: 0,
    stdout: 'zd.conf written; next: zd check, then zd start\n',
    stderr: '',
  });
  assert.match(place.read('zd.conf'), /^program = sleep 1000$/m);
  assert.is(statSync(place.path('zd.conf')).mode & 0o777, 0o644);
  const checked = await place.zd('check');
  assert.equal([checked.status, checked.stderr], [0, '']);
  assert.match(checked.stdout, /^zd\.conf: good$/m);
  const pid = pidIn(await place.zd('start'));
  assert.is((await place.zd('status')).stdout, `program running; pid=${pid}\n`);
  assert.is((await place.zd('stop')).status, 0);
});

test('the words reach the program as they were', async () => {
  const place = makePlace();
  const words = ['a b', "it's", '"', '\\', '$HOME', '#', ';', '', '%s', '[x]', '-C', '--', 'ü'];
  assert.is((await place.zd(['init', '--', fixture('printargs.sh'), ...words])).status, 0);
  await place.zd('start');
  const expected = `${words.map(word => `[${word}]\n`).join('')}[.]\n`;
  await waitForFile(place.path('printargs.sh.log'), text => text === expected);
});

test('with -C it writes that file, with a socket and a transcript of its own', async () => {
  const place = makePlace();
  assert.is((await place.zd('-C api.conf init sleep 1000')).status, 0);
  assert.is((await place.zd('-C web.conf init sleep 2000')).status, 0);
  const [api, web] = [pidIn(await place.zd('-C api.conf start')), pidIn(await place.zd('-C web.conf start'))];
  assert.is((await place.zd('status -C api.conf')).stdout, `program running; pid=${api}\n`);
  assert.is((await place.zd('status -C web.conf')).stdout, `program running; pid=${web}\n`);
  assert.equal((await place.exec(['ls'])).stdout.split('\n').sort().filter(Boolean), [
    'api.conf',
    'api.log',
    'api.sock',
    'web.conf',
    'web.log',
    'web.sock',
  ]);
});

test('a file elsewhere keeps the folder of the command as the directory of the program', async () => {
  const place = makePlace();
  mkdirSync(place.path('etc'));
  place.write('app', '#!/bin/sh\npwd\nexec sleep 1000\n', 0o755);
  assert.is((await place.zd('-C etc/app.conf init -- ./app')).status, 0);
  assert.match(place.read('etc/app.conf'), `\ndirectory = ${place.folder}\n`);
  assert.is((await place.zd('-C etc/app.conf check')).status, 0);
  await place.zd('-C etc/app.conf start');
  await waitForFile(place.path('app.log'), text => text === `${place.folder}\n`);
});

test('it overwrites nothing, and writes through no symlink', async () => {
  const place = makePlace();
  place.write('zd.conf', 'mine');
  const { status, stdout, stderr } = await place.zd('init sleep 1000');
  assert.equal([status, stdout], [1, '']);
  assert.is(stderr, 'zd: cannot write zd.conf: it exists already; edit it, or name another file with -C\n');
  assert.is(readFileSync(place.path('zd.conf'), 'utf8'), 'mine');
  symlinkSync('elsewhere', place.path('link.conf'));
  assert.is((await place.zd('-C link.conf init sleep 1000')).status, 1);
  assert.throws(() => place.read('elsewhere'));
  assert.match(
    (await place.zd('-C no/x.conf init sleep 1')).stderr,
    /^zd: cannot write no\/x\.conf: no such file/,
  );
});

test('what cannot be run is refused, and nothing is written', async () => {
  const place = makePlace();
  for (const [words, sentence] of [
    [['init'], /^zd: init needs the program, for example: zd init -- node server\.js\n$/],
    [['init', '--', 'no-such-program'], /no-such-program is not on PATH\n$/],
    [['init', './missing'], /can't stat program '\.\/missing'\n$/],
    [['init', 'sh', '-c', 'a\nb'], /a word of the program has a line break/],
    [['-t', 'x.log', 'init', 'sleep', '1'], /^zd: cannot use -t with init: /],
  ] as const) {
    const { status, stderr } = await place.zd([...words]);
    assert.is(status, 2, words.join(' '));
    assert.match(stderr, sentence);
  }
  assert.is((await place.exec(['ls', '-A'])).stdout, '');
});

test('its object says what was written', async () => {
  const place = makePlace();
  const { stdout } = await place.zd('--json -C app.conf init sleep 1000');
  const { command, changed, file } = JSON.parse(stdout);
  assert.equal([command, changed, file], ['init', true, 'app.conf']);
});

test.run();
