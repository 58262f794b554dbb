import { chmodSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, pidIn } from '../../helpers/cli';
import { needsRoot } from '../../helpers/strangers';
import { suite } from '../../runner/guard';

/* What is wrong with the command of transcript-program is told before the program runs. */

const test = suite('transcript-program refused');
test.after.each(clearPlaces);

test('one that is not found is refused by check, start and doctor', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'transcript-program': 'no-such-logger -t app' });
  const complaint =
    "cannot use transcript-program 'no-such-logger -t app' (app.conf:3): no-such-logger is not on PATH";
  for (const command of ['check', 'start']) {
    const { status, stderr } = await place.zd(`-C app.conf ${command}`);
    assert.equal([status, stderr.startsWith(`zd: ${complaint}`)], [2, true], stderr);
  }
  const { status, stdout, stderr } = await place.zd('-C app.conf doctor');
  assert.is(status, 1);
  assert.ok(stdout.includes(`missing  commands    ${complaint}`), stdout);
  assert.match(stderr, 'missing: commands; see above');
});

test('a good one is named by check and doctor', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000', 'transcript-program': 'cat -u' });
  assert.match((await place.zd('-C app.conf check')).stdout, /^output to {3}cat -u$/m);
  assert.match(
    (await place.zd('-C app.conf doctor')).stdout,
    /^ok {7}commands {4}transcript-program: \/.*cat$/m,
  );
});

test('one that cannot be executed is a failed start with its reason', async () => {
  const place = makePlace();
  place.write('logger', '#!/no/such/interpreter\n', 0o755);
  place.configure({ program: "sh -c 'touch ran; exec sleep 1000'", 'transcript-program': './logger' });
  const { status, stderr } = await place.zd('-C app.conf start');
  assert.is(status, 1);
  assert.match(stderr, /^zd: cannot .*transcript-program logger cannot be run: .*\/no\/such\/interpreter/);
  assert.throws(() => place.read('ran'));
});

test.skipIf(
  needsRoot,
  'as root, one that others can write is refused, also when it changes later',
  async () => {
    const place = makePlace();
    const file = place.write('logger', '#!/bin/sh\nexec cat >>got\n', 0o777);
    chmodSync(file, 0o777);
    place.configure(
      {
        program: 'sleep 1000',
        'transcript-program': './logger',
        'backoff-limit': '0.05',
      },
      '<eventlog>\n<logfile>\npath events\n</logfile>\n</eventlog>\n',
    );
    const { status, stderr } = await place.zd('-C app.conf start');
    assert.is(status, 1);
    assert.match(stderr, /^zd: cannot trust transcript-program .*logger as root: others can write/);
    chmodSync(file, 0o755);
    pidIn(await place.zd('-C app.conf start'));
  },
);

test.run();
