import * as assert from 'uvu/assert';
import { NamedLines } from '../../../../src/commands/output/named-lines';
import { suite } from '../../../runner/guard';

const test = suite('lines with names');

function open(names: string[], look: ConstructorParameters<typeof NamedLines>[0]['look'] = null) {
  let written = '';
  const write = (chunk: Buffer) => {
    written += chunk.toString('latin1');
  };
  return { lines: new NamedLines({ names, write, look }), read: () => written };
}

test('chunks become lines, whatever their limits are, and the names stand below each other', async () => {
  const { lines, read } = open(['web', 'worker']);
  const [web, worker] = [lines.writerFor('web'), lines.writerFor('worker')];
  await web.write(Buffer.from('one\ntw'));
  await worker.write(Buffer.from('\xff\n\n', 'latin1'));
  await web.write(Buffer.from('o\nrest'));
  await web.flush();
  await worker.flush();
  assert.is(read(), 'web    | one\nworker | \xff\nworker | \nweb    | two\nweb    | rest\n');
});

test('a line without an end is written in parts', async () => {
  const { lines, read } = open(['a']);
  const { write } = lines.writerFor('a');
  await write(Buffer.alloc(40_000, 'x'));
  assert.is(read(), '');
  await write(Buffer.alloc(40_000, 'x'));
  assert.is(read(), `a | ${'x'.repeat(80_000)}\n`);
});

test('on a terminal the names have colours, and a colour of the program ends with its line', async () => {
  const { lines, read } = open(['a', 'b'], { hasColours: true, hasSymbols: true, columns: 80 });
  await lines.writerFor('b').write(Buffer.from('\x1b[31mred\nplain\n'));
  assert.is(read(), '\x1b[33mb\x1b[0m | \x1b[31mred\x1b[0m\n\x1b[33mb\x1b[0m | plain\n');
});

test.run();
