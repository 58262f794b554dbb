import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { give, needsRoot, STRANGER } from '../../helpers/strangers';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* The program's environment, from what is inherited, from files, and from the section. */

const test = suite('environment from files');
test.after.each(clearPlaces);

/** Writes a program that prints its environment, and a configuration. */
function configure(place: Place, settings: string, section = ''): void {
  place.write('show.sh', '#!/bin/sh\nenv -0; printf "end\\0"; exec sleep 1000\n', 0o755);
  place.write('app.ini', `[runner]\nprogram = ./show.sh\ntranscript = log\n${settings}\n${section}\n`);
}

async function startAndRead(place: Place, command = 'start'): Promise<Map<string, string>> {
  place.write('log', '');
  const started = await place.zd(`-C app.ini ${command}`);
  assert.is(started.status, 0, started.stderr);
  const text = await waitForFile(place.path('log'), log => log.includes('end\0'));
  return new Map(
    text.split('\0').map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

test('files follow what is inherited, and the section follows the files', async () => {
  const place = makePlace({ env: { A: 'caller', B: 'caller', GONE: 'x', KEPT: 'caller' } });
  place.write('one.env', '# first\nA=one\nexport B="two words # and"\nC=\'$HOME\'\nD=a\\nb\nE="a\\nb"\n');
  place.write('sub/two.env', 'B=two\n\nF=\n');
  configure(
    place,
    'env-file = one.env, ?none.env, sub/two.env\nunset-environment = GONE, A',
    '[environment]\nF = section',
  );
  const found = await startAndRead(place);
  assert.equal(
    ['A', 'B', 'C', 'D', 'E', 'F', 'GONE', 'KEPT'].map(name => found.get(name)),
    ['one', 'two', '$HOME', 'a\\nb', 'a\nb', 'section', undefined, 'caller'],
  );
});

test('a folder has a file for each variable', async () => {
  const place = makePlace({ env: { OLD: 'x' } });
  place.write('vars/PLAIN', 'value  \nsecond line\n');
  place.write('vars/TWO', 'a\0b');
  place.write('vars/OLD', '');
  place.write('vars/EMPTY', '\n');
  place.write('vars/.hidden', 'x');
  configure(place, 'env-file = vars');
  const found = await startAndRead(place);
  assert.equal(
    ['PLAIN', 'TWO', 'OLD', 'EMPTY', '.hidden'].map(name => found.get(name)),
    ['value', 'a\nb', undefined, '', undefined],
  );
});

test('clear-environment leaves what a program needs to find its tools, its files and its language', async () => {
  const place = makePlace({ env: { LC_TIME: 'C', TZ: 'UTC', SECRET: 'x', HOME: '/h' } });
  place.write('app.env', 'MORE=1\n');
  configure(place, 'clear-environment = on\nenv-file = app.env');
  const found = await startAndRead(place);
  assert.equal(
    ['LC_TIME', 'TZ', 'HOME', 'MORE', 'SECRET', 'PWD'].map(name => found.get(name)),
    // A shell sets PWD by itself.
    ['C', 'UTC', '/h', '1', undefined, place.folder],
  );
  assert.ok(found.get('PATH'));
  // It does not carry the mark by which the programs of tests are found.
  assert.is((await place.zd('-C app.ini stop')).status, 0);
});

test('the files are read at each start, and a missing one is a failed start with its path', async () => {
  const place = makePlace();
  place.write('app.env', 'A=1\n');
  configure(place, 'env-file = app.env\nhang-around = on');
  assert.is((await startAndRead(place)).get('A'), '1');
  place.write('app.env', 'A=2\n');
  assert.is((await startAndRead(place, 'restart')).get('A'), '2');
  await place.zd('-C app.ini stop');
  place.write('app.env', 'A=3\n');
  assert.is((await startAndRead(place)).get('A'), '3');
});

test('a file that cannot be read is refused with its line', async () => {
  const place = makePlace();
  writeFileSync(place.path('huge.env'), Buffer.alloc(1_100_000, 'a'));
  place.write('nul.env', 'A=\0');
  await place.exec(['mkfifo', place.path('pipe')]);
  for (const [entry, reason] of [
    ['none.env', `${place.path('none.env')}: no such file or directory`],
    ['huge.env', `${place.path('huge.env')}: it has 1100000 bytes; at most 1048576 are read`],
    ['nul.env', `${place.path('nul.env')}: it contains a NUL`],
    ['pipe', `${place.path('pipe')}: it is not a regular file`],
  ] as const) {
    configure(place, `env-file = ${entry}`);
    for (const command of ['check', 'start']) {
      const outcome = await place.zd(`-C app.ini ${command}`);
      const message = `zd: app.ini:4: cannot read env-file ${reason}\n`;
      assert.equal(outcome, { status: 2, stdout: '', stderr: message });
    }
  }
});

test('the program is looked up in the PATH of the files', async () => {
  const place = makePlace();
  place.write('tools/my-tool', '#!/bin/sh\nexec sleep 1000\n', 0o755);
  place.write('app.env', `PATH=${place.path('tools')}:/usr/bin:/bin\n`);
  place.write('app.ini', '[runner]\nprogram = my-tool\nenv-file = app.env\n');
  assert.is((await place.zd('-C app.ini check')).status, 0);
  assert.is((await place.zd('-C app.ini start')).status, 0);
});

test('show environment prints each variable with its origin', async () => {
  const place = makePlace({ env: { CALLER: "it's" } });
  place.write('app.env', 'A=from file\n');
  configure(place, 'env-file = app.env\nclear-environment = off', '[environment]\nB = 2');
  const shown = await place.zd('-C app.ini show environment');
  assert.is(shown.status, 0, shown.stderr);
  for (const line of [
    `'CALLER=it'\\''s'  (inherited)`,
    `'A=from file'  (${place.path('app.env')})`,
    'B=2  (environment section)',
  ])
    assert.ok(shown.stdout.split('\n').includes(line), `${line}\n${shown.stdout}`);
  const { environment } = JSON.parse((await place.zd('-C app.ini --json show environment')).stdout);
  assert.equal(
    environment.find(({ name }: { name: string }) => name === 'A'),
    { name: 'A', value: 'from file', origin: place.path('app.env') },
  );
});

test('fg has the same environment', async () => {
  const place = makePlace({ env: { GONE: 'x' } });
  place.write('app.env', 'A=file\n');
  place.write(
    'app.ini',
    '[runner]\nprogram = sh -c "echo $A-$GONE"\nenv-file = app.env\nunset-environment = GONE\n',
  );
  assert.is((await place.zd('-C app.ini fg')).stdout, 'file-\n');
});

test.skipIf(
  needsRoot,
  'root reads what the user cannot read only because of its own orders, and refuses files of strangers',
  async () => {
    const place = makePlace();
    chmodSync(place.folder, 0o755);
    place.write('app.env', 'A=1\n', 0o600);
    configure(place, 'env-file = app.env\nuser = nobody\ndirectory = work\nsocket-name = run/sock');
    assert.match((await place.zd('-C app.ini show environment')).stdout, /^A=1 /m);
    give(
      place.path('app.ini'),
      Number(/^nobody:[^:]*:(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[1]),
    );
    for (const command of ['check', 'start', 'show environment']) {
      const { status, stderr } = await place.zd(`-C app.ini ${command}`);
      assert.is(status, 2, stderr);
      assert.match(
        stderr,
        `app.ini:4: cannot read env-file ${place.path('app.env')}: permission denied for user nobody`,
      );
    }
    give(place.path('app.ini'), 0);
    give(place.path('app.env'), STRANGER);
    const { status, stderr } = await place.zd('-C app.ini start');
    assert.is(status, 1);
    assert.match(stderr, `cannot trust the env-file ${place.path('app.env')} as root`);
  },
);

test.run();
