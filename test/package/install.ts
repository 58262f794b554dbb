import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Outcome, type Place, pidIn } from '../helpers/cli';
import { ptyMissing } from '../helpers/pty';
import { makeTemporaryFolder } from '../helpers/temp';
import { waitForFile } from '../helpers/within';
import { suite } from '../runner/guard';
import { npmMissing, PATH, packTarball, root } from './helpers/npm';

const install = suite('installed package');
install.after.each(clearPlaces);

/** Seconds; compiling node-pty takes the longest. */
const TEST_LIMIT = 180;
const NOBODY = 65534;
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const shelf = makeTemporaryFolder();
let tarball = '';

install.before(() => {
  chmodSync(shelf, 0o755);
  if (!npmMissing) tarball = packTarball(shelf);
});

/** zd needs no other package, so the installation needs no registry. */
const alone = ['--omit=optional', '--offline'];

installTest(npmMissing, 'Installed globally, without a network, it works and has manual pages', async () => {
  const place = makeUser();
  await place.npm(['install', '--global', '--prefix', place.path('prefix'), ...alone, tarball]);
  await runExample(place, place.path('prefix/bin'));
  const page = place.path('prefix/share/man/man1/zd.1');
  assert.match(readFileSync(page, 'utf8'), '.TH ZD 1');
  for (const [other, head] of Object.entries({
    'man1/zdaemon.1': 'ZDAEMON 1',
    'man5/zd.conf.5': 'ZD.CONF 5',
  }))
    assert.match(place.read(`prefix/share/man/${other}`), `.TH ${head}`);
  if (spawnSync('man', ['--version']).status !== 0) return;
  const { status, stdout, stderr } = await place.exec(['man', '-l', page], { env: { MANPAGER: 'cat' } });
  assert.is(status, 0, stderr);
  assert.match(stdout, 'keep one program running as a daemon');
});

installTest(npmMissing, 'Installed in a project it works, and adds one package', async () => {
  const place = makeUser();
  place.write('package.json', '{}');
  const { stdout } = await place.npm(['install', ...alone, tarball]);
  assert.match(stdout, 'added 1 package');
  await runExample(place, place.path('node_modules/.bin'));
});

installTest(npmMissing || nobodyMissing(), 'An ordinary user installs and uses it', async () => {
  const place = makeUser(NOBODY);
  await place.npm(['install', '--global', '--prefix', place.path('prefix'), ...alone, tarball]);
  await runExample(place, place.path('prefix/bin'));
});

installTest(npmMissing, 'Rotation works in an installed package', async () => {
  const place = makeUser();
  await place.npm(['install', '--global', '--prefix', place.path('prefix'), ...alone, tarball]);
  const script = 'i=0; while [ $i -lt 900 ]; do echo "line $i"; i=$((i+1)); done; exec sleep 600\n';
  const program = `sh ${place.write('chatty.sh', script)}`;
  place.configure({ program, transcript: 'log', 'transcript-rotate-size': '4KB' });
  const zd = place.path('prefix/bin/zd');
  assert.is((await place.user([zd, '-C', 'app.conf', 'start'])).status, 0);
  await waitForFile(place.path('log'), text => text.endsWith('line 899\n'));
  const stopped = await place.user([zd, '-C', 'app.conf', 'stop']);
  assert.equal(stopped, { status: 0, stdout: 'daemon process stopped\n', stderr: '' });
  const { stdout } = await place.exec(['sh', '-c', 'cat log.* log; ls >&2']);
  assert.is(stdout, Array.from({ length: 900 }, (_, number) => `line ${number}\n`).join(''));
});

installTest(npmMissing, 'If node-pty cannot be compiled, zd is installed without it', async () => {
  const place = makeUser();
  const env = { CC: 'false', CXX: 'false', npm_config_cache: undefined, HOME: process.env.HOME };
  const words = ['install', '--global', '--prefix', place.path('prefix'), '--fetch-retries=0', tarball];
  await place.npm([...words, '--prefer-offline'], env);
  assert.not.ok(existsSync(place.path('prefix/lib/node_modules/zdaemon/node_modules/node-pty')));
  const doctor = await place.user([place.path('prefix/bin/zd'), 'doctor']);
  assert.is(doctor.status, 0, doctor.stderr);
  assert.match(doctor.stdout, /^ok {7}node-pty {4}not installed;/m);
  await runExample(place, place.path('prefix/bin'));
});

installTest(npmMissing || ptyMissing, 'If node-pty can be compiled, it is installed as well', async () => {
  const place = makeUser();
  const env = { npm_config_cache: undefined, HOME: process.env.HOME };
  const words = ['install', '--global', '--prefix', place.path('prefix'), '--prefer-offline', tarball];
  await place.npm(words, env);
  const doctor = await place.user([place.path('prefix/bin/zd'), 'doctor']);
  assert.match(doctor.stdout, /^ok {7}node-pty {4}loads;/m);
  await runExample(place, place.path('prefix/bin'));
});

/** A place whose commands run as a user with an empty home and this Node on PATH. */
interface UserPlace extends Place {
  /** Throws unless npm succeeds. */
  npm(words: string[], env?: Record<string, string | undefined>): Promise<Outcome>;
  user(words: string[]): Promise<Outcome>;
}

function makeUser(uid?: number): UserPlace {
  const place = makePlace({ env: { PATH }, limit: TEST_LIMIT });
  const become = uid === undefined ? [] : asUser(uid);
  if (uid !== undefined) chownSync(place.folder, uid, uid);
  const home = { HOME: place.folder, npm_config_cache: place.path('.npm-cache') };
  const user = (words: string[], env: Record<string, string | undefined> = {}) =>
    place.exec([...become, ...words], { env: { ...home, ...env } });
  const npm = async (words: string[], env?: Record<string, string | undefined>) => {
    const outcome = await user(['npm', ...words, '--no-audit', '--no-fund'], env);
    assert.is(outcome.status, 0, outcome.stderr);
    return outcome;
  };
  return { ...place, npm, user };
}

/** Runs the first example of the README. */
async function runExample(place: UserPlace, bin: string): Promise<void> {
  assert.equal(await place.user([join(bin, 'zd'), '--version']), printed(`${version}\n`));
  const shipped = [join(bin, '../lib/node_modules/zdaemon'), join(bin, '../zdaemon')].find(existsSync)!;
  mkdirSync(place.path('try'), { mode: 0o1777 });
  chmodSync(place.path('try'), 0o1777);
  // As the user: the example writes beside its file.
  assert.is((await place.user(['cp', '-R', join(shipped, 'docs'), place.path('try')])).status, 0);
  const words = ['sh', '-c', 'cd try && PATH=$0:$PATH && shift && exec "$@"', bin, '-'];
  const zd = (word: string) => place.user([...words, 'zd', '-C', 'docs/examples/clock.conf', word]);
  const started = await zd('start');
  const pid = pidIn(started);
  assert.equal(started, printed(`daemon process started, pid=${pid}\n`));
  assert.equal(await zd('status'), printed(`program running; pid=${pid}\n`));
  await waitForFile(place.path('try/docs/examples/run/clock.log'), text => text.startsWith('It is now '));
  assert.equal(await zd('stop'), printed('daemon process stopped\n'));
  const gone = await place.user([...words, 'zdaemon', '-C', 'docs/examples/clock.conf', 'status']);
  assert.is(gone.stdout, 'daemon manager not running\n');
}

function printed(stdout: string): Outcome {
  return { status: 0, stdout, stderr: '' };
}

function installTest(reason: string | false, title: string, body: () => Promise<void>): void {
  if (reason) install.skipIf(reason, title, body);
  else install.limit(TEST_LIMIT, title, body);
}

function asUser(uid: number): string[] {
  return ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
}

function nobodyMissing(): string | false {
  if (process.getuid?.() !== 0) return 'only root can become another user';
  const words = [...asUser(NOBODY), 'npm', '--version'];
  const env = { PATH: `${PATH}${delimiter}/usr/sbin`, HOME: '/nonexistent' };
  return (
    spawnSync(words[0]!, words.slice(1), { env, cwd: '/' }).status !== 0 &&
    'other users cannot run this Node and npm'
  );
}

install.run();
