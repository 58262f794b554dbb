import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, fixture, makePlace, pidIn, statusOf } from '../../helpers/cli';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('configuration files');
test.after.each(clearPlaces);

const conf = (name: string) => readFileSync(fixture(`conf/${name}`), 'utf8');

for (const name of ['sample.conf', 'sample.ini']) {
  test(`${name} starts unchanged`, async () => {
    const place = makePlace();
    place.write('app', conf(name));
    const started = await place.zdaemon('-C app start');
    const pid = pidIn(started);
    assert.equal([started.status, started.stdout], [0, `daemon process started, pid=${pid}\n`]);
    assert.is(statusOf(pid, 'Umask'), '0077');
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    assert.ok(environment.includes('Greeting="hello"; # not a comment'));
    assert.match(place.read('events.log'), `spawned process pid=${pid}\n`);
    assert.is((await place.exec(['ls'])).stdout, 'app\nevents.log\ntranscript.log\nzdsock\n');
    assert.equal(await place.zdaemon('-C app stop'), {
      status: 0,
      stdout: 'daemon process stopped\n',
      stderr: '',
    });
  });
}

test('zope.conf with foreign sections, definitions and an included file starts', async () => {
  const place = makePlace({ env: { HOME: '/home/portal' } });
  place.write('etc/zope.conf', conf('zope.conf').replace('/srv/portal', place.path('portal')));
  place.write('etc/runner.inc', conf('runner.inc'));
  place.write('portal/bin/serve', '#!/bin/sh\necho "$@" >served\nexec sleep 1000\n', 0o755);
  place.write('portal/log/event.log', '');
  const started = await place.zdaemon('-C etc/zope.conf start');
  assert.equal([started.status, started.stdout], [0, `daemon process started, pid=${pidIn(started)}\n`]);
  await waitForFile(place.path('served'), text => text === '--price=5$ --home=/home/portal\n');
  const shown = await place.zd('-C etc/zope.conf status');
  assert.equal(shown, { status: 0, stdout: `program running; pid=${pidIn(started)}\n`, stderr: '' });
  assert.match(place.read('portal/log/event.log'), 'daemon manager started\n');
  assert.is((await place.zdaemon('-C etc/zope.conf stop')).status, 0);
});

test('CRLF and a byte-order mark are accepted', async () => {
  const place = makePlace();
  place.write('app.conf', '\ufeff<RUNNER>\r\n  Program sleep 1000\r\n  backoff-limit 3\r\n</Runner>\r\n');
  assert.is((await place.zdaemon('-C app.conf start')).status, 0);
  assert.equal((await place.report()).args, ['sleep', '1000']);
});

test.run();
