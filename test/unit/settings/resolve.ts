import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { parseArguments } from '../../../src/settings/argv';
import { listSettings, requireProgram, resolveConfiguration } from '../../../src/settings/resolve';
import type { Configuration } from '../../../src/settings/settings';
import { suite } from '../../runner/guard';

const cwd = mkdtempSync(join(tmpdir(), 'zd-resolve-'));
const fixtures = join(__dirname, '../../fixtures/conf');
const resolve = suite('resolve');

resolve.after(() => rmSync(cwd, { recursive: true }));

resolve('Without a file no reader of files is loaded', () => {
  configure('-p', 'sleep 1');
  const loaded = Object.keys(require.cache).join('\n');
  assert.not.match(loaded, /settings\/file\/(read|source|ini|zconfig)\.[jt]s|node_modules\/ini\//);
});

resolve('An INI file loads the reader of INI files only', () => {
  writeFileSync(join(cwd, 'c'), '[runner]\nprogram = a');
  configure('-Cc');
  const loaded = Object.keys(require.cache).join('\n');
  assert.match(loaded, /settings\/file\/ini\.[jt]s/);
  assert.not.match(loaded, /settings\/file\/zconfig\.[jt]s/);
});

resolve('A flag wins over -X, -X over the file, the file over the default, and each value says so', () => {
  writeFileSync(
    join(cwd, 'c'),
    '[runner]\nprogram = a\numask = 7\nbackoff-limit = ten\nexit-codes = 1\nforever=on',
  );
  const { settings, origins, file } = configure(
    ...['-Cc', '-X', 'runner/umask=1', '-XRunner/Backoff-Limit=4', '--umask', '27', '-x', '3'],
  );
  assert.is(file, 'c');
  assert.equal([settings.umask, origins.umask], [0o27, '--umask']);
  assert.equal([settings.exitCodes, origins.exitCodes], [[3], '-x']);
  assert.equal([settings.backoffLimit, origins.backoffLimit], [4, '-X Runner/Backoff-Limit']);
  assert.equal([settings.forever, origins.forever], [true, 'c:6']);
  assert.equal([settings.startTimeout, origins.startTimeout], [300, 'default']);
});

resolve('-d turns on what a file turned off', () => {
  writeFileSync(join(cwd, 'c'), '[runner]\nprogram = a\ndaemon = off');
  assert.is(configure('-Cc').settings.daemon, false);
  assert.is(configure('-Cc', '-d').settings.daemon, true);
});

resolve(
  '-X sets variables, log levels and sections that the file does not have, and the last one wins',
  () => {
    writeFileSync(join(cwd, 'c'), '[environment]\nA=1\na=2');
    const over = [
      'runner/program=x $y',
      'environment/A=0',
      'environment/A= 3 ',
      'eventlog/level=debug',
      'eventlog/path=l',
    ];
    const configuration = configure('-Cc', ...over.flatMap(text => ['-X', text]));
    assert.equal(configuration.settings.program, ['x', '$y']);
    assert.equal(configuration.environment, { a: '2', A: ' 3 ' });
    assert.equal(configuration.eventLog, {
      level: 10,
      files: [{ path: 'l', level: 0, origin: '-X eventlog/path', isTyped: true }],
    });
  },
);

resolve('-X reaches the log file of a runner', () => {
  writeFileSync(
    join(cwd, 'c'),
    '<runner>\nprogram a\n<eventlog>\n<logfile>\npath a\n</logfile>\n</eventlog>\n</runner>',
  );
  const { eventLog } = configure('-Cc', '-X', 'runner/eventlog/logfile/path=b');
  const origin = '-X runner/eventlog/logfile/path';
  assert.equal(eventLog, { level: 20, files: [{ path: 'b', level: 0, origin, isTyped: true }] });
});

resolve('A program is required only where it is needed, and always with a file', () => {
  const configuration = configure('-s', 'sock');
  assert.equal(configuration.settings.program, []);
  assert.throws(
    () => requireProgram(configuration),
    (error: Error) => error.message === 'no program specified; use -p or -C',
  );
  writeFileSync(join(cwd, 'c'), '[runner]\numask = 7');
  assert.throws(() => configure('-Cc'), /^c:1: no values for 'program'; 1 required/);
  requireProgram(configure('-Cc', '-p', 'a'));
});

resolve('Settings are listed in the order of the table with value and origin', () => {
  const listed = listSettings(configure('-p', "sh -c 'a b'", '-fm', '7'));
  assert.equal(listed[0], { key: 'program', value: "sh -c 'a b'", origin: '-p' });
  assert.equal(
    listed.find(({ key }) => key === 'umask'),
    { key: 'umask', value: '007', origin: '-m' },
  );
  assert.equal(
    listed.find(({ key }) => key === 'forever'),
    { key: 'forever', value: 'on', origin: '-f' },
  );
  assert.equal(
    listed.find(({ key }) => key === 'user'),
    { key: 'user', value: '(none)', origin: 'default' },
  );
});

resolve('Obsolete options are ignored with one note each', () => {
  writeFileSync(join(cwd, 'c'), '[runner]\nprogram = a\npython = /x\nzdrun = /y');
  assert.equal(configure('-Cc', '-S', 'schema.xml').notes, [
    'option -S is obsolete and ignored',
    "c:3: 'python' is obsolete and ignored",
    "c:4: 'zdrun' is obsolete and ignored",
  ]);
});

resolve('The same configuration reads the same in both formats', () => {
  const [ini, old] = ['sample.ini', 'sample.conf'].map(name => fixture(name));
  assert.equal(ini!.settings, old!.settings);
  assert.equal(ini!.environment, old!.environment);
  assert.equal(old!.environment, { LANG: 'C.UTF-8', Greeting: '"hello"; # not a comment' });
  assert.equal(old!.eventLog, {
    level: 10,
    files: [
      {
        path: 'events.log',
        level: 20,
        format: { style: 'classic', text: '%(message)s' },
        origin: 'sample.conf:21',
      },
    ],
    handlers: [{ type: 'syslog', facility: 'local3', level: 0, origin: 'sample.conf:25' }],
  });
  const files = [
    { path: 'events.log', level: 0, origin: 'sample.ini:17' },
    { path: 'STDERR', level: 0, origin: 'sample.ini:18' },
  ];
  assert.equal(ini!.eventLog, { level: 10, files });
  assert.equal(old!.notes, ["sample.conf:10: 'python' is obsolete and ignored"]);
});

resolve(
  'A Zope file is read with its definitions and includes, and one note for each kind of foreign entry',
  () => {
    const { settings, origins, eventLog, notes } = fixture('zope.conf');
    assert.equal(settings.program, ['/srv/portal/bin/serve', '--price=5$', '--home=/home/me']);
    assert.equal([settings.socketName, origins.socketName], ['/srv/portal/run/zdsock', 'runner.inc:4']);
    const file = { path: '/srv/portal/log/event.log', level: 20, origin: 'zope.conf:30' };
    assert.equal(eventLog, { level: 20, files: [file] });
    assert.equal(notes, [
      'zope.conf:9: skipped sections of other programs: product-config, zodb_db',
      'zope.conf:5: skipped keys of other programs: instancehome, clienthome, debug-mode',
      'zope.conf:3: skipped %import of portal.storage',
    ]);
  },
);

resolve('The event log of a runner wins over that of the file', () => {
  writeFileSync(
    join(cwd, 'c'),
    '<eventlog>\nlevel 10\n</eventlog>\n<runner>\nprogram a\n<eventlog>\nlevel 40\n</eventlog>\n</runner>',
  );
  assert.equal(configure('-Cc').eventLog, { level: 40, files: [] });
});

resolve('A byte-order mark, CRLF, indented lines and comment lines are accepted', () => {
  writeFileSync(join(cwd, 'c'), '\ufeff; x\r\n \t[ Runner ]\r\n\tPROGRAM=a ; b\r\n # y\r\n\r\n');
  assert.equal(configure('-Cc').settings.program, ['a', ';', 'b']);
  writeFileSync(join(cwd, 'c'), '\ufeff# x\r\n<RUNNER main >\r\n Program a # b \r\n</Runner >\r\n');
  assert.equal(configure('-Cc').settings.program, ['a', '#', 'b']);
});

resolve('A path may start with ~ in a file, a flag and an event log', () => {
  writeFileSync(join(cwd, 'c'), '[runner]\nprogram=~/a\ntranscript=~/t\n[eventlog]\npath=~/e');
  const { settings, eventLog } = configure('-Cc', '-s~/s');
  assert.equal(
    [settings.program, settings.transcript, settings.socketName],
    [['~/a'], '/home/me/t', '/home/me/s'],
  );
  assert.is(eventLog?.files[0]?.path, '/home/me/e');
});

resolve('Called as zd, paths start in the folder of the file, in its directory, or where one stands', () => {
  const file = join(cwd, 'sub/c');
  mkdirSync(join(cwd, 'sub'));
  const lines =
    'program=./a\ntranscript=t\nlogfile=l\nstdin=STDERR\nstart-test-program=./test\n[eventlog]\npath=e\npath=STDOUT';
  writeFileSync(file, `[runner]\n${lines}`);
  const place = (...words: string[]) =>
    resolveConfiguration({ argv: parseArguments(words), cwd, placesPaths: true });
  const one = place('-C', 'sub/c');
  const { settings, folder, eventLog, typed } = one;
  assert.equal([folder, typed], [join(cwd, 'sub'), []]);
  assert.equal(
    [
      settings.socketName,
      settings.transcript,
      settings.logfile,
      settings.stdin,
      eventLog?.files.map(log => log.path),
    ],
    [
      join(cwd, 'sub/zdsock'),
      join(cwd, 'sub/t'),
      join(cwd, 'sub/l'),
      'STDERR',
      [join(cwd, 'sub/e'), 'STDOUT'],
    ],
  );
  assert.equal([settings.program, one.formerSocket], [['./a'], join(cwd, 'zdsock')]);
  const over = ['-X', 'eventlog/path=x', '-X', 'runner/start-test-program=./t y', '-X', 'runner/directory=d'];
  const two = place('-C', 'sub/c', '-p', './b c', '-s', 's', '-l', 'm', ...over);
  assert.equal(two.settings.program, [join(cwd, 'b'), 'c']);
  assert.equal(two.settings.startTestProgram, [join(cwd, 't'), 'y']);
  assert.equal([two.settings.socketName, two.formerSocket], [join(cwd, 's'), null]);
  assert.equal([two.settings.directory, two.settings.transcript], [join(cwd, 'd'), join(cwd, 'd/t')]);
  assert.equal([two.settings.logfile, two.eventLog?.files[0]?.path], [join(cwd, 'm'), join(cwd, 'x')]);
  assert.equal(two.typed, ['program', 'directory', 'socket-name', 'start-test-program', 'logfile']);
  const three = place('-p', './b', '-z', 'd', '-t', 't');
  assert.equal([three.folder, three.settings.program], [null, ['./b']]);
  assert.equal([three.settings.socketName, three.settings.transcript], [join(cwd, 'zdsock'), join(cwd, 't')]);
});

function configure(...words: string[]): Configuration {
  return resolveConfiguration({ argv: parseArguments(words), cwd, env: { HOME: '/home/me' } });
}

function fixture(name: string): Configuration {
  return resolveConfiguration({
    argv: parseArguments(['-C', name]),
    cwd: fixtures,
    env: { HOME: '/home/me' },
  });
}

resolve.run();
