import { chmodSync, mkdirSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, makePlace, type Place, pidIn } from '../../helpers/cli';
import { keeperOf, waitForEnd } from '../../helpers/processes';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* Whatever prevents a start is reported to the caller promptly, with the right exit status. */

const test = suite('failing starts');
test.after.each(clearPlaces);

const isRoot = process.getuid?.() === 0;
/** Seconds; generous enough for a busy machine. */
const limit = 30;

interface Failure {
  what: string;
  words?: string[];
  runner?: Record<string, string>;
  /** The exit status of zd; that of zdaemon is 2 if this is 2, else 1. */
  status: number;
  says: RegExp;
  /** In zdaemon's words, if they differ. */
  saysOld?: RegExp;
}

const failures: Failure[] = [
  {
    what: 'a missing program',
    runner: { program: './missing' },
    status: 1,
    says: /can't stat program '\.\/missing'/,
  },
  {
    what: 'a program nowhere on PATH',
    runner: { program: 'no-such-program' },
    status: 1,
    says: /^zd: app\.conf:3: cannot start \S+: no-such-program is not on PATH\n/,
    saysOld: /can't find program 'no-such-program' on PATH \[/,
  },
  {
    what: 'a program without permission to run',
    runner: { program: './app.conf' },
    status: 1,
    says: /no permission to run program '\.\/app\.conf'/,
  },
  {
    what: 'a program that the system cannot run',
    runner: { program: './broken', 'backoff-limit': '1' },
    status: 1,
    says: /cannot start (app|broken): .*(exec format error|its interpreter .* is missing)/i,
  },
  {
    what: 'a directory that does not exist',
    runner: { program: 'sleep 1', directory: 'a/b/c' },
    status: 2,
    says: /cannot use directory '\S*a\/b\/c'/,
  },
  {
    what: 'a directory that is a file',
    runner: { program: 'sleep 1', directory: 'app.conf' },
    status: 2,
    says: /cannot use directory '\S*app\.conf'/,
  },
  {
    what: 'an unknown user',
    runner: { program: 'sleep 1', user: 'no-such-user' },
    status: 2,
    says: /app\.conf:4: username 'no-such-user' not found/,
    saysOld: /^Error: username 'no-such-user' not found/,
  },
  {
    what: 'a transcript in a folder that does not exist',
    runner: { program: 'sleep 1', transcript: 'no/log' },
    status: 2,
    says: /cannot use transcript '\S*no\/log'/,
  },
  {
    what: 'a program that exits immediately with 0',
    runner: { program: `${fixture('crash.sh')} 0` },
    status: 1,
    says: /it ended with exit status 0 after/,
  },
  {
    what: 'a program that exits immediately with 3',
    runner: { program: `${fixture('crash.sh')} 3`, 'backoff-limit': '1' },
    status: 1,
    says: /it ended with exit status 3 after .*\nIts last lines:\n {2}crashing now\n {2}with status 3\n/,
  },
  {
    what: 'a program that is killed immediately',
    runner: { program: `sh suicide.sh`, 'backoff-limit': '1' },
    status: 1,
    says: /it was terminated by SIGKILL/,
  },
  {
    what: 'a socket in a folder that cannot be created',
    words: ['-s', 'no/such/folder/sock'],
    status: 2,
    says: /cannot use socket-name '\S*no\/such\/folder\/sock' \(-s\): the folder .*\/no\/such does not exist/,
  },
];

for (const {
  what,
  words = [],
  runner = { program: 'sleep 1000' },
  status,
  says,
  saysOld = says,
} of failures) {
  test(what, async () => {
    const place = makePlace();
    prepare(place, runner);
    const command = ['-C', 'app.conf', ...words, 'start'];
    const own = await place.zd(command, { limit });
    assert.is(own.status, status, own.stderr);
    assert.match(own.stderr, /^zd: /);
    assert.match(own.stderr, says);
    const old = await place.zdaemon(command, { limit });
    assert.is(old.status, status === 2 ? 2 : 1);
    assert.match(old.stderr, /^Error: /);
    assert.match(old.stderr, saysOld);
    if (status === 1 && words.length === 0) {
      assert.is(own.stdout, '');
      assert.is(old.stdout, 'daemon manager not running\n');
    }
    const { stdout } = await place.zd([...words, 'status']);
    assert.match(stdout, /^daemon manager not running\n/);
  });
}

function prepare(place: Place, runner: Record<string, string>): void {
  place.configure({ 'start-seconds': '10', ...runner });
  place.write('broken', '#!/no/such/interpreter\n', 0o755);
  place.write('suicide.sh', 'kill -KILL $$');
}

test("zdaemon reports what is wrong with the program in zdaemon's texts", async () => {
  const place = makePlace();
  const lineOf = async (program: string) => (await place.zdaemon(['-p', program, 'start'])).stderr;
  assert.is(await lineOf('./missing'), "Error: can't stat program './missing'\n");
  assert.match(
    await lineOf('no-such-program'),
    /^Error: can't find program 'no-such-program' on PATH \['.*'\]\n$/,
  );
  place.write('text', '');
  assert.match(await lineOf('./text'), /^Error: no permission to run program '\.\/text'/);
});

test('a manager that is killed during a start: the next one continues it, without a keeper it fails', async () => {
  for (const flavour of ['zd', 'zdaemon'] as const) {
    const place = makePlace();
    place.configure({ program: 'sleep 1000', 'start-test-program': 'test -e ready' });
    const starting = place.launch([...commandOf(flavour), '-C', 'app.conf', 'start'], { limit });
    const { managerPid } = await until(30, 'the start', async () => {
      const report = await place.report();
      return report.testing && report;
    });
    const isKept = keeperOf(managerPid) !== null;
    process.kill(managerPid, 'SIGKILL');
    await waitForEnd(managerPid);
    place.write('ready', '');
    const { status, stdout, stderr } = await starting.done;
    if (isKept) {
      const { pid } = await place.report();
      assert.equal([status, stderr, stdout.endsWith(`daemon process started, pid=${pid}\n`)], [0, '', true]);
      continue;
    }
    assert.is(status, 1);
    assert.match(
      stderr,
      /^(zd|Error): cannot start the manager: it was killed \(SIGKILL\); if the program is running, zd start /,
    );
  }
});

test('fewer descriptors than a start needs', async () => {
  const place = makePlace();
  const start = [...commandOf('zd'), '-p', 'sleep 1000', 'start'];
  const told = new Set<string>();
  // With the lowest of these limits Node itself cannot run; which ones depends on its version.
  for (let most = 16; most < 64; most++) {
    const { status, stderr } = await place.exec(
      ['sh', '-c', `ulimit -n ${most}; exec "$@"`, 'sh', ...start],
      {
        limit,
      },
    );
    assert.not.match(stderr, 'bug in zd');
    told.add(stderr);
    if (status === 0 || stderr.startsWith('zd: cannot start sleep: ')) break;
  }
  assert.ok(
    told.has('zd: cannot start the manager: too many open files; raise the limit with ulimit -n\n'),
    [...told].join(''),
  );
});

test('a start test that fails for longer than -T 2', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'start-test-program': 'test -e ready' });
  const before = performance.now();
  const started = await place.zd('-C app.conf -T 2 start', { limit });
  const seconds = (performance.now() - before) / 1000;
  assert.equal([started.status, started.stdout], [1, '']);
  assert.match(
    started.stderr,
    /^zd: app is not ready after 2 s \(start-timeout\): command test -e ready: exit status 1; app \(pid \d+\) was left running\n$/,
  );
  assert.ok(seconds >= 2, `${seconds} s`);
});

test('a socket path that is too long for the system', async () => {
  const place = makePlace();
  const name = 'x'.repeat(108);
  for (const flavour of ['zd', 'zdaemon'] as const) {
    const started = await place.run(flavour, ['-s', name, '-p', 'sleep 1000', 'start'], { limit });
    if (started.status === 0) {
      // A start may succeed despite the limit, as long as every command finds the manager.
      assert.is((await place.run(flavour, ['-s', name, 'status'])).status, 0);
      assert.is((await place.run(flavour, ['-s', name, 'stop'])).status, 0);
    } else {
      assert.is(started.status, 2);
      assert.match(started.stderr, /has \d+ bytes, but the system's limit is 107; use -s with a shorter one/);
    }
  }
});

test('a socket folder that cannot be written', async () => {
  const place = makePlace();
  const folder = isRoot ? '/proc' : place.path('closed');
  if (!isRoot) {
    mkdirSync(folder);
    chmodSync(folder, 0o500);
  }
  const started = await place.zd(['-s', `${folder}/zdsock`, '-p', 'sleep 1000', 'start'], { limit });
  // Root may write there, so only the attempt shows it.
  assert.is(started.status, isRoot ? 1 : 2);
  assert.match(
    started.stderr,
    isRoot
      ? /^zd: cannot create the state folder .*zdsock.zd: /
      : /^zd: cannot use socket-name '.*zdsock' \(-s\): permission denied: uid \d+ cannot create files in /,
  );
});

test.skipIf(isRoot && 'root has all permissions', 'another user', async () => {
  const place = makePlace();
  const refused = { status: 2, says: 'only root can use -u USER to change users' };
  for (const flavour of ['zd', 'zdaemon'] as const) {
    const started = await place.run(flavour, ['-u', 'root', '-p', 'sleep 1000', 'start']);
    assert.is(started.status, refused.status);
    assert.match(started.stderr, refused.says);
  }
});

test('a removed working folder', async () => {
  const place = makePlace();
  const says = 'cannot determine the current folder: it has been removed; cd to one that exists\n';
  const fromNowhere = (flavour: 'zd' | 'zdaemon', words: string, input = '') => {
    mkdirSync(place.path('gone'));
    const script = `cd gone && rmdir ../gone && exec "$@"`;
    const command = [...commandOf(flavour), ...words.split(' ')];
    return place.exec(['sh', '-c', script, 'sh', ...command], { limit, input });
  };
  const { status, stderr } = await fromNowhere('zd', 'doctor');
  assert.equal([status, stderr], [1, `zd: ${says}`]);
  for (const words of ['-p true start', 'status', '-s zdsock stop'])
    assert.equal(await fromNowhere('zd', words), { status: 1, stdout: '', stderr: `zd: ${says}` }, words);
  assert.is((await fromNowhere('zdaemon', 'status')).stderr, `Error: ${says}`);
  const prompt = await fromNowhere('zd', '-i', 'status\nstop\n');
  assert.equal([prompt.status, prompt.stderr], [1, `zd: ${says}zd: ${says}`]);
});

test('already running', async () => {
  const place = makePlace();
  const pid = pidIn(await place.zd(['-p', 'sleep 1000', 'start']));
  const stdout = `daemon process already running; pid=${pid}\n`;
  assert.equal(await place.zd(['-p', 'sleep 1000', 'start'], { limit }), { status: 0, stdout, stderr: '' });
});

test('a failed start does not obstruct the next one', async () => {
  const place = makePlace();
  await place.zd('-p ./program start');
  place.write('program', '#!/bin/sh\nexec sleep 1000\n', 0o755);
  assert.is((await place.zd('-p ./program start')).status, 0);
});

test.run();
