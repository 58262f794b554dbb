import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { parseArguments } from '../../../src/settings/argv';
import { resolveConfiguration } from '../../../src/settings/resolve';
import { UsageError } from '../../../src/system/errors';
import { suite } from '../../runner/guard';

const cwd = mkdtempSync(join(tmpdir(), 'zd-conflicts-'));
const test = suite('conflicts');
test.after(() => rmSync(cwd, { recursive: true }));

test('Settings that contradict each other are refused, with the place of one and of the other', () => {
  const cases: [lines: string[], message: string][] = [
    [
      ['attempts = 3', 'forever = on'],
      'c:3: attempts cannot be used with forever (c:4); attempts gives up, and forever never does',
    ],
    [
      ['forever = on', 'attempts-pause = 1m'],
      'c:4: attempts-pause cannot be used with forever (c:3); forever never gives up',
    ],
    [
      ['failure-codes = 3,2'],
      'c:3: 2 is in failure-codes and in exit-codes (the default); if it is a failure, write exit-codes = 0',
    ],
    [
      ['exit-codes = 0, TERM', 'failure-codes = SIGTERM'],
      'c:4: TERM is in failure-codes and in exit-codes (c:3); if it is a failure, write exit-codes = 0',
    ],
    [
      ['exit-codes = -1', 'failure-codes = SEGV'],
      'c:4: SEGV is in failure-codes and in exit-codes (c:3); if it is a failure, write exit-codes =',
    ],
    [
      ['exit-codes = KILL,0', 'failure-codes = -1'],
      'c:4: -1 is in failure-codes and in exit-codes (c:3); if it is a failure, write exit-codes = 0',
    ],
    [
      ['stop-signals = TERM 20s, INT 10s', 'stop-timeout = 0'],
      'c:3: stop-signals has no end: with stop-timeout (c:4) 0, nothing follows INT 10s; add KILL, or take away the time',
    ],
    [
      ['stop-timeout = 0', 'stop-signals = TERM, KILL'],
      'c:4: stop-signals never comes to KILL: with stop-timeout (c:3) 0, TERM has no limit; give it a time',
    ],
    [
      ['stop-signals = TERM 20s, INT', 'stop-timeout = 20'],
      'c:3: stop-signals leaves no time for INT: the others take 20 s, and stop-timeout (c:4) is 20 s; give it a time, or more of that',
    ],
    [
      ['backoff-first = 20'],
      'c:3: backoff-first is 20 s, but no pause is longer than backoff-limit (the default), 10 s; set that to more',
    ],
  ];
  for (const [lines, message] of cases) {
    writeFileSync(join(cwd, 'c'), ['[runner]', 'program = a', ...lines].join('\n'));
    refuses(['-Cc'], message);
  }
});

test('The other one may come from -X or a flag', () => {
  writeFileSync(join(cwd, 'c'), '[runner]\nprogram = a\nattempts = 3\n');
  const told = 'attempts gives up, and forever never does';
  refuses(['-Cc', '-f'], `c:3: attempts cannot be used with forever (-f); ${told}`);
  refuses(
    ['-Cc', '-Xrunner/forever=on'],
    `c:3: attempts cannot be used with forever (-X runner/forever); ${told}`,
  );
});

test('What only looks similar is accepted', () => {
  for (const lines of [
    ['attempts = 3', 'forever = off', 'attempts-pause = 1m'],
    ['failure-codes = 3, ABRT', 'exit-codes = 0, TERM'],
    ['stop-signals = TERM 20s, INT 10s, KILL', 'stop-timeout = 0'],
    ['stop-signals = TERM 20s, INT', 'stop-timeout = 0'],
    ['stop-signals = TERM 20s, INT 10s', 'stop-timeout = 5'],
    ['stop-signals = KILL', 'stop-timeout = 0'],
    ['backoff-limit = 0'],
    ['backoff-limit = 500ms', 'backoff-first = 100ms'],
  ]) {
    writeFileSync(join(cwd, 'c'), ['[runner]', 'program = a', ...lines].join('\n'));
    resolve('-Cc');
  }
});

function resolve(...words: string[]) {
  return resolveConfiguration({ argv: parseArguments(words), cwd, env: {} });
}

function refuses(words: string[], message: string): void {
  try {
    resolve(...words);
  } catch (error) {
    assert.instance(error, UsageError, String(error));
    assert.is((error as Error).message, message);
    return;
  }
  assert.unreachable(`accepted what should be refused with: ${message}`);
}

test.run();
