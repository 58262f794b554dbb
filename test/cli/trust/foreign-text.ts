import { chmodSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import * as assert from 'uvu/assert';
import { commandTable } from '../../../src/commands/table';
import { clearPlaces, commandOf, makePlace } from '../../helpers/cli';
import { openTerminal, ptyMissing } from '../../helpers/pty';
import { suite } from '../../runner/guard';

/* A configuration may be another user's: what zd shows of it must not attack the terminal. */

const test = suite('foreign text');
test.after.each(clearPlaces);

/** Sets the title of a terminal, and with C1 begins the same once more. */
const ATTACK = '\x1b]0;title\x07\x9b31m';

/** Where a configuration can have it: one that is read has several of them, and of faults the first is told. */
const texts: Record<string, string> = {
  'the program and the parts of other programs': `%import part${ATTACK}
key${ATTACK} x
<other${ATTACK}/>
<runner>
  program sleep ${ATTACK}
</runner>
`,
  'a key': `<runner>\n  program sleep 1\n  key${ATTACK} x\n</runner>\n`,
  'a user': `<runner>\n  program sleep 1\n  user no${ATTACK}\n</runner>\n`,
  'a number': `<runner>\n  program sleep 1\n  backoff-limit 1${ATTACK}\n</runner>\n`,
  'a path': `<runner>\n  program sleep 1\n  transcript /none/${ATTACK}/log\n</runner>\n`,
};

for (const [name, text] of Object.entries(texts)) {
  test(`control characters in ${name} are made visible by every command`, async () => {
    const place = makePlace();
    place.write('app.conf', text);
    // These take long, or run the program in the foreground.
    for (const command of Object.keys(commandTable).filter(one => !['doctor', 'fg'].includes(one))) {
      const words = command === 'up' ? 'up --exit-when-done' : command;
      const { stdout, stderr } = await place.zd(`-C app.conf ${words}`);
      assert.not.match(stdout + stderr, CONTROLS, command);
    }
    const { stdout, stderr } = await place.zd('-C app.conf', { input: 'show\nstatus\n' });
    assert.not.match(stdout + stderr, CONTROLS, 'the prompt');
    await place.zd('-C app.conf stop');
  });
}

test('so are those in the name of a folder whose zd.conf is not used', async () => {
  const place = makePlace();
  const cwd = dirname(place.write(`theirs${ATTACK}/zd.conf`, '<runner>\n  program sleep 1\n</runner>\n'));
  chmodSync(cwd, 0o777);
  symlinkSync(`${cwd}/zd.conf`, place.path('zd.conf'));
  for (const folder of [cwd, place.folder]) {
    const { stderr } = await place.zd('status', { cwd: folder });
    assert.match(stderr, 'zd.conf is not used');
    assert.not.match(stderr, CONTROLS);
  }
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are looked for
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;

test.skipIf(ptyMissing, 'the prompt shows them of the setting prompt', async () => {
  const place = makePlace();
  place.write('app.conf', `<runner>\n  program sleep 1\n  prompt ${ATTACK}:\n</runner>\n`);
  const [node = '', ...words] = commandOf('zd');
  const terminal = openTerminal(node, [...words, '-C', 'app.conf'], { cwd: place.folder });
  try {
    await terminal.waitFor('^[]0;title^G\\x9b31m: ');
  } finally {
    terminal.close();
  }
});

test.run();
