import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('files that are run');
test.after.each(clearPlaces);

const isElf = readFileSync(process.execPath).toString('latin1', 0, 4) === '\x7fELF';
const needsElf = !isElf && 'only where programs are in the format ELF';
const needsLinux = process.platform !== 'linux' && 'the limits are those of Linux';

/** Bytes 18 and 19 of a file in ELF are the processor. */
function writeForeign(place: Place, machine: number): void {
  const bytes = readFileSync(process.execPath).subarray(0, 8192);
  bytes.writeUInt16LE(machine, 18);
  writeFileSync(place.path('foreign'), bytes);
  chmodSync(place.path('foreign'), 0o755);
}

test('a text without an interpreter is run by the shell, as a program, a start test and in the foreground', async () => {
  const place = makePlace();
  place.write('script', 'echo "[$0] [$1]"\nif [ "$2" ]; then exec sleep 1000; fi\n', 0o755);
  const shown = `[${place.path('script')}] [a b]\n`;
  const flags = ['-p', './script "a b"', '-t', 'log'];
  place.configure({
    program: './script "a b" stay',
    transcript: 'log',
    'start-test-program': './script test',
  });
  pidIn(await place.zd('-C app.conf start'));
  await waitForFile(place.path('log'), text => text.includes(shown) && text.includes('[test]'));
  await place.zd('-C app.conf stop');
  assert.is((await place.zd([...flags, 'fg'])).stdout, shown);
});

for (const [machine, name] of [
  [22, 's390x'],
  [243, 'riscv'],
] as const)
  test.skipIf(needsElf, `a program for ${name} is called that`, async () => {
    const place = makePlace();
    writeForeign(place, machine);
    const reason = `it is built for another processor, ${name}; this one is ${process.arch}\n`;
    for (const command of ['start', 'fg']) {
      const { status, stderr } = await place.zd(['-p', './foreign', command]);
      assert.equal([status, stderr.endsWith(reason)], [1, true], stderr);
    }
  });

test('an interpreter that cannot be run is named', async () => {
  const place = makePlace();
  place.write('plain', 'x');
  place.write('script', `#!${place.path('plain')}\n`, 0o755);
  for (const command of ['start', 'fg']) {
    const { status, stderr } = await place.zd(['-p', './script', command]);
    assert.is(status, 1);
    assert.match(stderr, `its interpreter ${place.path('plain')} cannot be run: permission denied`);
  }
});

test.skipIf(needsLinux, 'a variable or word that is too long is named with its line', async () => {
  const place = makePlace();
  const long = 'x'.repeat(140_000);
  for (const [text, complaint] of [
    [`[runner]\nprogram = sleep 1\n[environment]\nBIG = ${long}\n`, "app.conf:4: 'BIG' has 140004 bytes"],
    [`[runner]\nprogram = sleep ${long}\n`, 'app.conf:2: program has a word that has 140000 bytes'],
    [`<runner>\nprogram sleep 1\nstart-test-program a ${long}\n</runner>`, 'start-test-program has a word'],
  ] as const) {
    place.write('app.conf', text);
    for (const command of ['check', 'start']) {
      const { status, stderr } = await place.zd(`-C app.conf ${command}`);
      assert.is(status, 2);
      assert.ok(stderr.includes(complaint), stderr.slice(0, 200));
      assert.match(stderr, 'passes on at most 131071; shorten it');
    }
  }
});

test.skipIf(needsLinux, 'variables that are too long together are counted', async () => {
  const place = makePlace();
  const lines = Array.from({ length: 70 }, (_, index) => `V${index} = ${'x'.repeat(100_000)}\n`);
  place.write('app.conf', `[runner]\nprogram = sleep 1\n[environment]\n${lines.join('')}`);
  for (const command of ['check', 'start']) {
    const { status, stderr } = await place.zd(`-C app.conf ${command}`);
    assert.is(status, 2);
    assert.match(stderr, /^zd: cannot start sleep: its arguments and variables have \d+ bytes together, but/);
  }
});

test.run();
