import { chmodSync, chownSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { parseArguments } from '../../../../src/settings/argv';
import type { Fleet } from '../../../../src/settings/fleet/fleet';
import { readFleet } from '../../../../src/settings/fleet/read-fleet';
import { resolveConfiguration } from '../../../../src/settings/resolve';
import { FleetFiles } from '../../../helpers/fleet-files';
import { needsRoot, STRANGER } from '../../../helpers/strangers';
import { suite } from '../../../runner/guard';

const test = suite('reading a fleet');
let files: FleetFiles;
let cwd = '';
test.before.each(() => {
  files = new FleetFiles();
  cwd = files.cwd;
});
test.after.each(() => files.remove());

const write = (name: string, ...lines: string[]) => files.write(name, ...lines);
const plain = (name: string, ...lines: string[]) => files.plain(name, ...lines);
const read = (file: string, ...flags: string[]) => files.read(file, ...flags);

const names = ({ members }: Fleet) => members.map(({ name }) => name);
const settingsOf = (fleet: Fleet, name: string) =>
  fleet.members.find(one => one.name === name)?.configuration.settings;

test('the files of a folder are its programs, and hidden, saved and other files are not', () => {
  plain('apps/web.conf');
  plain('apps/db.conf');
  for (const other of ['.db.conf', 'db.conf~', 'db.conf.save', 'README', '.#web.conf'])
    write(`apps/${other}`, 'x');
  const fleet = read('apps');
  assert.equal([fleet.kind, names(fleet)], ['folder', ['db', 'web']]);
  assert.is(settingsOf(fleet, 'web')?.socketName, join(cwd, 'apps/.zd/web/sock'));
});

test('the names that are changed in a foreign file are reported', () => {
  write('eco.json', '{"apps": [{"name": "a b", "script": "x"},', '{"script": "c"}, {"script": "c"}]}');
  const { report } = read('eco.json');
  assert.equal(
    report
      .filter(({ how }) => how?.startsWith('the name'))
      .map(({ origin, text, how }) => [origin, text, how]),
    [
      ['eco.json:1', 'a b', 'the name is a-b'],
      ['eco.json:2', 'c', 'the name is c-2'],
    ],
  );
});

test('a foreign file is recognized behind its byte-order mark', () => {
  write('Procfile', '\ufeffweb: sleep 1000');
  write('more.ini', '\ufeff[program:web]', 'command=sleep 1000');
  assert.equal(
    ['Procfile', 'more.ini'].map(file => read(file).kind),
    ['procfile', 'supervisord'],
  );
});

test.skipIf(needsRoot, 'as root, a script that others can change is not run to be read', () => {
  for (const [file, text] of Object.entries({
    'eco.config.js': 'require("fs").writeFileSync("ran", ""); module.exports = { apps: [{ script: "a" }] };',
    services: '#!/bin/sh\n: >ran\necho \'{"SERVICES": {"a": {"command": "a"}}}\'',
    'atoms.py': 'import os\nopen("ran", "w")\nPROC_LIST = []',
  })) {
    write(file, text);
    chmodSync(join(cwd, file), 0o777);
    assert.throws(
      () => read(file, '--run-it'),
      /^cannot trust the configuration .* as root: others can write/,
      file,
    );
    assert.not(existsSync(join(cwd, 'ran')), file);
  }
  write('own.config.js', 'module.exports = { apps: [{ script: "a" }] };');
  chownSync(join(cwd, 'own.config.js'), STRANGER, STRANGER);
  chmodSync(cwd, 0o755);
  assert.is(read('own.config.js', '--run-it').kind, 'pm2');
});

test('a file with one program is not a fleet, and one that is no configuration is none either', () => {
  plain('app.conf');
  write('other.conf', 'hello');
  for (const file of ['app.conf', 'other.conf', 'missing.conf'])
    assert.is(readFleet({ argv: parseArguments(['-C', file]), cwd }), null);
});

test('once the folder is a fleet, a file of it alone is the same program at the same place', () => {
  plain('apps/web.conf');
  mkdirSync(join(cwd, 'apps/.zd'));
  const alone = resolveConfiguration({
    argv: parseArguments(['-C', 'apps/web.conf']),
    cwd,
    placesPaths: true,
  });
  assert.is(alone.settings.socketName, settingsOf(read('apps'), 'web')?.socketName);
});

test('without a fleet, the default place of a file is as ever', () => {
  plain('apps/web.conf');
  const alone = resolveConfiguration({
    argv: parseArguments(['-C', 'apps/web.conf']),
    cwd,
    placesPaths: true,
  });
  assert.is(alone.settings.socketName, join(cwd, 'apps/zdsock'));
});

test('a configured socket-name wins, and two programs cannot have the same', () => {
  plain('apps/a.conf', 'socket-name = s');
  plain('apps/b.conf', 'socket-name = s');
  const fleet = read('apps');
  assert.is(settingsOf(fleet, 'a')?.socketName, join(cwd, 'apps/s'));
  assert.match(fleet.faulty[0]?.fault ?? '', /^apps\/b\.conf: b and a have the same socket .*; give one/);
});

test('a file with a fault is listed with its place, and the others are read', () => {
  plain('apps/good.conf');
  plain('apps/bad.conf', 'colour = red');
  write('apps/two words.conf', '[runner]', 'program = x');
  const { faulty, ...fleet } = read('apps');
  assert.equal(fleet.members.length, 1);
  assert.match(
    faulty.find(({ name }) => name === 'bad')?.fault ?? '',
    /^apps\/bad\.conf:3: unknown key 'colour'/,
  );
  assert.match(
    faulty.find(({ name }) => name === 'two words')?.fault ?? '',
    /cannot be the name of a program/,
  );
});

test('defaults.conf comes before each file of its folder: a key replaces, variables merge', () => {
  write('apps/defaults.conf', '[runner]', 'umask = 027', 'stop-timeout = 9', '[environment]', 'A=1', 'B=1');
  plain('apps/web.conf', 'Stop-Timeout = 4', '[environment]', 'B=2');
  const fleet = read('apps');
  const [web] = fleet.members;
  assert.equal(names(fleet), ['web']);
  const { settings, origins, environment, paths } = web!.configuration;
  assert.equal([settings.umask, settings.stopTimeout], [0o27, 4]);
  assert.equal([origins.umask, origins.stopTimeout], ['apps/defaults.conf:2', 'apps/web.conf:3']);
  assert.equal(environment, { A: '1', B: '2' });
  assert.equal(paths, [join(cwd, 'apps/web.conf'), join(cwd, 'apps/defaults.conf')]);
});

test('defaults.conf also comes before a file that is named alone, but not for zdaemon, and not if it is not of zd', () => {
  write('apps/defaults.conf', '[runner]', 'umask = 027');
  plain('apps/web.conf');
  const alone = (placesPaths: boolean) =>
    resolveConfiguration({ argv: parseArguments(['-C', 'apps/web.conf']), cwd, placesPaths }).settings.umask;
  assert.is(alone(true), 0o27);
  assert.is(alone(false), 0o22);
  write('apps/defaults.conf', '[mysqld]', 'umask = 027');
  assert.is(alone(true), 0o22);
});

test('a file of many has its programs in its order, with defaults and sections for all and for one', () => {
  write(
    'many.conf',
    '[defaults]',
    'umask = 027',
    '[program:web]',
    'program = web',
    '[environment]',
    'A=1',
    '[program:db]',
    'program = db',
    'umask = 077',
    '[environment:db]',
    'A=2',
    'B=2',
  );
  const fleet = read('many.conf');
  assert.equal([fleet.kind, names(fleet)], ['file', ['web', 'db']]);
  assert.equal(
    fleet.members.map(one => one.configuration.settings.umask),
    [0o27, 0o77],
  );
  assert.equal(
    fleet.members.map(one => one.configuration.environment),
    [{ A: '1' }, { A: '2', B: '2' }],
  );
  assert.is(settingsOf(fleet, 'db')?.socketName, join(cwd, '.zd/many/db/sock'));
});

test('a section for a program that is not there, [runner] and a name that is none are faults of the file', () => {
  const refuse = (line: string, fault: RegExp) => {
    write('many.conf', '[program:web]', 'program = web', line);
    assert.throws(
      () => read('many.conf'),
      (error: Error) => fault.test(error.message),
    );
  };
  refuse(
    '[environment:wbe]',
    /^many\.conf:3: \[environment:wbe\] is for a program that is not here; did you mean 'web'\?$/,
  );
  refuse('[runner]', /^many\.conf:3: \[runner\] is for a file with one program/);
  refuse('[program:a b]', /^many\.conf:3: 'a b' cannot be the name of a program/);
  refuse('[program:web]', /already defined at many\.conf:1/);
});

test('copies have numbers in their names, in ${copy} and in ZD_COPY, and their own places', () => {
  plain('apps/web.conf', 'copies = 2', 'transcript = log/${name}.log', 'pidfile = ${copy}.pid');
  const fleet = read('apps');
  assert.equal(names(fleet), ['web-1', 'web-2']);
  const second = settingsOf(fleet, 'web-2');
  assert.equal(second?.transcript, join(cwd, 'apps/log/web-2.log'));
  assert.equal(second?.pidfile, join(cwd, 'apps/2.pid'));
  assert.is(fleet.members[1]?.configuration.environment.ZD_COPY, '2');
  assert.is(read('apps/web.conf').kind, 'copies');
  assert.equal(names(read('apps', '-X', 'web/copies=0')), []);
});

test('copies that would share a transcript, and ${copy} without copies, are faults', () => {
  plain('apps/a.conf', 'copies = 2', 'transcript = a.log');
  plain('apps/b.conf', 'transcript = ${copy}.log');
  const faults = read('apps').faulty.map(({ fault }) => fault);
  assert.match(
    faults[0] ?? '',
    /^apps\/a\.conf:4: transcript is the same for all 2 copies; write \$\{copy\} into it$/,
  );
  assert.match(faults[1] ?? '', /^apps\/b\.conf:3: transcript has \$\{copy\}, but the program has no copies/);
});

test('names that differ by case only, and name itself, are faults', () => {
  write('many.conf', '[program:web]', 'program = x', '[program:Web]', 'program = y');
  plain('apps/a.conf', 'name = b');
  assert.match(read('many.conf').faulty[0]?.fault ?? '', /Web and web differ by case only/);
  assert.match(read('apps').faulty[0]?.fault ?? '', /^apps\/a\.conf:3: name is not allowed/);
});

test('-X replaces a value of one program or of all; -p, -s and an unknown name are refused', () => {
  plain('apps/web.conf');
  plain('apps/db.conf');
  const fleet = read('apps', '-X', 'web/umask=077', '-X', 'runner/stop-timeout=3');
  assert.equal(
    fleet.members.map(one => one.configuration.settings.umask),
    [0o22, 0o77],
  );
  assert.equal(
    fleet.members.map(one => one.configuration.settings.stopTimeout),
    [3, 3],
  );
  assert.is(fleet.members[1]?.configuration.origins.umask, '-X web/umask');
  const fails = (fault: RegExp, ...flags: string[]) =>
    assert.throws(
      () => read('apps', ...flags),
      (error: Error) => fault.test(error.message),
    );
  fails(/-X wbe\/umask: there is no program wbe; did you mean 'web'\?/, '-X', 'wbe/umask=0');
  fails(/cannot use -s with apps/, '-s', 'x');
  fails(/cannot use -p with apps/, '-p', 'x');
  fails(/unknown format 'pmrt' after --format; did you mean 'pmtr'\?/, '--format', 'pmrt');
});

test('daemon = off is a fault in a fleet', () => {
  plain('apps/a.conf', 'daemon = off');
  assert.match(read('apps').faulty[0]?.fault ?? '', /^apps\/a\.conf:3: daemon = off runs one program/);
});

test('a program section with both program and command is a fault that names --format', () => {
  write('both.conf', '[program:web]', 'program = x', 'command = y');
  assert.throws(() => read('both.conf'), /--format zd or --format supervisord/);
});
test.run();
