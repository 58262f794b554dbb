import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { type CommandRecord, commandTable } from '../../../src/commands/table';
import { clearPlaces, makePlace, type Outcome, type Place } from '../../helpers/cli';
import { asUser, give, Impostor, needsRoot, plainStatus, STRANGER } from '../../helpers/strangers';
import { until } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* As root, every command meets every kind of untrusted thing. */

const test = suite('every command');
test.after.each(clearPlaces);

/** What a command does because of a configuration: nothing, examine it, ask a manager, or also run something. */
const reaches: Record<string, 'nothing' | 'examines' | 'reads' | 'asks' | 'runs'> = {
  start: 'runs',
  stop: 'asks',
  restart: 'runs',
  once: 'runs',
  pause: 'asks',
  continue: 'asks',
  reload: 'asks',
  'run-now': 'asks',
  send: 'asks',
  status: 'asks',
  list: 'asks',
  history: 'asks',
  events: 'asks',
  top: 'asks',
  fg: 'runs',
  kill: 'asks',
  wait: 'asks',
  reopen_transcript: 'asks',
  logreopen: 'asks',
  logtail: 'reads',
  attach: 'asks',
  upgrade: 'asks',
  apply: 'asks',
  up: 'asks',
  show: 'nothing',
  check: 'examines',
  init: 'nothing',
  export: 'examines',
  doctor: 'examines',
  completion: 'nothing',
  help: 'nothing',
};
const records: Record<string, CommandRecord | undefined> = commandTable;
/** A command that needs words, with some. */
const lines: Record<string, string> = { send: 'send text', export: 'export systemd', top: 'top --json' };
const lineOf = (command: string) => lines[command] ?? command;
const names = Object.keys(records);
const acting = names.filter(name => reaches[name] !== 'nothing');
const asking = names.filter(name => ['asks', 'runs'].includes(reaches[name] ?? ''));
const running = names.filter(name => reaches[name] === 'runs' || name === 'check');

test('every command has its place in this walk', () => {
  assert.equal(Object.keys(reaches), names);
});

/** Each spoils one thing that the text of the configuration depends on. @returns its path */
const texts: Record<string, (place: Place) => string> = {
  'a configuration that everybody can write': place => open(place.path('conf/app.conf')),
  'a configuration of another user': place => lend(place.path('conf/app.conf')),
  'an included file that everybody can write': place => open(place.path('parts/more.conf')),
  'an included file of another user': place => lend(place.path('parts/more.conf')),
  'an included file of the included file': place => lend(place.path('parts/last.conf')),
  'a folder of another user': place => lend(place.path('parts')),
  'a folder above that everybody can write': place => open(place.path('conf')),
  'a symlink of another user': place => {
    renameSync(place.path('parts'), place.path('elsewhere'));
    symlinkSync('elsewhere', place.path('parts'));
    return lend(place.path('parts'));
  },
};

for (const [name, spoil] of Object.entries(texts)) {
  test.skipIf(needsRoot, `${name} is refused, and nothing is done because of it`, async () => {
    const place = prepare();
    const path = spoil(place);
    await forEach(acting, async command => {
      const { status, stdout, stderr } = await place.zd(`-C conf/app.conf ${lineOf(command)}`);
      assert.is(status, 1, command);
      assert.match(command === 'doctor' ? stdout : stderr, `cannot trust`, command);
      assert.match(command === 'doctor' ? stdout : stderr, `${path} as root`, command);
    });
    for (const command of ['show', 'help'])
      assert.is((await place.zd(`-C conf/app.conf ${lineOf(command)}`)).status, 0, command);
    assert.not(existsSync(place.path('.zdsock.zd')));
    assert.not(existsSync(place.path('ran')));
  });
}

test.skipIf(needsRoot, 'nor because of one that its owner takes away after it was read', async () => {
  const place = prepare();
  const conf = place.path('conf');
  chmodSync(conf, 0o1777);
  for (const command of acting) {
    rmSync(place.path('conf/app.conf'), { force: true });
    const lines = Object.entries(usual(place)).map(([key, value]) => `  ${key} ${value}\n`);
    place.write('conf/app.conf', `<runner>\n${lines.join('')}  %include more\n</runner>\n`);
    lend(place.path('conf/app.conf'));
    // The client has read the file when it waits for the include, which opens this FIFO for reading.
    const owner = `mkfifo more && exec 3>more && rm app.conf more && echo '# end' >&3`;
    const taken = place.launch(asUser(STRANGER, ['sh', '-c', owner]), { cwd: conf });
    await until(10, 'the FIFO', () => existsSync(place.path('conf/more')));
    const { status, stdout, stderr } = await place.zd(`-C conf/app.conf ${lineOf(command)}`);
    assert.is((await taken.done).status, 0);
    assert.is(status, 1, command);
    assert.match(
      command === 'doctor' ? stdout : stderr,
      /app.conf as root: it was removed or replaced/,
      command,
    );
  }
  assert.not(existsSync(place.path('ran')));
});

const codes: Record<string, (place: Place) => string> = {
  'a program that everybody can write': place => open(place.path('bin/program')),
  'a start test of another user': place => lend(place.path('bin/test')),
  'a folder of the program that belongs to another user': place => lend(place.path('bin')),
};

for (const [name, spoil] of Object.entries(codes)) {
  test.skipIf(needsRoot, `${name} is not run, and everything else works`, async () => {
    const place = prepare();
    const path = spoil(place);
    for (const command of running) {
      const refused = await place.zd(`-C conf/app.conf ${lineOf(command)}`);
      assert.is(refused.status, 1, command);
      assert.match(refused.stderr, `${path} as root`, command);
    }
    assert.is((await place.zd('-C conf/app.conf status')).status, 3);
    assert.not(existsSync(place.path('ran')));
  });
}

for (const [word, path] of Object.entries({ './program': '/usr/bin', program: '.:/usr/bin:/bin' })) {
  test.skipIf(needsRoot, `each command examines the ${word} that it would run`, async () => {
    const place = prepare();
    const theirs = lend(place.write('theirs/program', `#!/bin/sh\n: >${place.path('ran')}\n`, 0o755));
    const here = { cwd: place.path('theirs'), env: { PATH: `${path}:${process.env.PATH}` } };
    const options = ['-s', place.path('zdsock'), '-p', word];
    for (const command of ['fg', 'start']) {
      const refused = await place.zd([...options, command], here);
      assert.is(refused.status, 1);
      assert.match(refused.stderr, `cannot trust the program ${theirs} as root`);
    }
    assert.not(existsSync(place.path('ran')));
    assert.is((await place.zd([...options, '-z', place.path('bin'), 'check'], here)).status, 0);
  });
}

const sockets: Record<string, { make: (place: Place) => Promise<Impostor>; reason: RegExp }> = {
  "another user's socket in a folder of everybody": {
    reason: new RegExp(`it belongs to uid ${STRANGER}, and a manager of uid 0 was expected`),
    make: place => {
      chmodSync(place.folder, 0o1777);
      return Impostor.at(place.path('zdsock'), STRANGER, plainStatus(process.pid));
    },
  },
  "another user's socket in that user's folder": {
    reason: new RegExp(`it belongs to uid ${STRANGER}`),
    make: place => {
      const made = Impostor.at(place.path('run/zdsock'), STRANGER, plainStatus(process.pid));
      lend(place.path('run'));
      place.configure({ ...usual(place), 'socket-name': place.path('run/zdsock') });
      return made;
    },
  },
  'a symlink to a socket of root': {
    reason: /it is a symlink/,
    make: place => {
      symlinkSync('other', place.path('zdsock'));
      return Impostor.at(place.path('other'), 0, plainStatus(process.pid));
    },
  },
  'a symlink to a folder, which another user can replace': {
    reason: /it leads over the symlink .*\/way, in a folder that others can write to/,
    make: async place => {
      mkdirSync(place.path('theirs'));
      symlinkSync('../run', place.path('theirs/way'));
      lend(place.path('theirs'));
      place.configure({ ...usual(place), 'socket-name': place.path('theirs/way/zdsock') });
      return Impostor.at(place.path('run/zdsock'), 0, plainStatus(process.pid));
    },
  },
};

for (const [name, { make, reason }] of Object.entries(sockets)) {
  test.skipIf(needsRoot, `${name} gets no request: status 4`, async () => {
    const place = prepare();
    place.configure(usual(place));
    mkdirSync(place.path('run'));
    const impostor = await make(place);
    const config = place.path('conf/own.conf');
    renameSync(place.path('app.conf'), config);
    try {
      await forEach(asking, async command => {
        const { status, stdout, stderr } = await place.zd(`-C ${config} ${lineOf(command)}`);
        assert.equal([status, stdout], [4, ''], `${command}: ${stderr}`);
        assert.match(stderr, /^zd: cannot trust the socket /, command);
        assert.match(stderr, reason, command);
        // It does not know the other ones.
        if (records[command]?.isOwn) return;
        const python = await place.zdaemon(`-C ${config} ${lineOf(command)}`);
        assert.match(python.stderr, /^Error: cannot trust the socket /, command);
      });
      assert.equal(impostor.heard, []);
    } finally {
      await impostor.close();
    }
  });
}

/** Kinds of state files that no manager has written. */
const states: Record<string, (file: string) => void> = {
  'an endless one': file => symlinkSync('/dev/zero', file),
  'a folder': file => mkdirSync(file),
  'a huge one': file => writeFileSync(file, Buffer.alloc(20 << 20)),
  'one of another user': file => {
    writeFileSync(file, '{}');
    lend(file);
  },
};

for (const [name, spoil] of Object.entries(states)) {
  test.skipIf(needsRoot, `a state file that is wrong is no state: ${name}`, async () => {
    const place = makePlace();
    mkdirSync(place.path('.zdsock.zd'), 0o700);
    spoil(place.path('.zdsock.zd/state.json'));
    assert.equal(short(await place.zd('status')), [3, '']);
    assert.equal(short(await place.zd('stop')), [0, '']);
    assert.equal(short(await place.zd(['-p', 'sleep 1000', 'start'])), [0, '']);
    assert.equal(short(await place.zd('status')), [0, '']);
  });
}

/** The commands do not meet: two at a time. */
async function forEach(commands: string[], look: (command: string) => Promise<void>): Promise<void> {
  const left = [...commands];
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await look(next);
  };
  await Promise.all([work(), work()]);
}

function short({ status, stderr }: Outcome): [number, string] {
  return [status, stderr];
}

/** A configuration with two includes, a program and a start test, all of them root's. */
function prepare(): Place {
  const place = makePlace();
  chmodSync(place.folder, 0o755);
  for (const name of ['program', 'test'])
    place.write(`bin/${name}`, `#!/bin/sh\n: >${place.path('ran')}\n`, 0o755);
  const lines = Object.entries(usual(place)).map(([key, value]) => `  ${key} ${value}\n`);
  place.write('conf/app.conf', `%include ${place.path('parts/more.conf')}\n`);
  place.write('parts/more.conf', `<runner>\n${lines.join('')}</runner>\n%include last.conf\n`);
  place.write('parts/last.conf', '<environment>\n  A b\n</environment>\n');
  return place;
}

function usual(place: Place): Record<string, string> {
  return {
    program: place.path('bin/program'),
    'start-test-program': place.path('bin/test'),
    'socket-name': place.path('zdsock'),
    transcript: place.path('log'),
    'start-timeout': '5',
  };
}

function open(path: string): string {
  chmodSync(path, 0o777);
  return path;
}

function lend(path: string): string {
  give(path, STRANGER);
  return path;
}

test.run();
