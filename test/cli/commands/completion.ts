import { spawnSync } from 'node:child_process';
import * as assert from 'uvu/assert';
import { listFlags } from '../../../src/commands/clipanion';
import { commandTable } from '../../../src/commands/table';
import { flagsOf, options, settingOptions } from '../../../src/settings/options';
import { clearPlaces, commandOf, type Flavour, flavours, makePlace, type Place } from '../../helpers/cli';
import { openTerminal, ptyMissing, type Terminal } from '../../helpers/pty';
import { suite } from '../../runner/guard';

const test = suite('completion in the shells');
const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

const terminals: Terminal[] = [];
test.after.each(async () => {
  for (const terminal of terminals.splice(0)) terminal.close();
  await clearPlaces();
});

/** Prints, for each line of a file `lines`, the completions of its last word and a line `==`. */
const askers: Record<'bash' | 'fish', string> = {
  bash: `source ./script
    while read -ra COMP_WORDS; do
      # A line that ends in a dot has an empty last word.
      [[ \${COMP_WORDS[-1]} == . ]] && COMP_WORDS[-1]=
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      _$1 2>/dev/null
      printf '%s\\n' "\${COMPREPLY[@]}"
      echo ==
    done <lines`,
  fish: `source ./script
    while read line
      complete -C (string replace -r ' \\.$' ' ' -- $line) | string replace -r '\\t.*' ''
      echo ==
    end <lines`,
};

for (const shell of ['bash', 'fish'] as const) {
  test.skipIf(missing(shell), `${shell} completes what is in the tables`, async () => {
    for (const flavour of flavours) {
      const place = await prepare(shell, flavour);
      const commands = Object.keys(commandTable).filter(
        name => flavour === 'zd' || !commandTable[name]?.isOwn,
      );
      const lines = ['.', '--', ...commands.flatMap(name => [`${name} -`, `${name} --`]), '-X runner/'];
      const [names = [], long = [], ...rest] = await ask(place, shell, flavour, lines);
      const overrides = rest.pop() ?? [];
      for (const name of commands) assert.ok(names.includes(name), name);
      assert.is(names.includes('doctor'), flavour === 'zd');
      const known = options.filter(
        ({ field, ...option }) => flavour === 'zd' || field !== null || !('isOwn' in option),
      );
      for (const flag of known.flatMap(flagsOf).filter(word => word.startsWith('--')))
        assert.ok(long.includes(flag), flag);
      for (const [index, name] of commands.entries()) {
        const offered = rest.slice(2 * index, 2 * index + 2).flat();
        for (const flag of flavour === 'zd' ? listFlags(name) : [])
          assert.ok(offered.includes(flag), `${name} ${flag}: ${offered}`);
      }
      for (const { key } of settingOptions.filter(({ inFile }) => inFile))
        assert.ok(
          overrides.some(word => word.startsWith(`runner/${key}=`)),
          key,
        );
    }
  });

  test.skipIf(missing(shell), `${shell} tells the command from the value of an option`, async () => {
    const place = await prepare(shell, 'zd');
    place.write('app.conf', '');
    place.write('folder/file', '');
    const cases: [string, string[]][] = [
      ['-C ap', ['app.conf']],
      ['-C app.conf sto', ['stop']],
      ['-C start sto', ['stop']],
      ['-b 4 --force sto', ['stop']],
      ['-X runner/umask=077 sto', ['stop']],
      ['logtail ap', ['app.conf']],
      ['logtail -n 5 --si', ['--since']],
      ['start ap', ['app.conf']],
      ['-z fol', ['folder']],
      ['-X runner/uma', ['runner/umask=']],
      ['show uma', ['umask']],
      ['help opt', ['options']],
      ['completion f', ['fish']],
      ['kill WIN', ['WINCH']],
      ['kill win', ['WINCH']],
      ['stop sta', []],
    ];
    const answers = await ask(
      place,
      shell,
      'zd',
      cases.map(([line]) => line),
    );
    for (const [index, [line, wanted]] of cases.entries())
      assert.equal(
        answers[index]?.map(word => word.replace(/\/$/, '')),
        wanted,
        line,
      );
  });
}

for (const shell of ['bash', 'fish'] as const)
  test.skipIf(missing(shell), `${shell} completes the names of daemons that run`, async () => {
    const place = await prepare(shell, 'zd');
    const name = `only-here-${process.pid}-${shell}`;
    place.configure({ program: 'sleep 1000', name });
    await place.zd('-C app.conf start');
    place.write('bin/zd', `#!/bin/sh\nexec ${commandOf('zd').join(' ')} "$@"\n`, 0o755);
    const answers = await ask(place, shell, 'zd', [`-n ${name.slice(0, -2)}`, '-n no-such-daemo']);
    assert.equal(answers, [[name], []]);
  });

for (const shell of ['bash', 'fish'] as const)
  test.skipIf(
    missing(shell),
    `${shell} completes the programs of a folder, and of a file of many`,
    async () => {
      const place = await prepare(shell, 'zd');
      place.write('bin/zd', `#!/bin/sh\nexec ${commandOf('zd').join(' ')} "$@"\n`, 0o755);
      place.write('apps/web.conf', '[runner]\nprogram = sleep 1000\n');
      place.write(
        'many.conf',
        '[program:one]\nprogram = sleep 1000\n[program:other]\nprogram = sleep 1000\n',
      );
      const answers = await ask(place, shell, 'zd', [
        '-C apps stop w',
        '--configure many.conf restart o',
        '-C apps/web.conf stop w',
      ]);
      assert.equal(answers, [['web'], ['one', 'other'], []]);
    },
  );

test.skipIf(missing('bash'), 'bash makes three words of FLAG=VALUE and of KEY=VALUE', async () => {
  const place = await prepare('bash', 'zd');
  place.write('app.conf', '');
  place.write('a *.conf', '');
  const answers = await ask(place, 'bash', 'zd', [
    '--configure = ap',
    '--configure = app.conf sto',
    '-X runner/transcript-timestamps = i',
    '-X runner/transcript-timestamps =',
    '-X runner/umask = 077 sto',
    '-C a',
  ]);
  assert.equal(answers, [
    ['app.conf'],
    ['stop'],
    ['iso'],
    ['off', 'iso', 'epoch'],
    ['stop'],
    ['a *.conf', 'app.conf'],
  ]);
});

for (const shell of shells) {
  test.skipIf(ptyMissing || missing(shell), `${shell} completes at a terminal with Tab`, async () => {
    const place = await prepare(shell, 'zd');
    place.write('server.conf', '');
    const terminal = openShell(shell, place);
    const complete = async (begun: string, whole: string) => {
      terminal.type(begun);
      await terminal.waitFor(begun);
      terminal.press('tab');
      // Only what is new is written, with escapes in between.
      await terminal.waitFor(whole);
      terminal.type('\x15');
      terminal.press('enter');
      await terminal.waitFor('> ');
    };
    await complete('zd reopen', '_transcript');
    await complete('zd -C serv', 'er.conf');
    await complete('zd stop --after', '-step');
    await complete('zd show uma', 'sk');
    await complete('zd kill WIN', 'CH');
    await complete('zd -X runner/uma', 'sk=');
  });
}

test('another shell is refused, and a broken configuration does not matter', async () => {
  const place = makePlace();
  place.write('zd.conf', 'nonsense\n');
  const { status, stdout } = await place.zd('completion bash');
  assert.is(status, 0);
  assert.match(stdout, /^# Completion of zd for bash/);
  assert.equal(await place.zd('completion ksh'), {
    status: 2,
    stdout: '',
    stderr: "zd: cannot complete: there is no script for 'ksh'; use bash, zsh or fish\n",
  });
  assert.is(
    (await place.zd('completion')).stderr,
    'zd: cannot complete: name a shell; use bash, zsh or fish\n',
  );
});

test.run();

function missing(shell: Shell): string | false {
  return spawnSync(shell, ['-c', 'true']).status !== 0 && `${shell} is not installed`;
}

async function prepare(shell: Shell, flavour: Flavour): Promise<Place> {
  const place = makePlace();
  const { status, stdout, stderr } = await place.run(flavour, ['completion', shell]);
  assert.equal([status, stderr], [0, '']);
  place.write('script', stdout);
  return place;
}

/** The completions of each line, in the order of the lines. */
async function ask(
  place: Place,
  shell: 'bash' | 'fish',
  flavour: Flavour,
  lines: string[],
): Promise<string[][]> {
  place.write('lines', lines.map(line => `${flavour} ${line}\n`).join(''));
  const bare = shell === 'bash' ? ['--norc', '--noprofile'] : ['--no-config'];
  const env = { HOME: place.folder, LC_ALL: 'C.UTF-8', PATH: `${place.path('bin')}:${process.env.PATH}` };
  const { stdout, stderr } = await place.exec([shell, ...bare, '-c', askers[shell], shell, flavour], { env });
  assert.is(stderr, '');
  return stdout
    .split('==\n')
    .slice(0, lines.length)
    .map(part => part.split('\n').filter(word => word !== ''));
}

function openShell(shell: Shell, place: Place): Terminal {
  const bare = { bash: ['--norc', '--noprofile', '-i'], zsh: ['-f', '-i'], fish: ['--no-config', '-i'] }[
    shell
  ];
  const env = { HOME: place.folder, PS1: '> ', LC_ALL: 'C.UTF-8', fish_history: '' };
  const terminal = openTerminal(shell, bare, { cwd: place.folder, env });
  terminals.push(terminal);
  const start = {
    bash: "bind 'set enable-bracketed-paste off'; source ./script; echo ready\r",
    zsh: "PS1='> '; autoload -U compinit; compinit -u -D; source ./script; echo ready\r",
    fish: "function fish_prompt; echo '> '; end; source ./script; echo ready\r",
  };
  terminal.type(start[shell]);
  return terminal;
}
