import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { parseArguments } from '../../../../src/settings/argv';
import { readFleet } from '../../../../src/settings/fleet/read-fleet';
import { writeDown } from '../../../../src/settings/fleet/written';
import { toIni } from '../../../../src/settings/foreign/to-ini';
import { fileOptions } from '../../../../src/settings/options';
import { resolveConfiguration } from '../../../../src/settings/resolve';
import { suite } from '../../../runner/guard';

const test = suite('a configuration that is written down');
const folder = mkdtempSync(join(tmpdir(), 'zd-written-'));
const file = join(folder, 'app.conf');

test.after(() => rmSync(folder, { recursive: true }));

/** Settings that need others, or exclude them. */
const PARTNERS: Record<string, string> = {
  runZone: 'run-at = @daily',
  onEventKinds: 'on-event = true',
  backoffFirst: 'backoff-limit = 60',
};

test('every setting that a file can have is read back as it was', () => {
  let count = 0;
  for (const option of fileOptions.values()) {
    if (option.field === null || ['program', 'copies', 'stepPause', 'stepFailure'].includes(option.field))
      continue;
    count += 1;
    const lines = [`${option.key} = ${option.sample}`, PARTNERS[option.field] ?? ''];
    const before = read(`[runner]\nprogram = sleep 'a b'\n${lines.join('\n')}\n`);
    const after = read(toIni({ programs: [writeDown('', before).program], skipped: [] }));
    assert.equal(after.settings, before.settings, option.key);
  }
  assert.ok(count > 60);
});

test('steps, variables and the event log are read back as they were', () => {
  const before = read(
    [
      ...[
        '<runner>',
        'run-every 5',
        'step-pause 2',
        'step-failure go-on',
        '</runner>',
        '<steps>',
        "a echo 'x y'",
        'b true',
        '</steps>',
      ],
      ...['<environment>', 'A b = c; d', 'B', '</environment>'],
      ...[
        '<eventlog>',
        'level warn',
        '<logfile>',
        'path log',
        'format %(message)s\\n',
        'when D',
        'old-files 3',
        '</logfile>',
      ],
      ...['<syslog>', 'facility local3', 'level error', '</syslog>', '</eventlog>'],
    ].join('\n'),
  );
  const { program, lost } = writeDown('', before);
  assert.equal(lost, []);
  const after = read(toIni({ programs: [program], skipped: [] }));
  assert.equal(after.settings, before.settings);
  assert.equal(after.environment, before.environment);
  assert.equal(
    JSON.parse(JSON.stringify(after.eventLog, dropOrigins)),
    JSON.parse(JSON.stringify(before.eventLog, dropOrigins)),
  );
});

test('what INI has no keys for is named', () => {
  const before = read(
    '<runner>\nprogram x\n</runner>\n<eventlog>\n<logfile>\npath a\nlevel error\n</logfile>\n</eventlog>\n',
  );
  const { program, lost } = writeDown('', before);
  assert.match(lost[0] ?? '', /the event log to .*a has a level or a layout of its own/);
  assert.equal(
    program.eventLog?.map(({ key }) => key),
    ['level'],
  );
});

test('a copy has its number as a variable', () => {
  writeFileSync(file, '[runner]\nprogram = x\ncopies = 3\n');
  const second = readFleet({ argv: parseArguments(['-C', file]) })?.members[1];
  const { program } = writeDown('web-2', second!.configuration);
  assert.equal(
    toIni({ programs: [program], skipped: [] }),
    '[program:web-2]\nprogram = x\n\n[environment:web-2]\nZD_COPY = 2\n',
  );
});

function read(text: string) {
  writeFileSync(file, text);
  return resolveConfiguration({ argv: parseArguments(['-C', file]), placesPaths: true });
}

function dropOrigins(key: string, value: unknown): unknown {
  return key === 'origin' ? undefined : value;
}

test.run();
