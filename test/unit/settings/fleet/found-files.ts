import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { parseArguments } from '../../../../src/settings/argv';
import type { Fleet } from '../../../../src/settings/fleet/fleet';
import { readFleet } from '../../../../src/settings/fleet/read-fleet';
import { resolveConfiguration } from '../../../../src/settings/resolve';
import { FleetFiles } from '../../../helpers/fleet-files';
import { suite } from '../../../runner/guard';

const test = suite('what is found in a folder of many programs');
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

const settingsOf = (fleet: Fleet, name: string) =>
  fleet.members.find(one => one.name === name)?.configuration.settings;

test('a FIFO or a fleet among the files, and a line break in a name, are faults of that file', () => {
  plain('apps/good.conf');
  plain('apps/two\nlines.conf');
  write('apps/many.conf', '[program:x]', 'program = x');
  execFileSync('mkfifo', [join(cwd, 'apps/fifo.conf'), join(cwd, 'other')]);
  symlinkSync('../other', join(cwd, 'apps/link.conf'));
  const { faulty, ...fleet } = read('apps');
  assert.is(fleet.members.length, 1);
  const faultOf = (name: string) => faulty.find(one => one.name === name)?.fault ?? '';
  assert.match(faultOf('fifo'), /^cannot read apps\/fifo\.conf: it is not a regular file$/);
  assert.match(faultOf('link'), /it is not a regular file/);
  assert.match(faultOf('two\nlines'), /cannot be the name of a program/);
  assert.match(faultOf('many'), /is a fleet of its own; name it alone, as in zd -C apps\/many\.conf list$/);
});

test('defaults.conf that is a FIFO is a fault, and is not waited for', () => {
  plain('apps/web.conf');
  execFileSync('mkfifo', [join(cwd, 'apps/defaults.conf')]);
  assert.match(read('apps').faulty[0]?.fault ?? '', /defaults\.conf: it is not a regular file/);
});

test('${name} is the same for a file of a folder that is named alone', () => {
  write('apps/defaults.conf', '[runner]', 'pidfile = ${name}.pid');
  plain('apps/web.conf');
  write('later/web.conf', '[runner]', 'program = x', 'transcript = ${name}.log');
  mkdirSync(join(cwd, 'later/.zd'));
  const alone = (file: string, placesPaths = true) =>
    resolveConfiguration({ argv: parseArguments(['-C', file]), cwd, placesPaths }).settings;
  assert.is(alone('apps/web.conf').pidfile, settingsOf(read('apps'), 'web')?.pidfile);
  assert.is(alone('apps/web.conf').pidfile, join(cwd, 'apps/web.pid'));
  assert.is(alone('later/web.conf').transcript, join(cwd, 'later/web.log'));
  assert.throws(() => alone('later/web.conf', false), /begins with \$\{name\}, which nothing replaces/);
});

test('what cannot be looked at is no fleet, and no bug', () => {
  symlinkSync('loop', join(cwd, 'loop'));
  for (const file of ['loop', 'loop/web.conf', `${'x'.repeat(300)}.conf`])
    assert.is(readFleet({ argv: parseArguments(['-C', file]), cwd }), null);
});

test.run();
