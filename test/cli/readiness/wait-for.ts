import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace } from '../../helpers/cli';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('wait-for');
test.after.each(clearPlaces);

test('the program is started once the probe holds; until then the state is starting, without a pid', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'wait-for': 'file database' });
  const starting = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  const report = await until(30, 'the wait', async () => {
    const found = await place.report();
    return found.waitingFor ? found : null;
  });
  assert.equal([report.state, report.pid], ['starting', null]);
  assert.match(report.waitingFor ?? '', /^file .*database: it does not exist$/);
  place.write('database', '');
  const started = await starting.done;
  assert.equal([started.status, started.stderr], [0, '']);
});

test('after wait-for-timeout the first start has failed, and no manager is left', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'wait-for': 'file database', 'wait-for-timeout': '0.5' });
  const failed = await place.zd('-C app.conf start');
  assert.is(failed.status, 1);
  assert.match(
    failed.stderr,
    /^zd: cannot start app: wait-for did not hold within 0\.5 s: file .*database: it does not exist\n$/,
  );
  assert.is((await place.zd('status')).status, 3);
});

test('with forever it is tried again, by the rules of early ends', async () => {
  const place = makePlace();
  place.configure({
    program: 'sleep 1000',
    'wait-for': 'file database',
    'wait-for-timeout': '0.3',
    forever: 'on',
    'backoff-limit': '1',
  });
  const failed = await place.zd('-C app.conf start');
  assert.match(failed.stderr, /wait-for did not hold within 0\.3 s: .*; the manager keeps trying\n$/);
  place.write('database', '');
  await until(30, 'the start', async () => (await place.report()).state === 'running');
});

test('it is waited for before each start', async () => {
  const place = makePlace();
  place.write('database', '');
  place.configure({ program: 'sleep 1000', 'wait-for': 'file database' });
  assert.is((await place.zd('-C app.conf start')).status, 0);
  const { pid } = await place.report();
  await place.exec(['rm', 'database']);
  process.kill(pid as number, 'SIGKILL');
  await until(30, 'the wait', async () => ((await place.report()).waitingFor ? true : null));
  place.write('database', '');
  await until(30, 'the next run', async () => {
    const report = await place.report();
    return report.state === 'running' && report.pid !== pid;
  });
});

test('stop ends the wait', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'wait-for': 'command false' });
  const starting = place.launch([...commandOf('zd'), '-C', 'app.conf', 'start']);
  await until(30, 'the wait', async () => ((await place.report()).waitingFor ? true : null));
  assert.is((await place.zd('stop')).status, 0);
  assert.match((await starting.done).stderr, 'a stop was requested at the same time');
  assert.is((await place.zd('status')).status, 3);
});

test('what cannot be asked before a start is refused, with its column', async () => {
  const place = makePlace();
  place.write('app.ini', '[runner]\nprogram = sleep 1\nwait-for = file x and output y\n');
  const refused = await place.zd('-C app.ini start');
  assert.equal(refused, {
    status: 2,
    stdout: '',
    stderr:
      'zd: app.ini:3:23: wait-for cannot be output: the program is not up yet; use port, socket, http, file or command\n',
  });
});

test.run();
