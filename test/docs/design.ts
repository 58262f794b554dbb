import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { newLifecycle, step } from '../../src/manager/lifecycle/table';
import type { Lifecycle, Rules, StateName } from '../../src/manager/lifecycle/types';
import { usualRules } from '../helpers/lifecycle';
import { suite } from '../runner/guard';
import { tableAfter } from './helpers/rst';
import { root } from './helpers/session';

const design = suite('design page');
const text = readFileSync(join(root, 'docs/design.rst'), 'utf8');

/** Every state once, without other properties that change where a request leads. */
const lives: Record<StateName, Partial<Lifecycle>> = {
  idle: {},
  preparing: { wanted: 'up' },
  starting: { wanted: 'up', pid: 5 },
  running: { wanted: 'up', pid: 5 },
  resumed: { wanted: 'up', pid: 5 },
  backoff: { wanted: 'up', backoff: 1 },
  waiting: { wanted: 'up', deadline: 9 },
  stopping: { pid: 5 },
  restarting: { wanted: 'up', pid: 5 },
  sweeping: {},
  cleaning: {},
  gone: {},
};
const rules: Rules = { ...usualRules, exitCodes: [0], startSeconds: 0.25 };

design('The table of the lifecycle has every state, each with a sentence', () => {
  for (const title of ['The lifecycle\n', 'time lead ('])
    assert.equal(
      tableAfter(text, title).map(([state]) => state),
      Object.keys(lives).map(name => `\`\`${name}\`\``),
    );
});

design('Requests lead where the table says', () => {
  for (const [state = '', ...cells] of tableAfter(text, 'time lead (')) {
    const name = state.replaceAll('`', '') as StateName;
    const life: Lifecycle = { ...newLifecycle(), ...lives[name], name };
    for (const [index, event] of (['start', 'stop', 'restart'] as const).entries()) {
      const expected = /^``(\w+)``$/.exec(cells[index] ?? '')?.[1] ?? name;
      assert.is(step(life, { name: event }, 1, rules).life.name, expected, `${event} while ${name}`);
    }
  }
});

design('The exit of the program leads where the table says', () => {
  for (const [state = '', , , , cell = ''] of tableAfter(text, 'time lead (')) {
    const name = state.replaceAll('`', '') as StateName;
    if (cell === '') continue;
    const endings = [0, 1].flatMap(code =>
      [0, 100].map(startedAt => {
        const life: Lifecycle = { ...newLifecycle(), ...lives[name], name, startedAt };
        return step(life, { name: 'exited', ending: { code, signal: null } }, 101, rules).life.name;
      }),
    );
    const expected = [...cell.matchAll(/``(\w+)``/g)].map(match => match[1]);
    assert.equal([...new Set(endings)].sort(), expected.sort(), `the end while ${name}`);
  }
});

design('Every dependency has a row with its version', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const wanted = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  const rows = tableAfter(text, 'Dependencies\n').map(([name = '', version]) => [
    name.replaceAll('`', ''),
    version,
  ]);
  assert.equal(rows.sort(), wanted.sort(), 'docs/design.rst and package.json disagree');
});

design.run();
