import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { parseArguments } from '../../../src/settings/argv';
import { resolveConfiguration } from '../../../src/settings/resolve';
import type { Configuration } from '../../../src/settings/settings';
import { suite } from '../../runner/guard';

const cwd = mkdtempSync(join(tmpdir(), 'zd-syntax-'));
const syntax = suite('the syntax of ZConfig');

syntax.after(() => rmSync(cwd, { recursive: true }));

const RUNNER = '<runner>\nprogram a\n</runner>\n';

syntax('A section without content may have a blank before its slash', () => {
  for (const header of ['<mappingstorage/>', '<mappingstorage />', '<mappingstorage main\t />', '<a/b/>'])
    assert.match(read(`${header}\n${RUNNER}`).notes.join(), 'skipped sections of other programs');
  assert.equal(read(`<environment />\n<eventlog  />\n${RUNNER}`).environment, {});
  const nested = `<zodb_db main>\n<mappingstorage />\n</zodb_db>\n${RUNNER}`;
  assert.equal(read(nested).notes, ['c:1: skipped sections of other programs: zodb_db']);
});

syntax('The name of a section may contain every character but white space and parentheses', () => {
  assert.match(read(`<a>b c<d>\n</a>b>\n${RUNNER}`).notes.join(), 'a>b');
  assert.equal(read('<runner main<1>\nprogram a\n</runner>').settings.program, ['a']);
  refuses('< runner>\nprogram a\n</runner>', 'c:1: .* is not a section header');
  refuses('<runner a b>\nprogram a\n</runner>', 'c:1: .* is not a section header');
  refuses('<runner>\nprogram a\n</ runner>', 'c:3: .* is not a section end');
  refuses('<runner> # x\nprogram a\n</runner>', 'c:1: .* is not a section header');
});

syntax("White space is Python's: no-break spaces, form feeds and others of pasted text", () => {
  for (const blank of ['\u00a0', '\f', '\v', '\u2007', '\u3000', '\x1f']) {
    const text = `${blank}<runner${blank}x>\n${blank}${blank}program${blank}sleep${blank}9${blank}\n</runner${blank}>`;
    assert.equal(read(`${text}\n%define${blank}x${blank}y`).settings.program, ['sleep', '9']);
  }
  assert.equal(read('\u00a0[runner]\n\u00a0program\u00a0= sleep 9').settings.program, ['sleep', '9']);
});

syntax('A hidden or foreign character is named, also beside a suggestion', () => {
  refuses(
    '<runner>\n\u200bprogram a\n</runner>',
    "unknown key '<U\\+200B>program' .* \\(without U\\+200B\\)\\?",
  );
  refuses('[runner]\n\u0440rogram = a', "did you mean 'program' \\(without U\\+0440\\)\\?");
  refuses('[runner]\nprogram = a\nbackoff\u2011limit = 1', "'backoff<U\\+2011>limit'.*without U\\+2011");
  refuses('[runner]\nprogram = a\nbackoff-limit = \u00a01', "not '<U\\+00A0>1'");
  refuses(
    '<runn\u00ader>\nprogram a\n</runn\u00ader>',
    '<runn<U\\+00AD>er>; .* <runner> \\(without U\\+00AD\\)',
  );
  refuses('\ufeff\ufeff[runner]', "'<U\\+FEFF>\\[runner\\]' is outside any section");
});

const counter = '<counter>\nx 1\n<inner />\n</counter>\n';

syntax('A handler of an imported component is skipped with a note', () => {
  const note = 'c:LINE: <eventlog>: skipped <counter>, which zd does not know';
  for (const text of [
    `%import a.b\n<eventlog>\n${counter}</eventlog>\n${RUNNER}`,
    `<eventlog>\n%import a.b\n<logfile>\npath l\n</logfile>\n${counter}</eventlog>\n${RUNNER}`,
    `<eventlog>\n${counter}%import a.b\n<logfile>\npath l\n</logfile>\n</eventlog>\n${RUNNER}`,
    `<runner>\nprogram a\n%include d\n<eventlog>\n${counter}</eventlog>\n</runner>`,
    `<zope>\n%import a.b\n</zope>\n<eventlog>\n${counter}</eventlog>\n${RUNNER}`,
  ]) {
    writeFileSync(join(cwd, 'd'), '%import a.b\n');
    const { notes, eventLog } = read(text);
    const line = text.split('\n').indexOf('<counter>') + 1;
    assert.ok(notes.includes(note.replace('LINE', String(line))), notes.join('\n'));
    assert.is(eventLog?.files.length, text.includes('logfile') ? 1 : 0);
  }
});

syntax('Without an import, an unknown handler is refused', () => {
  refuses(`<eventlog>\n${counter}</eventlog>\n${RUNNER}`, 'c:2: unknown section <counter> in <eventlog>');
  refuses(`%import a.b\n<runner>\nprogram a\n${counter}</runner>`, 'unknown section <counter> in <runner>');
});

function read(text: string): Configuration {
  writeFileSync(join(cwd, 'c'), text);
  return resolveConfiguration({ argv: parseArguments(['-Cc']), cwd, env: { HOME: '/home/me' } });
}

function refuses(text: string, message: string): void {
  assert.throws(() => read(text), new RegExp(message));
}

syntax.run();
