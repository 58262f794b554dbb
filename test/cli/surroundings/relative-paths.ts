import { existsSync, mkdirSync, readlinkSync, renameSync, symlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, type Place, pidIn } from '../../helpers/cli';
import { isWritten, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('relative paths');
test.after.each(clearPlaces);

const SCRIPT = '#!/bin/sh\necho "in $(pwd)"\nexec sleep 1000\n';

/** `app/app.conf`, its program beside it, and the folders `elsewhere` and `link`, a symlink to `app`. */
function makeApp(lines = '', sections = ''): Place {
  const place = makePlace();
  place.write('app/run.sh', SCRIPT, 0o755);
  place.write('app/app.conf', `[runner]\nprogram = ./run.sh\ntranscript = out.log\n${lines}${sections}`);
  mkdirSync(place.path('elsewhere'));
  symlinkSync('app', place.path('link'));
  return place;
}

test('every command means the same daemon from three folders, and through a symlink', async () => {
  const place = makeApp('', '[eventlog]\npath = events.log\n');
  const pid = pidIn(await place.zd('-C ../app/app.conf start', { cwd: place.path('elsewhere') }));
  const running = { status: 0, stdout: `program running; pid=${pid}\n`, stderr: '' };
  assert.equal(await place.zd('-C app.conf status', { cwd: place.path('app') }), running);
  assert.equal(await place.zd(['-C', place.path('app/app.conf'), 'status'], { cwd: '/' }), running);
  assert.equal(await place.zd('-C link/app.conf status'), running);
  assert.equal(await place.zd('-C app.conf status', { cwd: place.path('link') }), running);
  assert.is(await waitForFile(place.path('app/out.log'), isWritten), `in ${place.path('app')}\n`);
  assert.is(readlinkSync(`/proc/${pid}/cwd`), place.path('app'));
  assert.match(place.read('app/events.log'), 'daemon manager started');
  const again = await place.zd(['-C', place.path('link/app.conf'), 'start'], { cwd: '/' });
  assert.is(again.stdout, `daemon process already running; pid=${pid}\n`);
  const { stdout } = await place.zd(['-C', place.path('app/app.conf'), 'logtail', '--no-follow'], {
    cwd: '/',
  });
  assert.is(stdout, `in ${place.path('app')}\n`);
  assert.is((await place.zd(['-C', place.path('app/app.conf'), 'stop'], { cwd: '/' })).status, 0);
  assert.equal((await place.exec(['ls', '-A', 'elsewhere'])).stdout, '');
});

test('the recipe for logrotate works from /', async () => {
  const place = makeApp();
  await place.zd('-C app/app.conf start');
  await waitForFile(place.path('app/out.log'), isWritten);
  renameSync(place.path('app/out.log'), place.path('app/out.log.1'));
  const recipe = ['-C', place.path('app/app.conf'), 'reopen_transcript', '--if-running'];
  assert.equal(await place.zd(recipe, { cwd: '/' }), { status: 0, stdout: '', stderr: '' });
  assert.ok(existsSync(place.path('app/out.log')));
  await place.zd('-C app/app.conf stop');
  assert.equal(await place.zd(recipe, { cwd: '/' }), { status: 0, stdout: '', stderr: '' });
});

test('with a directory, the program and its streams start there, and the socket does not', async () => {
  const place = makeApp('directory = work\nstdin = in\nsocket-name = run.sock\n');
  place.write('app/work/run.sh', SCRIPT.replace('in ', 'work in '), 0o755);
  place.write('app/work/in', '');
  const { status, stderr } = await place.zd(['-C', place.path('app/app.conf'), 'start'], { cwd: '/' });
  assert.equal([status, stderr], [0, '']);
  const expected = `work in ${place.path('app/work')}\n`;
  assert.is(await waitForFile(place.path('app/work/out.log'), isWritten), expected);
  assert.ok(existsSync(place.path('app/run.sock')));
});

test('a path of the command line starts where the caller stands', async () => {
  const place = makeApp('directory = work\n');
  place.write('elsewhere/own.sh', '#!/bin/sh\necho own\nexec sleep 1000\n', 0o755);
  const here = { cwd: place.path('elsewhere') };
  const given = '-C ../app/app.conf -s my.sock -t my.log -p ./own.sh';
  const pid = pidIn(await place.zd(`${given} start`, here));
  assert.is(await waitForFile(place.path('elsewhere/my.log'), isWritten), 'own\n');
  assert.ok(existsSync(place.path('elsewhere/my.sock')));
  assert.is(readlinkSync(`/proc/${pid}/cwd`), place.path('app/work'));
  const over = ['-C', '../app/app.conf', '-X', 'runner/transcript=x.log', '-X', 'runner/socket-name=x.sock'];
  await place.zd([...over, 'start'], here);
  await waitForFile(place.path('elsewhere/x.log'));
  assert.ok(existsSync(place.path('elsewhere/x.sock')));
});

test('check and show name the folder and the absolute paths', async () => {
  const place = makeApp('directory = work\n');
  const checked = await place.zd(['-C', place.path('app/app.conf'), 'check'], { cwd: '/' });
  assert.is(checked.status, 0);
  for (const line of [
    `folder      ${place.path('app')}, where relative paths of the file start\n`,
    `socket      ${place.path('app/zdsock')}\n`,
    `transcript  ${place.path('app/work/out.log')}\n`,
    `directory   ${place.path('app/work')}\n`,
  ])
    assert.match(checked.stdout, line);
  const shown = await place.zd('-C link/app.conf show');
  assert.match(shown.stdout, new RegExp(`^socket-name +${place.path('link/zdsock')} +default$`, 'm'));
  assert.match(shown.stdout, `relative paths of link/app.conf start in ${place.path('link')}\n`);
});

test('a file without a folder of its own starts where the caller stands', async () => {
  const place = makeApp();
  const words = [...commandOf('zd'), '-C', '/dev/stdin', 'start'];
  const piped = ['sh', '-c', 'exec "$@" <app.conf', 'sh', ...words];
  const { status, stderr } = await place.exec(piped, { cwd: place.path('app') });
  assert.equal([status, stderr], [0, '']);
  assert.ok(existsSync(place.path('app/zdsock')));
});

test('fg runs the program where a start would', async () => {
  const place = makePlace();
  place.write('app/run.sh', '#!/bin/sh\npwd; echo $PWD\n', 0o755);
  place.write('app/app.conf', '[runner]\nprogram = ./run.sh\n');
  const { stdout } = await place.zd('-C app/app.conf fg');
  assert.is(stdout.replace('./run.sh\n', ''), `${place.path('app')}\n`.repeat(2));
});

test('a start notes that a manager of the program answers at the former place', async () => {
  const place = makeApp();
  const former = place.path('elsewhere/zdsock');
  const here = { cwd: place.path('elsewhere') };
  await place.zd(['-C', '../app/app.conf', '-s', former, 'start'], here);
  const { managerPid } = await place.report(former);
  const { status, stderr } = await place.zd('-C ../app/app.conf start', here);
  const folder = place.path('app');
  const note = `zd: note: pid ${managerPid} manages this program at ${former}; relative paths of ../app/app.conf start in ${folder} now; to end that one, use -s ${former} stop\n`;
  assert.equal([status, stderr], [0, note]);
});

test('a manager of another program in the current folder is not noted', async () => {
  const place = makeApp();
  const here = { cwd: place.path('elsewhere') };
  place.write('elsewhere/other.conf', '[runner]\nprogram = ../app/run.sh\n');
  await place.zd('-C other.conf start', here);
  assert.is((await place.zd('-C ../app/app.conf start', here)).stderr, '');
});

test('zdaemon starts relative paths where it is called', async () => {
  const place = makeApp();
  place.write('elsewhere/run.sh', SCRIPT, 0o755);
  const here = { cwd: place.path('elsewhere') };
  assert.is((await place.zdaemon('-C ../app/app.conf start', here)).status, 0);
  const expected = `in ${place.path('elsewhere')}\n`;
  assert.is(await waitForFile(place.path('elsewhere/out.log'), isWritten), expected);
  assert.ok(existsSync(place.path('elsewhere/zdsock')));
});

test.run();
