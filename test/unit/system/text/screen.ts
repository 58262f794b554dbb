import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { Screen } from '../../../../src/system/text/screen';
import { suite } from '../../../runner/guard';

const test = suite('screen');

/** A terminal that knows the sequences that a screen uses, and refuses others. */
class Terminal {
  rows: string[] = [''];
  at = 0;
  modes = new Set<string>();
  written = '';

  write = (text: string): void => {
    this.written += text;
    for (let rest = text; rest !== ''; ) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches control characters
      const [token = ''] = /^(?:\x1b\[[?0-9;]*[A-Za-z]|\r\n|[^\x00-\x1f]+)/.exec(rest) ?? [];
      if (token === '') throw new Error(`unknown: ${JSON.stringify(rest)}`);
      rest = rest.slice(token.length);
      this.#take(token);
    }
  };

  #take(token: string): void {
    const final = token.at(-1) as string;
    const parameter = token.slice(2, -1);
    if (token === '\r\n') this.#go(this.at + 1);
    else if (!token.startsWith('\x1b')) this.rows[this.at] += token;
    else if (parameter.startsWith('?')) this.#switch(parameter, final === 'h');
    else if (final === 'H') this.#go(Number(parameter.split(';')[0] || 1) - 1);
    else if (final === 'A') this.#go(this.at - Number(parameter));
    else if (final === 'B') this.#go(this.at + Number(parameter));
    else if (token === '\x1b[2K') this.rows[this.at] = '';
    else if (token === '\x1b[J') this.rows.splice(this.at, Number.POSITIVE_INFINITY, '');
    else if (token === '\x1b[2J') this.rows = this.rows.map(() => '');
    else throw new Error(`unknown: ${JSON.stringify(token)}`);
  }

  #go(to: number): void {
    assert.ok(to >= 0, 'above the screen');
    this.at = to;
    while (this.rows.length <= to) this.rows.push('');
  }

  #switch(mode: string, isOn: boolean): void {
    // Autowrap and the cursor are on at first.
    const isUsual = ['?7', '?25'].includes(mode) ? isOn : !isOn;
    if (isUsual) this.modes.delete(mode);
    else this.modes.add(mode);
  }

  /** Without the empty rows at the end. */
  get shown(): string[] {
    return this.rows.slice(0, this.rows.findLastIndex(row => row !== '') + 1);
  }
}

const pictures = fc.array(fc.array(fc.constantFrom('a', 'bb', 'ccc', 'dddd'), { maxLength: 6 }), {
  maxLength: 12,
});

for (const isWhole of [true, false])
  test(`whatever was drawn before, the last rows are shown (${isWhole ? 'whole' : 'part'})`, () => {
    fc.assert(
      fc.property(pictures, all => {
        const terminal = new Terminal();
        const screen = new Screen(terminal.write, isWhole);
        screen.open();
        for (const rows of all) {
          screen.draw(rows);
          assert.equal(terminal.shown, rows);
        }
        screen.clear();
        screen.draw(['x', 'y']);
        assert.equal(terminal.shown, ['x', 'y']);
        screen.close();
        assert.equal([...terminal.modes], []);
      }),
    );
  });

test('only rows that have changed are written, at once', () => {
  const terminal = new Terminal();
  const screen = new Screen(terminal.write, true);
  screen.open();
  screen.draw(['one', 'two', 'three']);
  terminal.written = '';
  screen.draw(['one', 'two', 'three']);
  assert.is(terminal.written, '');
  screen.draw(['one', '2', 'three']);
  assert.is(terminal.written, '\x1b[?2026h\x1b[2;1H\x1b[2K2\x1b[?2026l');
});

test('a part begins where the cursor is, and its last rows stay', () => {
  const terminal = new Terminal();
  terminal.write('before\r\n');
  const screen = new Screen(terminal.write, false);
  screen.open();
  screen.draw(['one', 'two']);
  screen.draw(['one', '2', 'three']);
  screen.draw(['1']);
  screen.close();
  terminal.write('after');
  assert.equal(terminal.shown, ['before', '1', 'after']);
});

test('what is not open writes nothing, and closing twice is closing once', () => {
  const terminal = new Terminal();
  const screen = new Screen(terminal.write, true);
  screen.draw(['x']);
  screen.clear();
  screen.close();
  assert.is(terminal.written, '');
  screen.open();
  screen.close();
  const { written } = terminal;
  screen.close();
  screen.draw(['x']);
  assert.is(terminal.written, written);
  assert.ok(written.startsWith('\x1b[?1049h') && written.endsWith('\x1b[?25h\x1b[?1049l'));
});

test.run();
