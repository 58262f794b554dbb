import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { copyFromClone, makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

/* A new setting needs only one record: a copy of the source gets an invented one, and the rest follows from it. */

const test = suite('an invented setting');
const root = resolve(import.meta.dirname, '../../..');

const RECORD = `  restFactor: setting({
    key: 'rest-factor',
    flags: '--rest-factor TIME',
    type: time,
    default: 7,
    reach: 'live',
    rule: true,
    sample: '30',
    source: 'a test',
    help: 'rest for TIME',
    details: 'Nobody needs it.',
  }),
`;

/** Uses the setting in every possible way, and prints the results. */
const USE = `
import { writeOrder, writeRefresh } from './src/client/order';
import { checkStartParams } from './src/manager/control/params';
import { readOrder } from './src/protocol/read-order';
import { parseArguments } from './src/settings/argv';
import { optionHelp } from './src/settings/option-help';
import { pickRules } from './src/settings/reach';
import { listSettings, resolveConfiguration } from './src/settings/resolve';
import { manPages } from './scripts/man-page';
import { renderOptionsPage } from './scripts/options-page';

const configure = (...words: string[]) => resolveConfiguration({ argv: parseArguments(words) });
const configuration = configure('-C', 'app.ini');
const order = writeOrder({ configuration, args: [], user: null, patient: false });
const refresh = writeRefresh(configuration, []);
const restFactor: number = order.settings.restFactor;
console.log(JSON.stringify({
  flag: configure('-p', 'x', '--rest-factor', '3').settings.restFactor,
  zconfig: configure('-C', 'app.conf').settings.restFactor,
  told: restFactor,
  read: readOrder(JSON.parse(JSON.stringify(order))).settings.restFactor,
  refreshed: checkStartParams({ refresh }).refresh?.restFactor,
  rule: pickRules(order.settings).restFactor,
  shown: listSettings(configuration).find(({ key }) => key === 'rest-factor'),
  texts: [optionHelp('zd'), renderOptionsPage(), manPages['zd.1']!(), manPages['zd.conf.5']!()].map(text => /rest\\\\?-factor/.test(text)),
}));
try {
  checkStartParams({ refresh: { restFactor: 'x' } });
} catch (error) {
  console.log((error as Error).message);
}
`;

test.limit(
  120,
  'flags, both formats, help, pages, launch, refresh, checks and rules follow from its record',
  () => {
    const folder = makeTemporaryFolder();
    for (const name of ['src', 'scripts', 'docs', 'package.json', 'tsconfig.json'])
      copyFromClone(join(root, name), join(folder, name));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const table = join(folder, 'src/settings/table/restart.ts');
    const text = readFileSync(table, 'utf8');
    assert.match(text, /\};\n$/);
    writeFileSync(table, text.replace(/\};\n$/, `${RECORD}};\n`));
    writeFileSync(join(folder, 'use.ts'), USE);
    writeFileSync(
      join(folder, 'app.ini'),
      '[runner]\nprogram = sleep 1\nsocket-name = run/s\nrest-factor = 5\n',
    );
    writeFileSync(join(folder, 'app.conf'), '<runner>\n program sleep 1\n rest-factor 4\n</runner>\n');

    const configuration = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ ...configuration, include: ['src', 'use.ts'] }),
    );
    const types = run(folder, [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit']);
    assert.is(types.status, 0, types.stdout);

    const used = run(folder, ['--import', 'tsx', 'use.ts']);
    const [line = '', refusal] = used.stdout.split('\n');
    assert.is(used.status, 0, used.stderr);
    assert.equal(JSON.parse(line), {
      flag: 3,
      zconfig: 4,
      told: 5,
      read: 5,
      refreshed: 5,
      rule: 5,
      shown: { key: 'rest-factor', value: '5', origin: 'app.ini:4' },
      texts: [true, true, true, true],
    });
    assert.match(refusal ?? '', /^rest-factor cannot be /);
  },
);

function run(cwd: string, words: string[]) {
  return spawnSync(process.execPath, words, { cwd, encoding: 'utf8' });
}

test.run();
