import * as assert from 'uvu/assert';
import { type Entry, makeUnknown } from '../../../../src/commands/list/entries';
import { layOutFleet, roomFor } from '../../../../src/commands/panel/fleet/layout';
import { chooseEntries, move, newView, nextSort, settle } from '../../../../src/commands/panel/fleet/view';
import { hideColours } from '../../../../src/system/show-controls';
import { measure } from '../../../../src/system/text/columns';
import { suite } from '../../../runner/guard';

const test = suite('panel of a fleet');

function program(name: string, more: Partial<Entry> = {}): Entry {
  return { ...makeUnknown({ name, socket: '', file: null }, '', 'down', 'down'), tags: [], ...more };
}

const web = program('web', {
  mark: 'up',
  word: 'running',
  pid: 41,
  uptime: 60,
  crashes: 0,
  cpu: 2,
  memory: 1 << 20,
});
const entries = [program('db', { tags: ['back'] }), web, program('xy', { why: 'never started' })];

function draw(
  columns: number,
  rows: number,
  hasColours = false,
  view = { ...newView(), selected: 'web' },
): string[] {
  const output = Array.from({ length: 50 }, (_, at) => `line ${at} ${'long '.repeat(50)}`);
  const long = program('x'.repeat(64));
  const shown = hasColours ? [...entries, long] : entries;
  const picture = { file: 'apps', entries: shown, count: 3, view, output, message: null };
  return layOutFleet(picture, { hasColours, hasSymbols: true, columns }, rows);
}

test('has as many lines as the screen, of which none is wider', () => {
  for (const [columns, rows] of [
    [80, 24],
    [40, 24],
    [120, 50],
    [25, 5],
    [40, 2],
  ] as const)
    for (const mode of ['list', 'output', 'help'] as const) {
      const lines = draw(columns, rows, true, { ...newView(), selected: 'web', mode });
      assert.is(lines.length, rows);
      for (const line of lines)
        assert.ok(measure(hideColours(line)) <= columns, `${columns}: ${hideColours(line)}`);
    }
});

test('the list is above, the output of the selected program below; a mark tells which it is', () => {
  const lines = draw(80, 24);
  assert.is(lines[0], 'apps: 3 programs, 2 down, 1 running');
  assert.match(lines[3] ?? '', /^>● web +running +41 +1 min +0 +2.0% +1.0 MiB/);
  assert.match(lines[5] ?? '', /^output of web/);
  assert.match(lines[22] ?? '', /^line 49 /);
  assert.match(lines[23] ?? '', /^ q quit {2}s start .*\? help$/);
});

test('columns without room are named', () => {
  assert.match(draw(60, 24)[5] ?? '', /^output of web; no room for .*TAGS$/);
});

test('the selection moves, stays in sight, and survives another order', () => {
  const names = Array.from({ length: 20 }, (_, at) => `n${at}`);
  const view = newView();
  settle(view, names, 5);
  assert.equal([view.selected, view.first], ['n0', 0]);
  move(view, names, 7);
  settle(view, names, 5);
  assert.equal([view.selected, view.first], ['n7', 3]);
  move(view, names, 99);
  settle(view, names, 5);
  assert.equal([view.selected, view.first], ['n19', 15]);
  settle(view, ['n19', 'n3'], 5);
  assert.equal([view.selected, view.first], ['n19', 0]);
  settle(view, [], 5);
  assert.is(view.selected, null);
});

test('the filter finds names, states, tags and reasons', () => {
  const find = (filter: string) =>
    chooseEntries(entries, { ...newView(), filter }).map(({ name }) => name[0]);
  assert.equal(
    [find('@back'), find('RUNN'), find('never'), find('')],
    [['d'], ['w'], ['x'], ['d', 'w', 'x']],
  );
});

test('S goes through the orders, and begins again', () => {
  let sort: string | null = null;
  const seen = new Set<string | null>();
  do {
    seen.add(sort);
    sort = nextSort(sort);
  } while (!seen.has(sort));
  assert.is(sort, null);
  assert.is(seen.size, 7);
});

test('the list leaves half of the screen to the output', () => {
  assert.equal([roomFor(3, 24), roomFor(100, 24), roomFor(100, 4), roomFor(0, 24)], [3, 10, 1, 1]);
});

test.run();
