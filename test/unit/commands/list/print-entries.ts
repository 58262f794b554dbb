import * as assert from 'uvu/assert';
import { chooseColumns, USUAL_OF_FLEET } from '../../../../src/commands/list/columns';
import { type Entry, makeUnknown } from '../../../../src/commands/list/entries';
import { layOutEntries } from '../../../../src/commands/list/print-entries';
import { measure } from '../../../../src/system/text/columns';
import { alignCells } from '../../../../src/system/text/table';
import { suite } from '../../../runner/guard';

const test = suite('layout of the list');

const web: Entry = {
  ...makeUnknown(
    { name: 'web', socket: '/a/.zd/web/sock', file: 'web.conf' },
    'config changed: program, PORT, HOME',
  ),
  mark: 'up',
  word: 'running',
  pid: 26640,
  uptime: 8040,
  crashes: 2,
  cpu: 0.31,
  memory: 51 << 20,
  tags: ['front', 'eu'],
};
const worker = makeUnknown({ name: '作業-1', socket: '', file: null }, 'never started', 'down', 'down');
const entries = [web, worker];
const look = (columns: number) => ({ hasColours: false, hasSymbols: true, columns });

test('at 80 columns all columns are there, and the last one is cut', () => {
  assert.equal(layOutEntries(entries, USUAL_OF_FLEET, look(80)), [
    '  NAME    STATE      PID      UPTIME  RESTARTS   CPU     MEM  TAGS      WHY',
    '● web     running  26640  2 h 14 min         2  0.3%  51 MiB  front,eu  config …',
    '○ 作業-1  down         -           -         -     -       -  -         never s…',
  ]);
});

test('at 40 columns some give way, which the last line says', () => {
  const lines = layOutEntries(entries, USUAL_OF_FLEET, look(40));
  assert.equal(lines, [
    '  NAME    STATE        UPTIME  WHY',
    '● web     running  2 h 14 min  config c…',
    '○ 作業-1  down              -  never st…',
    'not shown in 40 columns: PID, RESTARTS,',
    'CPU, MEM, TAGS; -o chooses',
  ]);
});

test('no line is wider than the screen, however long a name is', () => {
  const long = { ...web, name: 'n'.repeat(64), word: 'gave up' };
  for (const columns of [200, 100, 80, 60, 40, 25])
    for (const line of layOutEntries([long, ...entries], USUAL_OF_FLEET, look(columns)))
      assert.ok(measure(line) <= columns, `${columns}: ${line}`);
});

test('without characters beyond ASCII, letters stand for the symbols', () => {
  const plain = { ...look(40), hasSymbols: false };
  assert.match(
    layOutEntries([web], ['name', 'why'], plain)[1] ?? '',
    /^\* web {3}config changed: program, PORT.*\.\.\.$/,
  );
});

test('columns are chosen by name, in any order', () => {
  assert.equal(chooseColumns('why, NAME', USUAL_OF_FLEET), ['why', 'name']);
  assert.throws(
    () => chooseColumns('tag', USUAL_OF_FLEET),
    /unknown column 'tag' after -o; did you mean 'tags'\?/,
  );
});

test('cells stand below each other by their width, not by their length', () => {
  const rows = [
    ['한글', '1', 'x'],
    ['a', '22', ''],
  ];
  assert.equal(alignCells(rows, [{}, { isNumber: true }, {}]), [
    ['한글', ' 1', 'x'],
    ['a   ', '22', ''],
  ]);
});

test.run();
