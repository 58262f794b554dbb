import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { targets } from '../../../../src/commands/export/targets';
import type { ExportRequest } from '../../../../src/commands/export/types';
import { textToBytes } from '../../../../src/system/bytes';
import { readNomadJob } from '../../../helpers/export/read-hcl';
import { readJob } from '../../../helpers/export/read-plist';
import { readService as readUnit } from '../../../helpers/export/read-systemd';
import { readDeployment, readService } from '../../../helpers/export/read-yaml';
import { configure, machine, program, request } from '../../../helpers/export/request';
import type { Understood } from '../../../helpers/export/understood';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { suite } from '../../../runner/guard';

/* Whoever reads an exported file understands the same command, the same variables and the same time of a stop. */

const test = suite('export and back');
const RUNS = 500;

/** Characters that mean something somewhere. */
const pieces = [
  ...' \t\n\r\\"\'`$%{}()[]<>&;#=:,.*?!~|@-+/',
  ...[
    '$$',
    '$(X)',
    '$' + '{X}',
    '$$' + '{X}',
    '%%{',
    '%i',
    '--',
    '\\x41',
    '\\n',
    '&amp;',
    ']]>',
    'no',
    '0x1f',
    'é',
    '漢',
    '\x7f',
    '\x85',
    '\u2028',
    '\ufeff',
  ],
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), { maxLength: 6 })
  .map(list => list.join('').replaceAll('\0', ''));
const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,5}$/).filter(one => one !== 'PATH' && one !== 'PWD');
const plans = ['TERM', 'INT 20s, KILL', 'TERM 20s, INT 10s, KILL', 'KILL', 'TERM 0.5s, QUIT'];

const anyProgram = fc.record({
  first: text.map(word => `/opt/${word}x`),
  words: fc.array(text, { maxLength: 4 }),
  environment: fc.dictionary(name, text, { maxKeys: 3, noNullPrototype: true }),
  plan: fc.constantFrom(...plans),
  timeout: fc.constantFrom('0', '1', '12.5', '300', '2h'),
  isDirect: fc.boolean(),
  file: text.map(word => `/srv/${word}y/web.conf`),
});

/** The longest time until SIGKILL for each plan and each stop-timeout, in whole seconds; worked out by hand. */
function stopOf(plan: string, timeout: string): number | null {
  const seconds = { '0': 0, '1': 1, '12.5': 12.5, '300': 300, '2h': 7200 }[timeout] ?? 0;
  const timed = { 'INT 20s, KILL': 20, 'TERM 20s, INT 10s, KILL': 30, KILL: 0 }[plan];
  if (timed !== undefined) return Math.max(1, timed);
  if (seconds === 0) return null;
  return Math.ceil(plan === 'TERM' ? seconds : Math.max(seconds, 0.5));
}

type Given = typeof anyProgram extends fc.Arbitrary<infer One> ? One : never;

function requestFor({ first, words, environment, plan, timeout, isDirect, file }: Given): ExportRequest {
  const configuration = configure({ 'stop-signals': plan, 'stop-timeout': timeout }, environment);
  configuration.settings.program = [first, ...words];
  return request([program('web', configuration)], { isDirect, file, machine });
}

function expected({ first, words, environment, plan, timeout, isDirect, file }: Given): Understood {
  const stop = stopOf(plan, timeout);
  if (isDirect) return { words: [first, ...words], environment, stop };
  const zd = ['/usr/local/bin/zd', '-C', file, 'fg', '--supervise'];
  return { words: zd, environment: {}, stop: stop === null ? null : stop + 15 };
}

/** The search path is said where the other system has one of its own. */
function withoutPath({ PATH, ...others }: Record<string, string>): Record<string, string> {
  return others;
}

function comesBack(target: string, read: (text: string) => Understood, isLost = (_: Given) => false): void {
  fc.assert(
    fc.property(anyProgram, given => {
      if (isLost(given)) return;
      const [file] = targets[target]!(requestFor(given)).files;
      const found = read(file?.text ?? '');
      assert.equal({ ...found, environment: withoutPath(found.environment) }, expected(given));
    }),
    { numRuns: RUNS },
  );
}

const hasControls = (value: string) => /(?![\t\n])\p{Cc}/u.test(value);
const notXml = (value: string) => /(?![\t\n\r\x7f-\x9f])\p{Cc}|[\ufffe\uffff]|\p{Cs}/u.test(value);
const textsOf = ({ first, words, environment, file }: Given) => [
  first,
  ...words,
  ...Object.values(environment),
  file,
];

test('500 programs come back from units of systemd', () => {
  comesBack('systemd', readUnit, ({ environment }) => Object.values(environment).some(hasControls));
});

test('500 programs come back from property lists of launchd', () => {
  comesBack('launchd', readJob, given => textsOf(given).some(notXml));
});

test('500 programs come back from jobs of Nomad', () => {
  comesBack('nomad', readNomadJob);
});

test('500 programs come back from files of Compose', () => {
  comesBack('compose', readService);
});

test('500 programs come back from Deployments of Kubernetes', () => {
  comesBack('kubernetes', readDeployment);
});

test('a byte that is not UTF-8 comes back from a unit', () => {
  const configuration = configure({});
  configuration.settings.program = ['/bin/x', 'a\udcffb'];
  const [file] = targets.systemd!(request([program('web', configuration)], { isDirect: true })).files;
  const { words } = readUnit(Buffer.from(file?.text ?? '').toString('latin1'));
  assert.equal(Buffer.from(words[1] ?? '', 'latin1'), textToBytes('a\udcffb'));
});

test('a shell understands the lines of a Procfile', () => {
  const folder = makeTemporaryFolder();
  const all = fc.sample(anyProgram, RUNS).map(given => ({ ...given, isDirect: true }));
  const show = join(folder, 'show');
  writeFileSync(show, '#!/bin/sh\nprintf "%s\\0" "$@" "X1=$X1"\nprintf "\\0end\\0"\n', { mode: 0o755 });
  const lines = all.map(({ words, environment }) => {
    const configuration = configure({}, { X1: Object.values(environment)[0] ?? 'none' });
    configuration.settings.program = [show, ...words];
    configuration.folder = folder;
    const { files } = targets.procfile!(request([program('web', configuration)], { isDirect: true }));
    // Readers split at more than newlines.
    const found = (files[0]?.text ?? '')
      .split(/[\n\r\v\f\x85\u2028\u2029]/)
      .find(line => line.startsWith('web: '));
    return `( ${found?.slice('web: '.length)}\n)`;
  });
  writeFileSync(join(folder, 'all.sh'), lines.join('\n'));
  const { stdout, stderr } = spawnSync('sh', [join(folder, 'all.sh')], { encoding: 'utf8', maxBuffer: 1e8 });
  const found = stdout.split('\0\0end\0').slice(0, -1);
  assert.is(stderr, '');
  assert.is(found.length, RUNS);
  for (const [at, { words, environment }] of all.entries())
    assert.is(found[at], [...words, `X1=${Object.values(environment)[0] ?? 'none'}`].join('\0'));
});

test.run();
