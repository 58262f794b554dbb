import { createServer } from 'node:net';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace } from '../../helpers/cli';
import { closePrompts, openPrompt, say } from '../../helpers/prompt-session';
import { ptyMissing } from '../../helpers/pty';
import { suite } from '../../runner/guard';

const state = suite('the state in the prompt');
const skip = ptyMissing;

state.after.each(async () => {
  closePrompts();
  await clearPlaces();
});

state.skipIf(skip, 'Name and state are in it, and follow what happens to the program', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', name: 'web' });
  const zd = openPrompt(place, ['-C', 'app.conf']);
  await zd.waitFor('\nweb ○ ');
  await say(zd, 'start', /started, pid=\d+\n/);
  await zd.waitFor('\nweb ● ');
  await place.zd('-C app.conf stop');
  await say(zd, 'help quit', '\nweb ○ ');
  place.configure({ program: 'sh -c "exit 7"', name: 'web', 'backoff-limit': '1', 'start-seconds': '5' });
  await say(zd, 'start', /zd: cannot start/);
  await zd.waitFor('\nweb ✗ ');
});

state.skipIf(
  skip,
  'It is ASCII where the locale is, and without colour where colour is refused',
  async () => {
    const place = makePlace();
    const words = ['-p', 'sleep 1000'];
    const plain = openPrompt(place, words, 'zd', { LC_ALL: 'C', NO_COLOR: '1' });
    await plain.waitFor('\nsleep - ');
    await say(plain, 'start', /started, pid=\d+\n/);
    await plain.waitFor('\nsleep * ');
    assert.not.ok(plain.rawScreen().includes('\u001b[32m'));
    const coloured = openPrompt(place, words, 'zd', { NO_COLOR: undefined });
    await coloured.waitFor('\nsleep ● ');
    assert.ok(coloured.rawScreen().includes('sleep \u001b[32m●'));
  },
);

state.skipIf(skip, 'A silent socket does not keep it waiting', async () => {
  const place = makePlace();
  const silent = createServer();
  await new Promise<void>(resolve => silent.listen(place.path('zdsock'), resolve));
  try {
    const zd = openPrompt(place, ['-p', 'sleep 1000']);
    await zd.waitFor(/[\n\r]sleep \? /);
    await say(zd, '! echo one', '\none\n');
    await zd.waitFor(/[\n\r]sleep \? /);
  } finally {
    silent.close();
  }
});

state.skipIf(skip, 'A status other than 0 of fg and of the shell is shown', async () => {
  const zd = openPrompt(makePlace(), ['-p', 'sh -c "exit 5"']);
  await zd.waitFor('sh ○ ');
  await say(zd, 'fg', /[\n\r]exit status 5\nsh ○ /);
  await say(zd, '! exit 3', /[\n\r]exit status 3\nsh ○ /);
  await say(zd, '! kill -9 $$', /[\n\r]exit status 137 \(SIGKILL\)\nsh ○ /);
  await say(zd, '! true', /^\n *\rsh ○ /);
});

state.skipIf(skip, 'A comment does nothing, and the beginning of a name is advice enough', async () => {
  const zd = openPrompt(makePlace(), ['-p', 'sleep 1000']);
  await zd.waitFor('sleep ○ ');
  await say(zd, '# nothing', /^\nsleep ○ /);
  await say(zd, 'q', "\nzd: unknown command 'q'; did you mean 'quit'?\n");
});

state.run();
