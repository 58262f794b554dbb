import { existsSync, readdirSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { readLink } from '../../../src/system/files';
import { clearPlaces, commandOf, makePlace, type Place } from '../../helpers/cli';
import { keepersIn } from '../../helpers/processes';
import { suite } from '../../runner/guard';

/* Scripts often hold a lock on a high descriptor: (flock 200; zd start) 200>lock. */

const test = suite('descriptors of the caller');
test.after.each(clearPlaces);

// dash knows only descriptors of one digit.
const skip = (!existsSync('/proc/self/fd') && 'needs /proc') || (!existsSync('/bin/bash') && 'needs bash');
const zd = commandOf('zd').join(' ');
const HIGH = 'exec 20<held 40<held 200<held';

for (const [way, words] of Object.entries({
  'in the background': 'start',
  'by a restart': 'restart',
})) {
  test.skipIf(skip, `neither keeper, manager nor program has them: ${way}`, async () => {
    const place = prepare();
    const started = await place.exec(['bash', '-c', `${HIGH}; ${zd} -p 'sleep 1000' ${words}`]);
    assert.is(started.status, 0, started.stderr);
    const { pid, managerPid } = await place.report();
    for (const one of [pid ?? 0, managerPid, ...keepersIn(place.folder)])
      assert.not(linksOf(one).includes(place.path('held')), String(one));
  });
}

test.skipIf(skip, 'nor has a program in the foreground', async () => {
  const place = prepare();
  const show = place.write('show.sh', '#!/bin/sh\nls -l /proc/$$/fd\n', 0o755);
  const { stdout } = await place.exec(['bash', '-c', `${HIGH}; ${zd} -p ${show} fg`]);
  assert.match(stdout, '/show.sh');
  assert.not.match(stdout, '/held');
});

test.skipIf(skip, 'a configuration can be read from a descriptor all the same', async () => {
  const place = prepare();
  place.configure({ program: 'sleep 1000' });
  const { status, stderr } = await place.exec(['bash', '-c', `exec 40<app.conf; ${zd} -C /dev/fd/40 start`]);
  assert.equal([status, stderr], [0, '']);
});

function prepare(): Place {
  const place = makePlace();
  place.write('held', '');
  return place;
}

function linksOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).map(fd => readLink(`/proc/${pid}/fd/${fd}`));
}

test.run();
