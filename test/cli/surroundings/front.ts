import { mkdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { bytesToText } from '../../../src/system/bytes';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { isWritten, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('what Node changes');
const zd = resolve(import.meta.dirname, '../../../bin/zd');
const linuxOnly = process.platform !== 'linux' && 'needs /proc';
test.after.each(clearPlaces);

/** Runs a line of sh in the place, where `$zd` is the command. */
function runLine(place: Place, line: string) {
  return place.exec(['bash', '-c', `zd=${zd}; ${line}`]);
}

function environmentOf(pid: number): string[] {
  return bytesToText(readFileSync(`/proc/${pid}/environ`))
    .split('\0')
    .slice(0, -1);
}

test.skipIf(linuxOnly, 'variables that steer Node reach the program, and no process of zd', async () => {
  const place = makePlace();
  place.write('note.cjs', `require('fs').appendFileSync(process.env.NOTES, process.argv.join(' ') + '\\n');`);
  place.write('app.js', `setInterval(() => {}, 1000);`);
  const own = `NODE_OPTIONS=--require=${place.path('note.cjs')} NOTES=${place.path('notes')}`;
  const started = await runLine(place, `${own} NODE_DEBUG=http NODE_PATH=/p $zd -p 'node app.js' start`);
  assert.is(started.status, 0, started.stderr);
  const pid = pidIn(started);
  const notes = await waitForFile(place.path('notes'), isWritten);
  assert.match(notes, /^\S+ \S*app\.js\n$/);
  const variables = environmentOf(pid);
  for (const one of [`NODE_OPTIONS=--require=${place.path('note.cjs')}`, 'NODE_DEBUG=http', 'NODE_PATH=/p'])
    assert.ok(variables.includes(one), one);
  assert.not(variables.some(one => one.startsWith('ZD_FRONT')));
  for (const word of ['status', 'restart', 'stop'])
    assert.is((await runLine(place, `${own} $zd -p 'node app.js' ${word}`)).status, 0);
  for (const line of place.read('notes').trim().split('\n')) assert.match(line, /app\.js$/);
});

test.skipIf(
  linuxOnly,
  'the program has the soft limit of open files of the caller, also with fg',
  async () => {
    for (const most of [256, 1024]) {
      const place = makePlace();
      place.write('show.sh', 'ulimit -Sn; ulimit -Hn >hard; [ "$1" ] || exec sleep 1000');
      const started = await runLine(place, `ulimit -Sn ${most}; $zd -t log -p 'sh show.sh' start`);
      assert.is(started.status, 0, started.stderr);
      assert.is(await waitForFile(place.path('log'), text => text.endsWith('\n')), `${most}\n`);
      const hard = place.read('hard');
      await place.zd('stop');
      const ran = await runLine(place, `ulimit -Sn ${most}; $zd -p 'sh show.sh' fg end`);
      assert.is(ran.stdout, `${most}\n`);
      assert.is(place.read('hard'), hard);
    }
  },
);

test.skipIf(linuxOnly, 'arguments and variables keep their bytes, and variables their names', async () => {
  const place = makePlace();
  const odd = `env 'a.b=dot' 'BASH_FUNC_f%%=() { :; }' LABEL=$'caf\\xe9' $'n\\xe9=name' LAST=$'\\xff'`;
  place.write('show.sh', 'printf "%s|" "$@" >argv; while :; do sleep 1; done');
  const shown = await runLine(place, `${odd} $zd -p 'sh show.sh' start $'caf\\xe9' "two words" ''`);
  assert.is(shown.status, 0, shown.stderr);
  await waitForFile(place.path('argv'), text => text.includes('two words'));
  assert.equal(readFileSync(place.path('argv')), Buffer.from('caf\xe9|two words||', 'latin1'));
  const variables = environmentOf(pidIn(shown));
  for (const one of ['a.b=dot', 'BASH_FUNC_f%%=() { :; }', 'LABEL=caf\udce9', 'n\udce9=name', 'LAST=\udcff'])
    assert.ok(variables.includes(one), JSON.stringify(one));
  await place.zd('stop');
  place.write('once.sh', 'printf "%s|" "$@" "$LABEL"; env | grep -c "^a.b=dot"');
  const ran = await place.exec([
    'bash',
    '-c',
    `${odd} ${zd} -p 'sh once.sh' fg $'caf\\xe9' | tail -n 1 | od -An -c`,
  ]);
  assert.match(ran.stdout.replace(/\s+/g, ' '), /c a f 351 \| c a f 351 \|/);
});

test.skipIf(linuxOnly, 'a folder or a path that is not UTF-8 is refused, and nothing is made', async () => {
  const place = makePlace();
  for (const word of ['status', 'stop', '-p "sleep 1" start', '-p "sleep 1" fg', 'status --json']) {
    const { status, stdout, stderr } = await runLine(
      place,
      `mkdir -p $'caf\\xe9'; cd $'caf\\xe9'; $zd ${word}`,
    );
    assert.is(status, 2);
    assert.match(stdout + stderr, /zd: the name of the current folder is not UTF-8/);
  }
  for (const option of ['-s', '-t', '-C', '-z']) {
    const { status, stderr } = await runLine(place, `$zd ${option} $'x\\xe9' -p 'sleep 1' start`);
    assert.equal([status, /is not UTF-8/.test(stderr)], [2, true], stderr);
  }
  assert.is((await runLine(place, 'ls -A | wc -l')).stdout.trim(), '1');
  mkdirSync(place.path('�'));
  // That character itself is a name like any other.
  assert.match((await runLine(place, "cd '�'; $zd status")).stdout, 'not running');
});

test.skipIf(
  linuxOnly,
  'an environment that is too large for one variable is passed on as sh has it',
  async () => {
    const place = makePlace();
    const started = await runLine(
      place,
      `export BIG=$(head -c 60000 /dev/zero | tr '\\0' x) MORE=$(head -c 60000 /dev/zero | tr '\\0' y) NODE_DEBUG=none; $zd -p 'sleep 1000' start`,
    );
    assert.is(started.status, 0, started.stderr);
    const variables = environmentOf(pidIn(started));
    assert.ok(variables.includes(`MORE=${'y'.repeat(60000)}`));
    assert.ok(variables.includes('NODE_DEBUG=none'));
  },
);

test('called as zdaemon, by a link of any name before it, it is zdaemon', async () => {
  const place = makePlace();
  await runLine(place, 'mkdir bin; ln -s $zd bin/zdaemon; ln -s $zd bin/other');
  const outputs = ['zdaemon', 'other'].map(name => runLine(place, `bin/${name} -p ./missing start`));
  const beginnings = (await Promise.all(outputs)).map(({ stderr }) => stderr.split(':')[0]);
  assert.equal(beginnings, ['Error', 'zd']);
});

test.run();
