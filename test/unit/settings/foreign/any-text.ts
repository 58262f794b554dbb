import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { readers } from '../../../../src/settings/foreign/readers';
import type { ForeignKind } from '../../../../src/settings/foreign/reading';
import { parseValue, settingOptions } from '../../../../src/settings/options';
import { UsageError } from '../../../../src/system/errors';
import { makeTemporaryFolder } from '../../../helpers/temp';
import { suite } from '../../../runner/guard';

const test = suite('any text in a foreign file');
const folder = makeTemporaryFolder();

/** Pieces that each grammar knows, so that random texts get far into it. */
const pieces: Partial<Record<ForeignKind, string[]>> = {
  supervisord: [
    '[program:x]\n',
    '[program:y]\n',
    '[supervisord]\n',
    '[group:g]\n',
    '[include]\n',
    'command=',
    'a b',
    '\n',
    '  ',
    ' ; ',
    'environment=',
    'A="1"',
    ',',
    '%(here)s',
    '%',
    '%(process_num)02d',
    'numprocs=3\n',
    'process_name=',
    'stdout_logfile=',
    'AUTO',
    '/l/x.log',
    'autorestart=false\n',
    'startsecs=',
    '5',
    'programs=x,y\n',
    'files=*.conf\n',
    'priority=1\n',
    '"',
    "'",
    '\\',
  ],
  pm2: [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    "'",
    '\n',
    '  ',
    '- ',
    'apps',
    'script',
    'name',
    'env',
    'watch',
    'true',
    '1',
    'null',
    'apps: [{ script: "a.js", ',
    'instances: 2, ',
    '}] }',
    'args: "x y"',
    'env_p: { A: 1 }',
    '&a',
    '*a',
    '<<: ',
    '#',
    '//',
    '__proto__',
    'cron_restart: "* * * * *",',
    'max_restarts: 3,',
    'min_uptime: "2s",',
    '\\u0041',
  ],
  procfile: ['web', ':', ' ', 'a', '$', '"', "'", '\\', '\n', 'release: x\n', 'A=1', '&&', '#'],
};

for (const [kind, words] of Object.entries(pieces)) {
  const names: Record<string, string[]> = { pm2: ['a.json', 'a.yml'], procfile: ['Procfile'] };
  for (const name of names[kind] ?? ['a.conf'])
    test(`it is read by the reader of ${kind} (${name}) or refused in one sentence, and its entries are valid`, () => {
      const reader = readers.find(one => one.kind === kind)!;
      const path = join(folder, name);
      const text = fc.array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...words) }, fc.fullUnicode()), {
        maxLength: 40,
      });
      fc.assert(
        fc.property(text, parts => {
          writeFileSync(path, parts.join(''));
          try {
            const { programs, report } = reader.read({
              file: name,
              path,
              env: {},
              runsIt: false,
              variant: null,
            });
            for (const { entries } of programs) entries.forEach(checkEntry);
            for (const { origin } of report) assert.match(origin, /^(a|Procfile|\.env)[^ ]*:\d+$/);
          } catch (error) {
            if (!(error instanceof UsageError)) throw error;
            assert.not.match(error.message, '\n');
          }
        }),
        { numRuns: 80 },
      );
      rmSync(path);
    });
}

/** The values that a reader makes itself are right; those that it passes on are the user's. */
const PASSED_ON = ['user', 'directory', 'umask', 'stop-signals', 'run-at', 'program', 'group'];

function checkEntry({ key, value }: { key: string; value: string }): void {
  const option = settingOptions.find(one => one.key === key);
  assert.ok(option, key);
  if (!PASSED_ON.includes(key)) parseValue(option, value, {});
}

test.run();
