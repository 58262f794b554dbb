import * as assert from 'uvu/assert';
import { listChildren } from '../../../src/system/processes';
import { clearPlaces, commandOf, makePlace, type Place, pidIn } from '../../helpers/cli';
import { openTerminal, ptyMissing, type Terminal } from '../../helpers/pty';
import { until, waitForFile, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* `top` on a terminal of its own, and what it leaves there. */

const test = suite('top');
test.after.each(clearPlaces);

const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';

function prepare(line = 'echo tick $$'): Place {
  const place = makePlace();
  place.write('tick.sh', `while :; do ${line}; sleep 0.2; done`);
  place.configure({ program: 'sh tick.sh', transcript: place.path('log'), 'start-seconds': '0' });
  return place;
}

/** Runs a script of a shell on a terminal, in which `zd` is the command. */
function openShell(
  place: Place,
  script: string,
  options: { columns?: number; env?: Record<string, string | undefined> } = {},
): Terminal {
  const zd = commandOf('zd').join(' ');
  place.write('zd', `#!/bin/sh\nexec ${zd} -C app.conf "$@"\n`, 0o755);
  const env = { LC_ALL: 'C.UTF-8', NO_COLOR: undefined, FORCE_COLOR: undefined, ...options.env };
  return openTerminal('/bin/sh', ['-c', script], { cwd: place.folder, columns: options.columns ?? 100, env });
}

/** The modes of the terminal before and after. */
const GUARDED = 'stty -g >before; ./zd top; echo "left $?"; stty -g >after; read line';

async function assertRestored(place: Place, terminal: Terminal): Promise<void> {
  await waitForFile(place.path('after'), text => text.endsWith('\n'));
  assert.is(place.read('after'), place.read('before'));
  const raw = terminal.rawScreen();
  assert.ok(raw.lastIndexOf(LEAVE) > raw.lastIndexOf('\x1b[?1049h'), 'the other screen was left');
}

test.skipIf(ptyMissing, 'shows state, processes and output, and leaves the terminal as it was', async () => {
  const place = prepare();
  const pid = pidIn(await place.zd('-C app.conf start'));
  const terminal = openShell(place, GUARDED);
  try {
    await terminal.waitFor('● app  running for ');
    await terminal.waitFor(`pid ${pid}, user `);
    await terminal.waitFor('q quit   p freeze   r restart');
    await terminal.waitFor(`tick ${pid}`);
    terminal.type('q');
    await terminal.waitFor('left 0');
    await assertRestored(place, terminal);
  } finally {
    terminal.close();
  }
});

for (const [name, end, status] of [
  ['Ctrl-C', '\x03', 0],
  ['SIGTERM', 'SIGTERM', 143],
  ['SIGHUP', 'SIGHUP', 129],
  ['SIGINT', 'SIGINT', 0],
] as const)
  test.skipIf(ptyMissing, `${name} leaves the terminal as it was`, async () => {
    const place = prepare();
    await place.zd('-C app.conf start');
    const terminal = openShell(place, GUARDED);
    try {
      await terminal.waitFor('● app  running for ');
      if (end.startsWith('SIG'))
        for (const viewer of listChildren(terminal.pid)) process.kill(viewer, end as NodeJS.Signals);
      else terminal.type(end);
      await terminal.waitFor(`left ${status}`);
      await assertRestored(place, terminal);
    } finally {
      terminal.close();
    }
  });

test.skipIf(ptyMissing, 'an error of its own leaves the terminal as it was', async () => {
  const place = prepare();
  await place.zd('-C app.conf start');
  const fault = place.write(
    'fault.cjs',
    "process.on('SIGUSR2', () => { throw new Error('broken on purpose'); });",
  );
  const terminal = openShell(place, GUARDED, {
    env: { ZD_NODE_OPTIONS: '', NODE_OPTIONS: `--require=${fault}` },
  });
  try {
    await terminal.waitFor('● app  running for ');
    for (const viewer of listChildren(terminal.pid)) process.kill(viewer, 'SIGUSR2');
    await terminal.waitFor(/left [1-9]/);
    await assertRestored(place, terminal);
  } finally {
    terminal.close();
  }
});

test.skipIf(ptyMissing, 'Ctrl-Z suspends it with the terminal as it was, and fg goes on', async () => {
  const place = prepare();
  await place.zd('-C app.conf start');
  const script =
    'set -m; stty -g >before; ./zd top; stty -g >during; echo suspended; fg; echo "left $?"; stty -g >after; read line';
  const terminal = openShell(place, script);
  try {
    await terminal.waitFor('● app  running for ');
    terminal.type('\x1a');
    await terminal.waitFor('suspended');
    assert.is(place.read('during'), place.read('before'));
    assert.ok(terminal.rawScreen().includes(LEAVE));
    await terminal.waitFor('● app  running for ');
    await terminal.waitFor('q quit');
    terminal.type('q');
    await terminal.waitFor('left 0');
    await assertRestored(place, terminal);
  } finally {
    terminal.close();
  }
});

test.skipIf(ptyMissing, 'a killed manager, an upgrade, a stop and a start are followed', async () => {
  const place = prepare();
  await place.zd('-C app.conf start');
  const { managerPid } = await place.report();
  const terminal = openShell(place, GUARDED);
  try {
    await terminal.waitFor(`pid ${managerPid}, `);
    process.kill(managerPid, 'SIGKILL');
    const next = await until(30, 'the next manager', async () => {
      const report = await place.report();
      return report.managerPid && report.managerPid !== managerPid ? report.managerPid : null;
    });
    await terminal.waitFor(`manager     pid ${next}, `);
    await place.zd('-C app.conf upgrade');
    await terminal.waitFor(`manager     pid ${(await place.report()).managerPid}, `);
    await place.zd('-C app.conf stop');
    await terminal.waitFor('○ app  stopped by ');
    const pid = pidIn(await place.zd('-C app.conf start'));
    await terminal.waitFor('● app  running for ');
    await terminal.waitFor(`tick ${pid}`);
    terminal.type('q');
    await terminal.waitFor('left 0');
  } finally {
    terminal.close();
  }
});

test.skipIf(ptyMissing, 'a manager that does not answer is told as lost contact, and heals', async () => {
  const place = prepare();
  await place.zd('-C app.conf start');
  const { managerPid } = await place.report();
  const terminal = openShell(place, GUARDED);
  try {
    await terminal.waitFor('q quit');
    process.kill(managerPid, 'SIGSTOP');
    await terminal.waitFor('◐ app  lost contact ');
    process.kill(managerPid, 'SIGCONT');
    await terminal.waitFor('● app  running for ');
    terminal.type('q');
    await terminal.waitFor('left 0');
  } finally {
    process.kill(managerPid, 'SIGCONT');
    terminal.close();
  }
});

test.skipIf(ptyMissing, 'r restarts the program, after a question only', async () => {
  const place = prepare();
  const pid = pidIn(await place.zd('-C app.conf start'));
  const terminal = openShell(place, GUARDED);
  try {
    await terminal.waitFor('q quit');
    terminal.type('r');
    await terminal.waitFor('restart app? y restarts it');
    terminal.type('n');
    await terminal.waitFor('q quit');
    terminal.type('ry');
    await terminal.waitFor(/daemon process restarted, pid=\d+/);
    assert.is.not((await place.report()).pid, pid);
    place.write('app.conf', `${place.read('app.conf')}\n`);
    terminal.type('r');
    await terminal.waitFor('app.conf has changed: leave, and type zd restart');
    terminal.type('q');
    await terminal.waitFor('left 0');
  } finally {
    terminal.close();
  }
});

test.skipIf(ptyMissing, 'p freezes what is shown, and goes on', async () => {
  const place = prepare();
  await place.zd('-C app.conf start');
  const terminal = openShell(place, GUARDED);
  try {
    await terminal.waitFor('q quit');
    terminal.type('p');
    await terminal.waitFor('frozen: p goes on');
    terminal.type('p');
    await terminal.waitFor('p freeze');
    terminal.type('q');
    await terminal.waitFor('left 0');
  } finally {
    terminal.close();
  }
});

test.skipIf(ptyMissing, 'another size is followed, and a file that has changed is told', async () => {
  const place = prepare();
  await place.zd('-C app.conf start');
  const terminal = openShell(place, GUARDED);
  try {
    await terminal.waitFor('app.conf, unchanged since the start');
    await terminal.waitFor('q quit');
    terminal.resize(44, 12);
    await terminal.waitFor(/\d min|app {2}running for [0-9.]+ s/);
    await terminal.waitFor('process    pid ');
    await terminal.waitFor('q quit');
    terminal.resize(100, 40);
    place.write('app.conf', `${place.read('app.conf')}\n`);
    await terminal.waitFor('app.conf, changed since it was read here');
    terminal.type('q');
    await terminal.waitFor('left 0');
    await assertRestored(place, terminal);
  } finally {
    terminal.close();
  }
});

test.skipIf(ptyMissing, '40 columns, ASCII and no colours will do, and output cannot attack', async () => {
  const place = prepare("printf '\\033[2J\\033]0;x\\007 bad\\n'");
  await place.zd('-C app.conf start');
  const terminal = openShell(place, GUARDED, { columns: 40, env: { LC_ALL: 'C', NO_COLOR: '1' } });
  try {
    await terminal.waitFor('* app  running for ');
    await terminal.waitFor('^[[2J^[]0;x^G bad');
    terminal.type('q');
    await terminal.waitFor('left 0');
    assert.not.match(terminal.rawScreen(), /[●└▁]/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    assert.not.match(terminal.rawScreen(), /\x1b\[\d*m|\x1b\]|\x07/);
  } finally {
    terminal.close();
  }
});

test('without a screen it says what to use instead; with --json it prints samples', async () => {
  const place = prepare();
  await place.zd('-C app.conf start');
  const refused = await place.zd('-C app.conf top');
  assert.equal(
    [refused.status, refused.stdout, refused.stderr],
    [1, '', 'zd: cannot show top: this is not a terminal that can be drawn on; use zd status --watch\n'],
  );
  const samples = place.launch([...commandOf('zd'), '-C', 'app.conf', 'top', '--json']);
  await until(30, 'two samples', () => samples.output().split('\n').length > 2);
  samples.child.kill('SIGINT');
  assert.is((await within(30, samples.done, 'the end')).status, 0);
  const [sample] = samples
    .output()
    .split('\n')
    .map(line => line && JSON.parse(line));
  assert.equal([sample.state, typeof sample.memory, sample.processes[0].depth], ['running', 'number', 0]);
});

test.run();
