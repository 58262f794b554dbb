import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, fixture, flavours, makePlace, pidIn } from '../../helpers/cli';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('usage');
test.after.each(clearPlaces);

const faults: [string[], string][] = [
  [['-b', '3', '-b', '4', '-p', 'true', 'status'], "conflicting command line option '-b'"],
  [['-X', 'runner/backoff-limit=4', 'status'], 'configuration overrides (-X) cannot be used without'],
  [['-C', 'app.conf', '-X', 'runner', 'status'], 'invalid configuration specifier'],
  [['-C', 'app.conf', '-X', 'runner//umask=3', 'status'], 'invalid configuration specifier'],
  [['--no-such-option', 'status'], 'option --no-such-option not recognized'],
  [['-Q', 'status'], 'option -Q not recognized'],
  [['-b'], 'option -b requires argument'],
  [['-b', 'many', 'status'], '-b'],
  [['-x', '0 2', 'status'], '-x'],
  [['-m', '9', 'status'], '-m'],
  [['-p', 'true', '-u', 'no-such-user', 'start'], "username 'no-such-user' not found"],
  [['-p', 'true', '-u', '99999', 'start'], "uid '99999' not found"],
  [['start'], 'no program specified; use -p or -C'],
  [['-p', 'true', '-u', '', 'start'], 'user'],
  [['-C', 'missing.conf', 'status'], 'missing.conf'],
  [['-C', 'http://localhost/app.conf', 'status'], 'it is not a local file'],
];

for (const [words, complaint] of faults) {
  test(`${words.join(' ')}: one sentence on standard error, exit 2`, async () => {
    const place = makePlace();
    place.configure({ program: 'sleep 1000' });
    const old = await place.zdaemon(words);
    assert.equal([old.status, old.stdout], [2, '']);
    assert.match(old.stderr, /^Error: .*\nFor help, use .*zdaemon.js -h\n$/);
    assert.ok(old.stderr.includes(complaint), old.stderr);
    const own = await place.zd(words);
    assert.equal([own.status, own.stdout], [2, '']);
    assert.match(own.stderr, /^zd: .*\n$/);
    assert.ok(own.stderr.includes(complaint), own.stderr);
  });
}

test('Words a command has no place for are too many, and its page is named in full', async () => {
  for (const [words, command] of [
    ['show options node', 'show'],
    ['help start stop', 'help'],
    ['logtail a b', 'logtail'],
    ['stop now', 'stop'],
  ]) {
    const { status, stderr } = await makePlace().zd(words ?? '');
    assert.is(status, 2);
    assert.is(stderr, `zd: cannot understand '${words}': too many words; see 'zd ${command} --help'\n`);
  }
});

test('zdaemon wants an action', async () => {
  const place = makePlace();
  assert.equal(await place.zdaemon(['-p', 'sleep 1000']), {
    status: 2,
    stdout: '',
    stderr: 'Error: an action argument is required\nFor help, use zdaemon.js -h\n',
  });
});

test('zd wants one too when default-to-interactive is off', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'default-to-interactive': 'off' });
  assert.equal(await place.zd('-C app.conf'), {
    status: 2,
    stdout: '',
    stderr: 'zd: either -i or an action argument is required\n',
  });
});

test('an unknown action is told by zdaemon, and a usage error to zd', async () => {
  const place = makePlace();
  assert.equal(await place.zdaemon(['-p', 'sleep 1000', 'bogus', 'x']), {
    status: 0,
    stdout: '*** Unknown syntax: bogus x\n',
    stderr: '',
  });
  const refused = await place.zd('statuss');
  assert.equal([refused.status, refused.stdout], [2, '']);
  assert.match(refused.stderr, "zd: unknown command 'statuss'; did you mean 'status'?");
});

test('--version prints the bare number', async () => {
  const place = makePlace();
  const { version } = JSON.parse(readFileSync(`${import.meta.dirname}/../../../package.json`, 'utf8'));
  for (const flavour of flavours) {
    assert.equal(await place.run(flavour, '--version'), { status: 0, stdout: `${version}\n`, stderr: '' });
  }
});

test('options glued, long, cut short, with and without =, and repeated alike', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000' });
  const forms = ['-Capp.conf', '-C app.conf', '--configure=app.conf', '--configure app.conf', '--c app.conf'];
  for (const form of [...forms, '-C app.conf -Capp.conf']) {
    for (const limit of ['-b4', '-b 4', '--backoff-limit=4', '--back 4', '-b 4 --backoff-limit 4']) {
      if (form !== forms[0] && limit !== '-b4') continue;
      const { status, stdout } = await place.zdaemon(`${form} ${limit} show`);
      assert.is(status, 0);
      assert.match(stdout, '\nbackofflimit: 4\n');
      assert.match(stdout, "\nprogram:      ['sleep', '1000']\n");
    }
  }
  assert.match((await place.zdaemon('-C app.conf -d -f show')).stdout, '\nforever:      1\n');
});

test('command line over file over default, and -X over the file', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'backoff-limit': '3', umask: '27' });
  const limitOf = async (words: string) =>
    /\nbackofflimit: (\d+)/.exec((await place.zdaemon(`${words} show`)).stdout)?.[1];
  assert.is(await limitOf('-p x'), '10');
  assert.is(await limitOf('-C app.conf'), '3');
  assert.is(await limitOf('-C app.conf -X runner/backoff-limit=4 -X runner/umask=7'), '4');
  assert.is(await limitOf('-C app.conf -b 5'), '5');
});

test('options end at the action: what follows is its own', async () => {
  const place = makePlace();
  const words = ['-x', '--y', '3', '-h'];
  const started = await place.zdaemon(['-p', fixture('printargs.sh'), '-t', 'log', 'start', ...words]);
  assert.is(started.status, 0);
  await waitForFile(place.path('log'), text => text === `${words.map(word => `[${word}]\n`).join('')}[.]\n`);
});

test('the configuration may be named relative to the folder, and by ~', async () => {
  const place = makePlace();
  place.write('etc/app.conf', '<runner>\nprogram sleep 1000\nsocket-name ~/run\n</runner>\n');
  const home = { env: { HOME: place.folder }, cwd: place.path('etc') };
  const pid = pidIn(await place.zdaemon('-C app.conf start', home));
  assert.is((await place.zdaemon('-s run status')).stdout, `program running; pid=${pid}\n`);
});

test('the configuration and what it includes may be named by a file: URL', async () => {
  const place = makePlace();
  place.write('more.conf', 'backoff-limit 7\n');
  const included = `%include file://${place.path('more.conf')}\n`;
  place.write('app.conf', `<runner>\nprogram sleep 1000\n${included}</runner>\n`);
  const { status, stdout } = await place.zdaemon(`-C file://${place.path('app.conf')} show`);
  assert.is(status, 0);
  assert.match(stdout, '\nbackofflimit: 7\n');
});

test('a schema is accepted and ignored, with a note where something is started', async () => {
  const place = makePlace();
  const { status, stderr } = await place.zdaemon(['-S', 'schema.xml', '-p', 'sleep 1000', 'start']);
  assert.is(status, 0);
  assert.match(stderr, /^zd: note: option -S is obsolete and ignored\n$/);
  assert.is((await place.zdaemon('-S schema.xml status')).stderr, '');
});

test('the program may be given as words in quotes, which reach it unsplit', async () => {
  const place = makePlace();
  const program = `${fixture('printargs.sh')} "a b" 'c  d' e\\ f \\x ""`;
  await place.zd(['-p', program, '-t', 'log', 'start']);
  await waitForFile(place.path('log'), text => text === '[a b]\n[c  d]\n[e f]\n[\\x]\n[]\n[.]\n');
});

test.run();
