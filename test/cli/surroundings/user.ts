import { chmodSync, readFileSync, statSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, pidIn, statusOf } from '../../helpers/cli';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('user');
test.after.each(clearPlaces);

const isRoot = process.getuid?.() === 0;
const needsRoot = !isRoot && 'only root can change users';

function findUser(name: string): { uid: number; gid: number; home: string; shell: string } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find(entry => entry.startsWith(`${name}:`));
  const [, , uid, gid, , home = '', shell = ''] = line?.split(':') ?? [];
  return { uid: Number(uid), gid: Number(gid), home, shell };
}

const [name] = ['nobody', 'daemon'];

test.skipIf(
  needsRoot,
  "manager and program run as the user, with the user's groups and variables",
  async () => {
    const place = makePlace({ env: { MAIL: 'kept' } });
    chmodSync(place.folder, 0o755);
    place.write('show.sh', 'env; echo end; exec sleep 1000', 0o755);
    const user = findUser(name ?? '');
    place.configure(
      {
        program: `sh ${place.path('show.sh')}`,
        user: name ?? '',
        'socket-name': 'run/sock',
        directory: place.path('work'),
        transcript: 'log',
      },
      '<eventlog>\n<logfile>\npath work/events\n</logfile>\n</eventlog>\n',
    );
    const started = await place.zdaemon('-C app.conf start');
    assert.equal([started.status, started.stderr], [0, '']);
    const { managerPid, pid } = await place.report('run/sock');
    const groups = (await place.exec(['id', '-G', name ?? ''])).stdout.trim();
    for (const process of [managerPid, pid ?? 0]) {
      assert.is(statusOf(process, 'Uid'), Array(4).fill(user.uid).join('\t'));
      assert.is(statusOf(process, 'Gid'), Array(4).fill(user.gid).join('\t'));
      assert.is(statusOf(process, 'Groups'), groups);
    }
    const variables = (await waitForFile(place.path('work/log'), text => text.endsWith('end\n'))).split('\n');
    for (const variable of [
      `HOME=${user.home}`,
      `USER=${name}`,
      `LOGNAME=${name}`,
      // An account that is not for logins has no shell that a program could use.
      `SHELL=${/nologin|false/.test(user.shell) ? '/bin/sh' : user.shell}`,
      'MAIL=kept',
    ])
      assert.ok(variables.includes(variable), variable);
    for (const file of ['run', 'run/sock', 'run/.sock.zd', 'work', 'work/log', 'work/events'])
      assert.is(statSync(place.path(file)).uid, user.uid, file);
    assert.equal(await place.zdaemon('-C app.conf stop'), {
      status: 0,
      stdout: 'daemon process stopped\n',
      stderr: '',
    });
  },
);

test.skipIf(needsRoot, 'a number is accepted too, and fg also becomes the user', async () => {
  const place = makePlace();
  chmodSync(place.folder, 0o755);
  const { uid } = findUser(name ?? '');
  assert.is((await place.zd(['-p', 'id -un', '-u', String(uid), 'fg'])).stdout, `${name}\n`);
});

test('becoming the current user changes nothing', async () => {
  const place = makePlace({ env: { HOME: '/somewhere' } });
  const self = (await place.exec(['id', '-un'])).stdout.trim();
  place.write('show.sh', 'echo $HOME; exec sleep 1000');
  const pid = pidIn(await place.zdaemon(['-u', self, '-p', 'sh show.sh', '-t', 'log', 'start']));
  await waitForFile(place.path('log'), text => text === '/somewhere\n');
  assert.is(statusOf(pid, 'Uid'), Array(4).fill(process.getuid?.()).join('\t'));
});

test.skipIf(isRoot && 'root can', 'others cannot become another user', async () => {
  const place = makePlace();
  assert.equal(await place.zdaemon(['-u', 'root', '-p', 'sleep 1000', 'start']), {
    status: 2,
    stdout: '',
    stderr: 'Error: only root can use -u USER to change users\nFor help, use zdaemon.js -h\n',
  });
});

test.run();
