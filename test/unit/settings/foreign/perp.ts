import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { readPerp } from '../../../../src/settings/foreign/perp/read';
import { isPerp } from '../../../../src/settings/foreign/perp/recognize';
import { splitWords } from '../../../../src/system/words';
import { entriesOf, lineOf, refusesWith, variablesOf } from '../../../helpers/foreign';
import { suite } from '../../../runner/guard';

const test = suite('the reader of a folder of perp');
const folder = mkdtempSync(join(tmpdir(), 'zd-perp-'));
let count = 0;

test.after(() => rmSync(folder, { recursive: true }));

test('an active service runs rc.main start, and rc.main reset after each end', () => {
  const base = makeBase({ hello: { 'rc.main': '#!/bin/sh\n' } });
  const [program] = read(base).programs;
  assert.equal(entriesOf(program!), {
    program: './rc.main start hello',
    'after-exit': './rc.main reset hello',
    directory: join(base, 'hello'),
    'exit-codes': '',
    forever: 'on',
    'backoff-limit': '1',
    'stop-timeout': '0',
  });
  assert.equal(variablesOf(program!), { PERP_BASE: base });
});

test('a script that asks for PERP_SVPID or PERP_SVSECS gets them', () => {
  const base = makeBase({ hello: { 'rc.main': '#!/bin/sh\necho $PERP_SVSECS\n' } });
  const entries = entriesOf(read(base).programs[0]!);
  assert.equal(splitWords(entries.program!).slice(-3), ['./rc.main', 'start', 'hello']);
  assert.match(entries['after-exit']!, /PERP_SVSECS=\$ZD_UPTIME/);
});

test('an executable rc.log gets the output; another one is not used', () => {
  const base = makeBase({ a: { 'rc.main': '', 'rc.log': '' }, b: { 'rc.main': '', 'rc.log': '' } });
  chmodSync(join(base, 'b/rc.log'), 0o644);
  const { programs, report } = read(base);
  assert.is(entriesOf(programs[0]!)['transcript-program'], './rc.log start a');
  assert.is(entriesOf(programs[1]!)['transcript-program'], undefined);
  assert.equal(
    report.filter(({ text }) => text === 'rc.log').map(({ origin, verdict }) => [origin, verdict]),
    [
      ['perp/a/rc.log', 'changed'],
      ['perp/b/rc.log', 'dropped'],
    ],
  );
});

test('flag.down is not started with the others, flag.once not again, and down is stronger', () => {
  const base = makeBase({
    both: { 'rc.main': '', 'flag.down': '', 'flag.once': '' },
    down: { 'rc.main': '', 'flag.down': '' },
    once: { 'rc.main': '', 'flag.once': '' },
  });
  const { programs, report } = read(base);
  const [both, down, once] = programs.map(entriesOf);
  assert.equal([down?.autostart, down?.once, down?.forever], ['off', undefined, 'on']);
  assert.equal([once?.autostart, once?.once, once?.forever], [undefined, 'on', undefined]);
  assert.equal([both?.autostart, both?.once, both?.forever], ['off', undefined, 'on']);
  assert.is(lineOf(report, 'flag.once').verdict, 'dropped');
});

test('a service without the sticky bit, or without rc.main, is skipped with the reason', () => {
  const base = makeBase({ active: { 'rc.main': '' }, idle: { 'rc.main': '' }, empty: {}, '.control': {} });
  chmodSync(join(base, 'idle'), 0o755);
  writeFileSync(join(base, 'README'), '');
  const { programs, skipped } = read(base);
  assert.equal(
    programs.map(({ name }) => name),
    ['active'],
  );
  assert.equal(
    skipped.map(({ name }) => name),
    ['empty', 'idle'],
  );
  assert.match(skipped[1]?.reason ?? '', /no sticky bit/);
});

test('a folder is recognized by its services, unless it has files of zd', () => {
  const base = makeBase({ a: { 'rc.main': '' } });
  assert.ok(recognizes(base));
  writeFileSync(join(base, 'web.conf'), '');
  assert.not.ok(recognizes(base));
  assert.not.ok(recognizes(makeBase({ a: {} })));
  assert.not.ok(recognizes(join(base, 'none')));
});

test('a folder that cannot be read is refused with one sentence', () => {
  refusesWith(/^cannot read the folder perp: no such file or directory$/, () => read(join(folder, 'none')));
});

function recognizes(path: string): boolean {
  return isPerp({ file: 'perp', path, isFolder: true, isExecutable: true, head: '' });
}

function read(path: string) {
  return readPerp({ file: 'perp', path });
}

/** All services are active, and all their files executable. */
function makeBase(services: Record<string, Record<string, string>>): string {
  const base = join(folder, `base${++count}`);
  for (const [name, files] of Object.entries(services)) {
    mkdirSync(join(base, name), { recursive: true });
    for (const [file, content] of Object.entries(files))
      writeFileSync(join(base, name, file), content, { mode: 0o755 });
    chmodSync(join(base, name), 0o1755);
  }
  return base;
}

test.run();
