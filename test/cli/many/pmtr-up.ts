import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { NAMESPACE, noNamespace } from '../../helpers/namespace';
import { isAlive } from '../../helpers/processes';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('pmtr.conf through up');
test.after.each(clearPlaces);

const bin = resolve(import.meta.dirname, '../../../bin/zd');
const perlMissing = spawnSync('perl', ['-v']).status !== 0 && 'needs perl';

const job = (name: string, ...lines: string[]) =>
  ['job {', `name ${name}`, ...lines, '}', ''].map(line => `  ${line}`.trimEnd()).join('\n');

/** What pmtr's own tests of whole runs try: several jobs, disable, once, wait, order, dir, env, out and err. */
function writeJobs(place: Place, ...more: string[]): void {
  const note = (word: string) => `cmd /bin/sh -c "echo ${word} >>order; exec sleep 1000"`;
  place.write(
    'pmtr.conf',
    [
      job('last', note('last'), `dir ${place.folder}`, 'order 5'),
      job('setup', 'cmd /bin/sh -c "sleep 0.2; echo setup >>order"', `dir ${place.folder}`, 'wait', 'once'),
      job('off', note('off'), `dir ${place.folder}`, 'disable'),
      job(
        'talker',
        'cmd /bin/sh -c "echo talker >>order; echo $WORD; echo oops >&2; exec sleep 1000"',
        `dir ${place.folder}`,
        'env WORD=hello',
        'out out.log',
        'err err.log',
      ),
      ...more,
    ].join('\n'),
  );
}

test.skipIf(noNamespace || perlMissing, 'as process 1, up runs the jobs of pmtr as pmtr does', async () => {
  const place = makePlace();
  writeJobs(place, job('old', 'cmd /bin/sleep 1000'));
  const running = place.launch([...NAMESPACE, bin, '-C', 'pmtr.conf', 'up'], {
    limit: 60,
    env: { ZD_STATE: place.path('state') },
  });
  let errors = '';
  running.child.stderr?.on('data', chunk => {
    errors += chunk;
  });
  await until(30, 'the start of the last', () => place.read('order').endsWith('last\n'));
  assert.is(place.read('order'), 'setup\ntalker\nlast\n');
  await until(
    10,
    'the logs',
    () => place.read('out.log') === 'hello\n' && place.read('err.log') === 'oops\n',
  );

  // Neither a file that is cut off nor its jobs count; the next one is applied.
  place.write('pmtr.conf', 'job {\n  name test_job\n  cmd /bin/true\n');
  await until(30, 'the fault', () => /pmtr\.conf:1: the job has no '}'/.test(errors));
  writeJobs(place, job('new', 'cmd /bin/sleep 1000'));
  await until(30, 'the new job', () => /^new +: started/m.test(errors) && /^old +: exited/m.test(errors));
  assert.is(place.read('order'), 'setup\ntalker\nlast\n');

  const { pid } = running.child;
  const first = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
  process.kill(first, 'SIGTERM');
  const { status, stderr } = await running.done;
  assert.is(status, 0, stderr);
  assert.not(isAlive(first));
});

test.run();
