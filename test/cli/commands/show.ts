import * as assert from 'uvu/assert';
import { clearPlaces, makePlace } from '../../helpers/cli';
import { suite } from '../../runner/guard';

const test = suite('show');
test.after.each(clearPlaces);

test('zdaemon: names padded to a column, values as Python writes them', async () => {
  const place = makePlace();
  const shown = await place.zdaemon(['-p', `sleep "it's"`, 'show']);
  assert.equal([shown.status, shown.stderr], [0, '']);
  assert.match(shown.stdout, /^zdctl\/zdrun options:\n/);
  assert.match(shown.stdout, "\nsockname:     'zdsock'\n");
  assert.match(shown.stdout, '\numask:        0o22\n');
  assert.match(shown.stdout, "\nprogram:      ['sleep', \"it's\"]\n");
  assert.match(shown.stdout, '\nexitcodes:    [0, 2]\n');
  assert.match(shown.stdout, '\ndirectory:    None\n');
  assert.equal(await place.zdaemon(['-p', `sleep "it's"`, 'show', 'options']), shown);
});

test('zdaemon: switches are numbers from flags and without a file, and booleans from a file', async () => {
  const place = makePlace();
  const switches = async (words: string) =>
    [...(await place.zdaemon(words)).stdout.matchAll(/^(?:daemon|forever): +(\w+)$/gm)].map(
      ([, value]) => value,
    );
  assert.equal(await switches('-p sleep show'), ['1', '0']);
  assert.equal(await switches('-p sleep -f -d show'), ['1', '1']);
  place.configure({ program: 'sleep 1000', daemon: 'on' });
  assert.equal(await switches('-C app.conf show'), ['True', 'False']);
  assert.equal(await switches('-C app.conf -f show'), ['True', '1']);
  assert.equal(await switches('-C app.conf -X runner/forever=on -d show'), ['1', 'True']);
  place.configure({ program: 'sleep 1000', daemon: 'off', forever: 'yes' });
  assert.equal(await switches('-C app.conf show'), ['False', 'True']);
});

test('zd: every setting with its value and where it came from', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'backoff-limit': '4' });
  const { status, stdout, stderr } = await place.zd('-C app.conf -m 027 show');
  assert.equal([status, stderr], [0, '']);
  assert.match(stdout, /^program +sleep 1000 +app.conf:2$/m);
  assert.match(stdout, /^backoff-limit +4 +app.conf:3$/m);
  assert.match(stdout, /^umask +0?27 +-m$/m);
  assert.match(stdout, new RegExp(`^socket-name +${place.path('zdsock')} +default$`, 'm'));
  assert.match(stdout, /^stop-timeout +300 +default$/m);
});

test("node tells of Node, under zdaemon's name for it too, and all is both", async () => {
  const place = makePlace();
  const node = await place.zd('show node');
  assert.match(node.stdout, new RegExp(`^node +${process.version} `, 'm'));
  assert.equal(await place.zdaemon('show python'), node);
  assert.match((await place.zdaemon('show all')).stdout, /^zdctl\/zdrun options:\n[\s\S]*\n\nzd +\d/);
  assert.match((await place.zd('show all')).stdout, /^program [\s\S]*\n\nzd +\d/);
});

test('the name of a setting shows that one, and only to zd', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1', 'backoff-limit': '4' });
  const one = await place.zd('-C app.conf show backoff-limit');
  assert.equal(one, { status: 0, stdout: 'backoff-limit  4  app.conf:3\n', stderr: '' });
  assert.match((await place.zd('-C app.conf show backof-limit')).stderr, "; did you mean 'backoff-limit'?\n");
  assert.match((await place.zdaemon('-C app.conf show umask')).stderr, "cannot show 'umask': use options");
});

test('another word is a fault to zd and told by zdaemon', async () => {
  const place = makePlace();
  const refused = await place.zd('show nonsense');
  assert.equal(refused, {
    status: 2,
    stdout: '',
    stderr:
      "zd: cannot show 'nonsense'; use options, environment, config, node, changes, all, or the name of a setting\n",
  });
  assert.is((await place.zdaemon('show nonsense')).status, 0);
});

test.run();
