import * as assert from 'uvu/assert';
import { openTerminal, ptyMissing, stripEscapes } from '../../helpers/pty';
import { within } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('terminal');

test.skipIf(ptyMissing, 'a program on a terminal is typed at and read', async () => {
  const script =
    'echo "is a tty: $(test -t 0 && echo yes)"; read line; printf "\\033[1mgot %s\\033[0m\\n" "$line"; read end; exit 3';
  const session = openTerminal('sh', ['-c', script]);
  assert.is(await session.waitFor('is a tty: yes'), 'is a tty: yes');
  session.type('hello');
  session.press('enter');
  assert.is(await session.waitFor(/got \w+/), 'got hello');
  // node-pty throws away what was not read 0.2 s after the end, so the end waits for us.
  session.press('enter');
  assert.equal(await within(30, session.exit, 'the end'), { code: 3, signal: null });
  assert.match(session.screen(), 'yes\nhello\ngot hello\n');
  assert.match(session.rawScreen(), '\x1b[1mgot');
});

test.skipIf(ptyMissing, 'a wait that fails prints all output so far, and Ctrl-C interrupts', async () => {
  const session = openTerminal('sh', ['-c', 'echo some words; exec cat']);
  await session.waitFor('some words');
  await rejects(
    session.waitFor('other words', 0.3),
    'other words on the terminal\noutput so far:\nsome words',
  );
  session.press('ctrl-c');
  assert.equal(await within(30, session.exit, 'the end'), { code: null, signal: 2 });
  session.close();
});

test('escape sequences of all kinds are stripped', () => {
  assert.is(
    stripEscapes('\x1b[1;31mred\x1b[0m \x1b]0;title\x07x\x1b]8;;u\x1b\\y\x1b(Bz\x1b7\r\n'),
    'red xyz\n',
  );
});

async function rejects(promise: Promise<unknown>, part: string): Promise<void> {
  const error = await promise.then(
    () => null,
    reason => reason,
  );
  assert.instance(error, Error);
  assert.match(error.message, part);
}

test.run();
