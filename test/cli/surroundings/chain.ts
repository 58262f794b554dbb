import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { getPriority } from 'node:os';
import * as assert from 'uvu/assert';
import { readText } from '../../../src/system/files';
import { clearPlaces, makePlace, type Place, pidIn, statusOf } from '../../helpers/cli';
import { keeperOf } from '../../helpers/processes';
import { asUser, needsRoot, STRANGER } from '../../helpers/strangers';
import { until, waitForFile } from '../../helpers/within';
import { makePathWithoutPerl } from '../../helpers/without-perl';
import { suite } from '../../runner/guard';

/* What the process of the program is given before it becomes the program. */

const test = suite('limits, priorities and privileges');
test.after.each(clearPlaces);

const needsLinux = process.platform !== 'linux' && 'they are those of Linux';
const isRoot = process.getuid?.() === 0;

/** Starts `sleep`, and returns its pid, which must be that of the keeper's child. */
async function startSleep(settings: Record<string, string>, own: Place = makePlace()): Promise<number> {
  own.configure({ program: 'sleep 1000', 'stop-timeout': '5', ...settings });
  const started = await own.zd('-C app.conf start');
  assert.equal([started.status, started.stderr], [0, '']);
  const pid = pidIn(started);
  const { managerPid, ...report } = await own.report();
  assert.is(report.pid, pid);
  const parent = Number(statusOf(pid, 'PPid'));
  assert.is(parent, keeperOf(managerPid), 'no process of zd between keeper and program');
  return pid;
}

/** Soft and hard limit, as /proc shows them. */
function limitOf(pid: number, name: string): string {
  const [, soft, hard] =
    new RegExp(`^${name} +(\\S+) +(\\S+)`, 'm').exec(readText(`/proc/${pid}/limits`)) ?? [];
  return `${soft}:${hard}`;
}

/** A field of /proc/PID/stat, counted from 1 as proc(5) does. */
function fieldOf(pid: number, number: number): string {
  const text = readText(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[number - 3] ?? '';
}

test.skipIf(needsLinux, 'the limits are those of the process, and other limits stay', async () => {
  const before = limitOf(process.pid, 'Max processes');
  const pid = await startSleep({
    limits: 'nofile 100:200, core 0, AS 2gb, cpu 5m, RLIMIT_STACK 4mb:, fsize 3kb:1gb, rttime 20ms',
  });
  assert.equal(
    ['open files', 'core file size', 'address space', 'cpu time', 'file size', 'realtime timeout'].map(name =>
      limitOf(pid, `Max ${name}`),
    ),
    ['100:200', '0:0', '2147483648:2147483648', '300:300', '3072:1073741824', '20000:20000'],
  );
  assert.is(limitOf(pid, 'Max stack size').split(':')[0], '4194304');
  assert.is(limitOf(pid, 'Max processes'), before);
});

test.skipIf(needsLinux, 'niceness is absolute, also for a caller with another one', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', nice: '18' });
  const started = await place.exec(['nice', '-n', '3', process.execPath, ...zdWords()]);
  assert.is(fieldOf(pidIn(started), 19), '18');
  assert.is(
    fieldOf((await place.report()).managerPid, 19),
    String(getPriority() + 3),
    'the manager keeps that of the caller',
  );
});

test.skipIf(needsLinux, 'disk class, processors, memory score and privileges are set', async () => {
  const place = makePlace();
  place.write('show.sh', 'ionice; echo "[$0]" end; exec sleep 1000\n', 0o755);
  const pid = await startSleep(
    {
      program: `sh ${place.path('show.sh')}`,
      transcript: 'log',
      ionice: 'best-effort 6',
      'cpu-affinity': '0,4000-4001',
      'oom-score-adjust': '700',
      'no-new-privileges': 'on',
    },
    place,
  );
  await waitForFile(place.path('log'), text => text.includes('end'));
  assert.match(place.read('log'), /best-effort: prio 6\n/);
  assert.is(statusOf(pid, 'Cpus_allowed_list'), '0');
  assert.is(readText(`/proc/${pid}/oom_score_adj`), '700\n');
  assert.is(statusOf(pid, 'NoNewPrivs'), '1');
});

test.skipIf(needsLinux, 'argv0 is what the program sees as its own name', async () => {
  const pid = await startSleep({ program: "sh -c 'sleep 1000; :'", argv0: '-my shell' });
  assert.match(readText(`/proc/${pid}/cmdline`), /^-my shell\0-c\0/);
});

test.skipIf(needsLinux, 'each start has the settings of the edited file, also after restarts', async () => {
  const place = makePlace();
  await startSleep({ limits: 'nofile 300', nice: '17' }, place);
  place.configure({ program: 'sleep 1000', limits: 'nofile 200' });
  const restarted = await place.zd('-C app.conf restart');
  assert.is(restarted.status, 0, restarted.stderr);
  const pid = (await place.report()).pid ?? 0;
  assert.equal([limitOf(pid, 'Max open files'), fieldOf(pid, 19)], ['200:200', fieldOf(process.pid, 19)]);
});

test.skipIf(
  needsLinux,
  'a program that is taken over keeps what it has, and the next start has it again',
  async () => {
    const place = makePlace();
    const pid = await startSleep({ limits: 'nofile 300', nice: '17' }, place);
    const { managerPid } = await place.report();
    assert.is((await place.zd('-C app.conf upgrade')).status, 0);
    assert.is.not((await place.report()).managerPid, managerPid);
    const upgraded = (await place.report()).managerPid;
    process.kill(upgraded, 'SIGKILL');
    const revived = await until(10, 'another manager', async () => {
      const report = await place.report();
      return report.managerPid !== upgraded && report;
    });
    assert.equal([revived.pid, limitOf(pid, 'Max open files')], [pid, '300:300']);
    assert.is((await place.zd('-C app.conf restart')).status, 0);
    const next = (await place.report()).pid ?? 0;
    assert.is.not(next, pid);
    assert.equal([limitOf(next, 'Max open files'), fieldOf(next, 19)], ['300:300', '17']);
  },
);

test.skipIf(needsLinux, 'what the system refuses is a failed start with its reason', async () => {
  const place = makePlace();
  for (const [key, value, reason] of [
    ['limits', 'core 0, nofile 9999999999', 'the limit nofile 9999999999: operation not permitted; '],
    [
      'cpu-affinity',
      '4000-4001',
      'cpu-affinity 4000-4001: invalid argument; none of these processors exists',
    ],
  ] as const) {
    place.configure({ program: 'sleep 1000', [key]: value });
    const { status, stderr } = await place.zd('-C app.conf start');
    assert.is(status, 1);
    assert.match(stderr, `zd: cannot start app: the system refuses ${reason}`);
  }
});

test.skipIf(
  needsLinux || needsRoot,
  'an ordinary user can lower priorities, and is refused what only root can do',
  async () => {
    const place = makePlace();
    chmodSync(place.folder, 0o777);
    const start = (settings: string) => {
      place.write('app.ini', `[runner]\nprogram = sleep 1000\n${settings}\n`);
      return place.exec(asUser(STRANGER, [process.execPath, ...zdWords('app.ini')]));
    };
    for (const [settings, reason] of [
      ['nice = -5', 'nice -5: permission denied; only root can go below'],
      ['oom-score-adjust = -5', 'oom-score-adjust -5: permission denied; only root can go below'],
      ['ionice = realtime', 'ionice realtime 4: operation not permitted; only root can do that'],
      ['limits = nofile 99999999', 'the limit nofile 99999999: operation not permitted; only root can raise'],
    ] as const) {
      const { status, stderr } = await start(settings);
      assert.is(status, 1, stderr);
      assert.match(stderr, `zd: cannot start app: the system refuses ${reason}`);
    }
    const pid = pidIn(await start('nice = 19\noom-score-adjust = 5\nionice = idle\nlimits = nofile 64:128'));
    assert.equal(
      [fieldOf(pid, 19), readText(`/proc/${pid}/oom_score_adj`), limitOf(pid, 'Max open files')],
      ['19', '5\n', '64:128'],
    );
    assert.is(statusOf(pid, 'Uid').split('\t')[0], String(STRANGER));
  },
);

const scoreIsFree = spawnSync('choom', ['-n', '-9', '--', 'true']).status === 0;
test.skipIf(needsLinux || (!isRoot && 'needs root'), 'root can raise priorities', async () => {
  // A container may have no privilege to change the score, even for root.
  const pid = await startSleep({ nice: '-3', ...(scoreIsFree ? { 'oom-score-adjust': '-9' } : {}) });
  assert.is(fieldOf(pid, 19), '-3');
  if (scoreIsFree) assert.is(readText(`/proc/${pid}/oom_score_adj`), '-9\n');
});

test.skipIf(needsLinux, 'a program that cannot be executed is reported as without limits', async () => {
  const place = makePlace();
  place.write('script', '#!/no/interpreter\n', 0o755);
  place.write('plain', 'text');
  const settings = { limits: 'nofile 64', nice: '19', 'no-new-privileges': 'on' };
  for (const [program, reason] of [
    ['./script', 'its interpreter /no/interpreter is missing'],
    ['./plain', 'chmod +x it'],
    ['./missing', "can't stat program './missing'"],
  ] as const) {
    const messages: string[] = [];
    for (const own of [{}, settings]) {
      place.configure({ program, ...own });
      const outcome = await place.zd('-C app.conf start');
      messages.push(outcome.stderr);
      assert.match(outcome.stderr, reason);
    }
    assert.is(messages[0], messages[1]);
  }
  place.configure({ program: "sh -c 'exit 7'", ...settings });
  assert.match((await place.zd('-C app.conf start')).stderr, 'it ended with exit status 7 ');
});

test.skipIf(needsLinux, 'without perl, check, start and doctor name the package', async () => {
  const place = makePlace({ env: { PATH: makePathWithoutPerl() } });
  place.configure({ program: 'sleep 1000', limits: 'nofile 64' });
  const refusal =
    'zd: cannot use limits (app.conf:3): it needs perl, which is not on PATH; install the package perl\n';
  for (const command of ['check', 'start'])
    assert.equal(await place.zd(`-C app.conf ${command}`), { status: 2, stdout: '', stderr: refusal });
  const { status, stdout } = await place.zd('-C app.conf doctor');
  assert.is(status, 1);
  assert.match(stdout, /perl +.*not found on PATH; the limits, priorities or privileges/);
});

function zdWords(file = 'app.conf'): string[] {
  return [new URL('../../../bin/zd.js', import.meta.url).pathname, '-C', file, 'start'];
}

test.run();
