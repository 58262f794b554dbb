import { statSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place } from '../../helpers/cli';
import { closePrompts, openPrompt, PROMPT, say } from '../../helpers/prompt-session';
import { ptyMissing, type Terminal } from '../../helpers/pty';
import { waitForFile, within } from '../../helpers/within';
import { suite } from '../../runner/guard';

const history = suite('the history of the prompt');
const skip = ptyMissing;

history.after.each(async () => {
  closePrompts();
  await clearPlaces();
});

history.skipIf(
  skip,
  'A line of an earlier session comes back, and only its user can read the file',
  async () => {
    const place = makePlace();
    const first = await open(place, { XDG_STATE_HOME: place.path('state') });
    await say(first, '! echo one', '\none\n');
    await first.waitFor(PROMPT);
    await say(first, ' ! echo hidden', '\nhidden\n');
    await first.waitFor(PROMPT);
    await say(first, '! PASSWORD=x echo two', '\ntwo\n');
    await first.waitFor(PROMPT);
    first.press('up');
    await first.waitFor('! PASSWORD=x echo two');
    first.press('up');
    await first.waitFor('! echo one');
    first.press('ctrl-c');
    first.press('ctrl-d');
    await within(30, first.exit, 'the end');
    const file = place.path('state/zd/history');
    assert.is(place.read('state/zd/history'), '! echo one\n');
    assert.is(statSync(file).mode & 0o777, 0o600);
    assert.is(statSync(place.path('state/zd')).mode & 0o777, 0o700);
    const second = await open(place, { XDG_STATE_HOME: place.path('state') });
    second.press('up');
    await second.waitFor('! echo one');
  },
);

history.skipIf(
  skip,
  'ZD_HISTORY names the file; one that cannot be kept is noted; empty means none',
  async () => {
    const place = makePlace();
    const home = { HOME: place.folder, XDG_STATE_HOME: undefined };
    const named = await open(place, { ...home, ZD_HISTORY: 'lines' });
    await say(named, 'help quit', 'Leave');
    await waitForFile(place.path('lines'), text => text === 'help quit\n');
    const lost = openPrompt(place, ['-p', 'sleep 1000'], 'zd', { ...home, ZD_HISTORY: 'no/such' });
    await lost.waitFor('zd: note: cannot keep the history in no/such: no such file or directory\n');
    await lost.waitFor(PROMPT);
    const off = await open(place, { ...home, ZD_HISTORY: '' });
    await say(off, 'help quit', 'Leave');
    await off.waitFor(PROMPT);
    assert.throws(() => statSync(join(place.folder, '.local')), /ENOENT/);
    const usual = await open(place, { ...home, ZD_HISTORY: undefined });
    await say(usual, 'help exit', 'same');
    await waitForFile(place.path('.local/state/zd/history'), text => text === 'help exit\n');
  },
);

history.skipIf(skip, 'Ctrl-R finds an earlier line, which can be run, edited or left', async () => {
  const place = makePlace();
  place.write('lines', '! echo alpha\n! echo beta\nhelp quit\n', 0o600);
  const zd = await open(place, { ZD_HISTORY: 'lines' });
  zd.type('\x12ech');
  await zd.waitFor("search 'ech': ! echo beta");
  zd.type('\x12');
  await zd.waitFor("search 'ech': ! echo alpha");
  zd.press('enter');
  await zd.waitFor('\nalpha\n');
  await zd.waitFor(PROMPT);
  zd.type('begun\x12bet');
  await zd.waitFor("search 'bet': ! echo beta");
  zd.type('x');
  await zd.waitFor("no line with 'betx': ! echo beta");
  zd.type('\x07');
  await zd.waitFor('sleep ○ begun');
  zd.press('ctrl-c');
  await zd.waitFor(/begun\^C\nsleep ○ |\^C\nsleep ○ /);
  zd.type('\x12alp\x05-two\r');
  await zd.waitFor('\nalpha-two\n');
});

history.skipIf(skip, 'Ctrl-C leaves the line on the screen', async () => {
  const zd = await open(makePlace(), {});
  zd.type('status -v');
  await zd.waitFor('status -v');
  zd.type('\x1b[D\x1b[D');
  zd.press('ctrl-c');
  await zd.waitFor('^C\nsleep ○ ');
  assert.match(zd.screen(), /sleep ○ status -v\^C\n/);
});

history.skipIf(skip, 'Tabs in pasted text are blanks; those at its end complete', async () => {
  const zd = await open(makePlace(), {});
  zd.type('help\tquit\r');
  await zd.waitFor('help quit');
  await zd.waitFor('\nquit -- Leave');
  await zd.waitFor(PROMPT);
  zd.type('sta\t\t');
  await zd.waitFor(/\nstart +status/);
});

async function open(place: Place, env: Record<string, string | undefined>): Promise<Terminal> {
  const terminal = openPrompt(place, ['-p', 'sleep 1000'], 'zd', {
    ...('XDG_STATE_HOME' in env ? { ZD_HISTORY: undefined } : {}),
    ...env,
  });
  await terminal.waitFor(PROMPT);
  return terminal;
}

history.run();
