import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, makePlace, pidIn } from '../../helpers/cli';
import { report } from '../../helpers/numbered-program';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('events');
test.after.each(clearPlaces);

test('prints each event in words, over an upgrade, and ends with the manager', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'start-seconds': '0' });
  const pid = pidIn(await place.zd('-C app.conf start'));
  const words = [...commandOf('zd'), '-C', 'app.conf', 'events'];
  const plain = place.launch(words);
  const json = place.launch([...words, '--json']);
  const inFront = place.launch([...commandOf('zd'), '--json', '-C', 'app.conf', 'events']);
  const all = [plain, json, inFront];
  await until(30, 'that they listen', async () => {
    await place.zd('-C app.conf reopen_transcript');
    return all.every(one => one.output().includes('reopened'));
  });
  process.kill(pid, 'SIGKILL');
  await until(30, 'the next program', () => plain.output().includes('started'));
  await place.zd('-C app.conf upgrade');
  await until(30, 'the upgrade', () => all.every(one => one.output().includes('upgraded')));
  await place.zd('-C app.conf stop');
  for (const one of all) assert.is((await one.done).status, 0);
  const { stdout } = await plain.done;
  const time = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d  app  ';
  assert.match(stdout, new RegExp(`^${time}exited, pid ${pid}, terminated by SIGKILL, up .* s$`, 'm'));
  assert.match(stdout, new RegExp(`^${time}stopped, by stop \\(\\w+\\)$`, 'm'));
  for (const one of [json, inFront]) {
    const found = (await one.done).stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    const numbers = found.map(({ n }) => n);
    assert.equal(
      numbers,
      numbers.map((_, index) => numbers[0] + index),
    );
    assert.equal(
      found.map(({ event }) => event).filter(kind => kind !== 'reopened'),
      ['exited', 'starting', 'started', 'upgraded', 'stopping', 'exited', 'stopped'],
    );
  }
});

test('without a manager it is 3; a reader that leaves ends it', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'start-seconds': '0' });
  const none = await place.zd('-C app.conf events');
  assert.equal([none.status, none.stdout, none.stderr], [3, '', 'zd: daemon manager not running\n']);
  await place.zd('-C app.conf start');
  const zd = commandOf('zd').join(' ');
  const piped = place.launch(['sh', '-c', `${zd} -C app.conf events | head -n 1`]);
  await until(30, 'the end of the pipe', async () => {
    await place.zd('-C app.conf reopen_transcript');
    return piped.child.exitCode !== null;
  });
  assert.match((await piped.done).stdout, 'reopened');
  assert.is((await report(place)).pid !== null, true);
});

test.run();
