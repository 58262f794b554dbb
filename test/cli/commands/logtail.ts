import { appendFileSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, flavours, makePlace } from '../../helpers/cli';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('logtail');
test.after.each(clearPlaces);

for (const flavour of flavours) {
  const follow = flavour === 'zd' ? ['-f'] : [];

  test(`${flavour}: the last ten lines, then what is added, until Ctrl-C`, async () => {
    const place = makePlace();
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`);
    place.write('log', lines.join(''));
    const tail = place.launch([...commandOf(flavour), 'logtail', ...follow, 'log']);
    const expected = lines.slice(-10).join('');
    await until(30, 'the last lines', () => tail.output() === expected);
    appendFileSync(place.path('log'), 'more\n');
    await until(30, 'the new line', () => tail.output() === `${expected}more\n`);
    writeFileSync(place.path('log'), 'anew\n');
    const started = `${expected}more\n==> File truncated <==\nanew\n`;
    await until(30, 'the truncation', () => tail.output() === started);
    tail.child.kill('SIGINT');
    assert.equal(await tail.done, { status: 0, stdout: `${started}\n`, stderr: '' });
  });
}

test('logfile is the file unless another is named', async () => {
  const place = makePlace();
  place.write('log', 'of the setting\n');
  place.write('other', 'named\n');
  place.configure({ program: 'sleep 1', logfile: 'log', transcript: 'transcript' });
  assert.is((await place.zd('-C app.conf logtail')).stdout, 'of the setting\n');
  assert.is((await place.zd('-C app.conf logtail other')).stdout, 'named\n');
  assert.is((await place.zd('-l other logtail')).stdout, 'named\n');
});

test('no file to look at, or one that cannot be read, is told', async () => {
  const place = makePlace();
  const nothing = 'No default log file specified; use logtail <logfile>';
  assert.equal(await place.zdaemon('logtail'), { status: 0, stdout: `${nothing}\n`, stderr: '' });
  assert.equal(await place.zd('logtail'), { status: 2, stdout: '', stderr: `zd: ${nothing}\n` });
  const refused = await place.zd('logtail missing');
  assert.equal([refused.status, refused.stdout], [1, '']);
  assert.match(refused.stderr, /^zd: cannot read .*missing: no such file or directory\n$/);
  const careless = await place.zdaemon('logtail missing');
  assert.equal(careless, {
    status: 0,
    stdout: "[Errno 2] No such file or directory: 'missing'\n",
    stderr: '',
  });
});

test.run();
