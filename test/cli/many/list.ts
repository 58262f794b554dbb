import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { suite } from '../../runner/guard';

const test = suite('list of many');
test.after.each(clearPlaces);

/** The cells of each line but the first, by the name of the program. */
async function list(place: Place, words = ''): Promise<Record<string, string[]>> {
  const { status, stdout } = await place.zd(`-C apps ls -o name,state,pid,tags,why ${words}`);
  assert.is(status, 0);
  const [title, ...lines] = stdout.trimEnd().split('\n');
  assert.match(title ?? '', /^NAME +STATE +PID +TAGS +WHY$/);
  return Object.fromEntries(
    lines.map(line => line.split(/ {2,}/)).map(([name = '', ...cells]) => [name, cells]),
  );
}

test('says of each program how it is: up, changed, given up, never started, faulty, left over', async () => {
  const place = makePlace();
  place.write('apps/web.conf', '[runner]\nprogram = sleep 1000\ntags = front\n');
  place.write('apps/gone.conf', '[runner]\nprogram = sleep 1000\n');
  place.write('apps/bad.conf', "[runner]\nprogram = sh -c 'exit 3'\n");
  place.write('apps/later.conf', '[runner]\nprogram = sleep 1000\nautostart = off\n');
  place.write('apps/once.conf', '[runner]\nprogram = sleep 0.3\nstart-seconds = 0.1\nonce = on\n');
  place.write('apps/old.conf', '[runner]\nprogram = sleep 1000\ndisable = on\n');
  assert.is((await place.zd('-C apps start web gone bad once')).status, 1);
  await place.zd('-C apps wait once');
  place.write('apps/web.conf', '[runner]\nprogram = sleep 1000\ntags = front\n[environment]\nPORT = 1\n');
  await place.exec(['mv', 'apps/gone.conf', 'apps/gone.off']);
  place.write('apps/typo.conf', '[runner]\nprogam = sleep 1000\n');

  const seen = await list(place);
  assert.equal([seen.web?.[0], seen.web?.[2], seen.web?.[3]], ['running', 'front', 'config changed: PORT']);
  assert.match(seen.bad?.join() ?? '', /^failed,-,-,to start at .*exit status 3/);
  assert.equal(seen.later, ['down', '-', '-', 'never started; autostart is off']);
  assert.equal(seen.old, ['disabled', '-', '-']);
  assert.is(seen.once?.[0], 'done');
  assert.match(seen.typo?.join() ?? '', /^faulty,-,-,apps\/typo.conf:2: unknown key 'progam'/);
  assert.equal([seen.gone?.[0], seen.gone?.[3]], ['left over', 'no longer configured']);
  assert.equal(Object.keys(await list(place, '@front')), ['web']);

  const { fleet, programs } = JSON.parse((await place.zd('-C apps ls --json --sort=-name')).stdout);
  assert.is(fleet, 'apps');
  assert.equal(
    programs.map(({ name, state, configChanged }: Record<string, unknown>) => [
      name,
      state,
      configChanged ?? null,
    ]),
    [
      ['web', 'running', true],
      ['typo', 'faulty', null],
      ['once', 'down', null],
      ['old', 'down', null],
      ['later', 'down', null],
      ['gone', 'running', null],
      ['bad', 'failed', null],
    ],
  );
});

test('-n names a program of a file of many, which has no file of its own', async () => {
  const place = makePlace();
  const name = `member-${process.pid}`;
  place.write(
    'fleet.conf',
    `[program:${name}]\nprogram = sleep 1000\n[program:other]\nprogram = sleep 1000\n`,
  );
  assert.is((await place.zd('-C fleet.conf start')).status, 0);
  assert.match((await makePlace().zd(`-n ${name} status`)).stdout, /^program running; pid=\d+\n$/);
  assert.is((await makePlace().zd(`-n ${name} stop`)).status, 0);
  assert.match((await place.zd('-C fleet.conf ls -o name,state')).stdout, /stopped\nother +running\n$/);
});

test.run();
