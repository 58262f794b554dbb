import * as assert from 'uvu/assert';
import { clearPlaces, fixture, flavours, makePlace, pidIn } from '../../helpers/cli';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('words of the program');
test.after.each(clearPlaces);

for (const flavour of flavours) {
  for (const words of [
    ['-h', 'dbhost', '-p', '5432'],
    ['--help', 'x'],
    ['x', '-h'],
    ['-h', '-h'],
  ])
    test(`${flavour}: start and restart pass on ${words.join(' ')}`, async () => {
      const place = makePlace();
      const shown = `${words.map(word => `[${word}]\n`).join('')}[.]\n`;
      const flags = ['-p', fixture('printargs.sh'), '-t', 'log'];
      pidIn(await place.run(flavour, [...flags, 'start', ...words]));
      await waitForFile(place.path('log'), text => text === shown);
      assert.is((await place.run(flavour, [...flags, 'restart', ...words])).status, 0);
      await waitForFile(place.path('log'), text => text === shown + shown);
    });

  test(`${flavour}: fg passes on -h with another word, and explains itself without one`, async () => {
    const place = makePlace();
    const passed = await place.run(flavour, ['-p', 'echo', 'fg', '-h', 'a']);
    const echo = flavour === 'zdaemon' ? 'echo -h a\n' : '';
    assert.equal([passed.status, passed.stdout], [0, `${echo}-h a\n`]);
    for (const command of ['start', 'restart', 'fg'])
      assert.match((await place.run(flavour, ['-p', 'echo', command, '-h'])).stdout, /^usage: /);
  });
}

test('the prompt has the same rule', async () => {
  const place = makePlace();
  const input = 'fg -h a\nfg -h\n';
  const { stdout } = await place.zd(['-p', 'echo'], { input });
  assert.match(stdout, /^-h a\nusage: /);
  assert.match(stdout, 'Run the program in the foreground');
});

test('a dash or a blank that only looks like one is named', async () => {
  const place = makePlace();
  for (const [words, complaint] of [
    [['\u2013C', 'x', 'status'], "unknown command '<U+2013>C'; an option begins with '-', not with U+2013"],
    [['\u2212-help'], "unknown command '<U+2212>-help'; an option begins with '-', not with U+2212"],
    [['status', '\u2014json'], "an option begins with '-', not with U+2014"],
    [['stat\u200bus'], "unknown command 'stat<U+200B>us'; did you mean 'status' (without U+200B)?"],
    [['\u00a0status'], "unknown command '<U+00A0>status'; did you mean 'status' (without U+00A0)?"],
    [['--stop\u2011timeout', '3', 'status'], 'did you mean --stop-timeout (without U+2011)?'],
    [['-\u2013x'], 'option -<U+2013> not recognized'],
  ] as const) {
    const { status, stderr } = await place.zd([...words]);
    assert.is(status, 2);
    assert.ok(stderr.includes(complaint), stderr);
  }
});

test('piped commands may be indented with any blank and begin with a byte-order mark', async () => {
  const place = makePlace();
  const input = '\ufeffstatus\n\u00a0status\u00a0\n\fstatus\n';
  const { stdout, stderr } = await place.zd([], { input });
  assert.equal([stdout, stderr], ['daemon manager not running\n'.repeat(3), '']);
});

test.run();
