import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { examineLogin } from '../../../src/commands/doctor/session';
import { examineNode, findTool } from '../../../src/commands/doctor/tools';
import { findUser } from '../../../src/system/users';
import { clearPlaces, makePlace, type Outcome, type Place } from '../../helpers/cli';
import { give, needsRoot } from '../../helpers/strangers';
import { suite } from '../../runner/guard';

const test = suite('doctor');
test.after.each(clearPlaces);

const asRoot = process.getuid?.() === 0;

test('Where everything is there it says so and leaves nothing behind', async () => {
  const place = makePlace();
  const { status, stdout, stderr } = await place.zd('-s sock doctor');
  assert.equal({ status, stderr }, { status: 0, stderr: '' }, stdout);
  assert.match(stdout, /^ok {7}node {8}\d/);
  for (const subject of ['flock', 'mkfifo', 'socket', 'files', 'open files', 'processes'])
    assert.is(verdictOn(subject, stdout), 'ok', subject);
  assert.match(stdout, /\n\na daemon can run here\n$/);
  assert.is((await place.exec(['ls', '-A'])).stdout, '');
});

test('What is missing is named, with what to do, and the exit status is 1', async () => {
  const place = makePlace();
  const doctor = await withTools(place, ['sh', 'mkfifo']);
  assert.is(doctor.status, 1);
  assert.is(verdictOn('flock', doctor.stdout), 'missing');
  assert.match(doctor.stdout, /^ok {7}prlimit {5}not found on PATH; only by hand: /m);
  assert.match(doctor.stdout, /^ok {7}node-pty {4}.*; only zd's own tests use it$/m);
  assert.match(doctor.stdout, 'install the package util-linux');
  assert.is(doctor.stderr, 'zd: cannot run a daemon here: missing: flock; see above\n');
});

test('A flock that does not know the options is found out', async () => {
  const place = makePlace();
  place.write('tools/flock', '#!/bin/sh\necho "flock: unrecognized option: E" >&2\nexit 1\n', 0o755);
  const doctor = await withTools(place, ['sh', 'mkfifo']);
  assert.is(verdictOn('flock', doctor.stdout), 'missing');
  assert.match(
    doctor.stdout,
    'does not support -n, -E and -F with a folder: flock: unrecognized option: E\n',
  );
});

test('A flock that lets two in is found out', async () => {
  const place = makePlace();
  place.write('tools/flock', '#!/bin/sh\nexit 0\n', 0o755);
  const doctor = await withTools(place, ['sh', 'mkfifo']);
  assert.match(doctor.stdout, 'two can hold the lock at once');
});

for (const [what, make] of Object.entries({
  'a folder': 'cp -r victim "$one"',
  'a symlink to a folder': 'ln -s victim "$one"',
})) {
  test(`What takes the place of the trial folder is left alone: ${what}`, async () => {
    const place = makePlace();
    for (const name of ['s', 'f', 'more/file']) place.write(`victim/${name}`, '');
    const swap = `for one in .zd-*; do mv "$one" aside; ${make}; done`;
    const tool = `#!/bin/sh\n(cd ${place.folder}; ${swap})\nPATH=\${PATH#*:} exec mkfifo "$@"\n`;
    place.write('tools/mkfifo', tool, 0o755);
    const env = { PATH: `${place.path('tools')}:${process.env.PATH}` };
    assert.is((await place.zd('doctor', { env })).stderr, '');
    const [left] = readdirSync(place.folder).filter(name => name.startsWith('.zd-'));
    for (const folder of ['victim', left ?? ''])
      assert.equal(readdirSync(place.path(folder)).sort(), ['f', 'more', 's']);
    assert.equal(readdirSync(place.path('aside')), []);
  });
}

test.skipIf(needsRoot, "Root tries nothing in the folders of a user's own configuration", async () => {
  const place = makePlace();
  chmodSync(place.folder, 0o755);
  mkdirSync(place.path('root'));
  place.configure({ program: 'sleep 1', user: 'nobody', 'socket-name': place.path('root/zdsock') });
  const before = statSync(place.path('root')).ctimeMs;
  give(place.path('app.conf'), findUser('nobody').uid);
  const { status, stdout } = await place.zd('-C app.conf doctor');
  assert.is(status, 0, stdout);
  assert.is(verdictOn('trust', stdout), 'warning');
  assert.match(stdout, 'run zd doctor as nobody');
  assert.is(statSync(place.path('root')).ctimeMs, before);
});

test('A socket whose path is too long is told with its bytes', async () => {
  const place = makePlace();
  const doctor = await place.zd(['-s', place.path('x'.repeat(120)), 'doctor']);
  assert.is(doctor.status, 1);
  assert.is(verdictOn('socket', doctor.stdout), 'missing');
  assert.match(doctor.stdout, /has \d+ bytes, but the system's limit is 107\n +use -s with a shorter path\n/);
});

test('A socket in a folder that does not exist, nor the one above, is refused', async () => {
  const doctor = await makePlace().zd('-s no/such/sock doctor');
  assert.is(doctor.status, 1);
  assert.match(doctor.stdout, /missing {2}socket {6}.*no such file or directory\n/);
});

test('What is in the place of the socket is told', async () => {
  const place = makePlace();
  place.write('file', '');
  place.write('folder/x', '');
  for (const name of ['file', 'folder']) {
    const doctor = await place.zd(['-s', name, 'doctor']);
    assert.is(doctor.status, 1);
    assert.match(
      doctor.stdout,
      new RegExp(
        `^missing {2}socket {6}.*/${name} exists and is not a socket\n +use -s with another path`,
        'm',
      ),
    );
  }
  for (const name of ['file/sock', 'file/x/sock']) {
    const doctor = await place.zd(['-s', name, 'doctor']);
    assert.match(
      doctor.stdout,
      /missing {2}socket {6}.* cannot be created: .*\/file is not a directory\n/,
      name,
    );
  }
});

test.skipIf(
  asRoot && 'root can write everywhere',
  'A folder that cannot be written to is refused',
  async () => {
    const place = makePlace();
    place.write('closed/file', '');
    chmodSync(place.path('closed'), 0o555);
    const doctor = await place.zd('-s closed/sock doctor');
    chmodSync(place.path('closed'), 0o755);
    assert.match(doctor.stdout, /missing {2}socket {6}.*permission denied\n/);
  },
);

test('A state folder that others can write to is refused as by start', async () => {
  const place = makePlace();
  place.write('.zdsock.zd/x', '');
  chmodSync(place.path('.zdsock.zd'), 0o777);
  const doctor = await place.zd('doctor');
  assert.match(
    doctor.stdout,
    /missing {2}socket {6}cannot use the state folder .*: others can write to it; chmod 700/,
  );
});

test('Few open files are a warning', async () => {
  const place = makePlace();
  const words = `ulimit -n 100 && exec "$0" "$@"`;
  const zd = `${import.meta.dirname}/../../../bin/zd.js`;
  const doctor = await place.exec(['sh', '-c', words, process.execPath, zd, 'doctor']);
  assert.is(doctor.status, 0, doctor.stderr);
  assert.match(doctor.stdout, /warning {2}open files {2}only 100 per process/);
});

test('Too few open files to try anything are told first, and nothing else is blamed', async () => {
  const place = makePlace();
  const zd = `${import.meta.dirname}/../../../bin/zd.js`;
  const words = ['sh', '-c', `ulimit -n 26 && exec "$0" "$@"`, process.execPath, zd, 'doctor'];
  const { status, stdout, stderr } = await place.exec(words);
  assert.is(status, 1);
  assert.match(stderr, /^zd: cannot run a daemon here: /);
  assert.match(stdout, /^ok .*\nwarning {2}open files {2}only 26 per process; .*\n +raise it: ulimit -Hn/);
  assert.match(
    stdout,
    /^missing {2}flock {7}.* cannot be run: too many open files\n +raise the limits first/m,
  );
  assert.not.match(stdout, 'util-linux');
});

test('A Node that is too old is missing', () => {
  assert.is(examineNode('20.17.0').verdict, 'ok');
  assert.is(examineNode('26.1.0').verdict, 'ok');
  for (const version of ['20.16.9', '18.20.4'])
    assert.match(examineNode(version).remedy ?? '', 'install Node 20.17 or later');
});

test('A login that ends its processes is told with the way out', () => {
  const session = '0::/user.slice/user-1000.slice/session-3.scope\n';
  const facts = { cgroup: session, killUserProcesses: true, lingers: false };
  const finding = examineLogin(facts);
  assert.is(finding.verdict, 'warning');
  assert.match(finding.text, 'session-3.scope, and logging out kills everything in it');
  assert.match(finding.remedy ?? '', 'systemd-run --user --scope zd');
  assert.match(examineLogin({ ...facts, killUserProcesses: null }).text, 'may kill');
  assert.is(examineLogin({ ...facts, killUserProcesses: false }).verdict, 'ok');
});

test("A daemon below the user's own systemd needs lingering", () => {
  const cgroup = '0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-r1.scope\n';
  const facts = { cgroup, killUserProcesses: null, lingers: false };
  assert.is(examineLogin(facts).remedy, 'loginctl enable-linger');
  assert.is(examineLogin({ ...facts, lingers: true }).verdict, 'ok');
  assert.is(examineLogin({ ...facts, cgroup: '0::/\n' }).verdict, 'ok');
});

test('zdaemon has it as well', async () => {
  const { status, stdout } = await makePlace().zdaemon('doctor');
  assert.is(status, 0, stdout);
});

/** Runs `doctor` with only the folder `tools` on PATH: its present contents and the named tools. */
async function withTools(place: Place, names: string[]): Promise<Outcome> {
  place.write('tools/.keep', '');
  for (const name of names) symlinkSync(findTool(name) ?? name, place.path(`tools/${name}`));
  return place.zd('doctor', { env: { PATH: place.path('tools') } });
}

function verdictOn(subject: string, stdout: string): string | undefined {
  const line = stdout.split('\n').find(one => one.slice(9).startsWith(`${subject} `));
  return line?.slice(0, 9).trim();
}

test.run();
