import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { findSince, parseSince } from '../../../../../src/commands/output/tail/since';
import { formatIsoTime } from '../../../../../src/system/clock';
import { makeTemporaryFolder } from '../../../../helpers/temp';
import { suite } from '../../../../runner/guard';

const test = suite('logtail --since');

async function find(text: string, since: number): Promise<string> {
  const path = join(makeTemporaryFolder(), 'log');
  writeFileSync(path, text);
  const handle = await open(path);
  try {
    return text.slice(await findSince(handle, text.length, since));
  } finally {
    await handle.close();
  }
}

test('begins with the first line of the time', async () => {
  const text = '1795000001.000 a\n1795000002.500 b\n1795000004.000 c\n';
  assert.is(await find(text, 1_795_000_000), text);
  assert.is(await find(text, 1_795_000_002), text.slice(17));
  assert.is(await find(text, 1_795_000_002.5), text.slice(17));
  assert.is(await find(text, 1_795_000_003), text.slice(34));
  assert.is(await find(text, 1_795_000_005), '');
});

test('finds the line in files of any size, with lines of any length and lines without a time between', async () => {
  const line = fc.record({ step: fc.nat(3), length: fc.oneof(fc.nat(60), fc.nat(9000)), more: fc.nat(2) });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 120 }), fc.nat(200), async (lines, ahead) => {
      let time = 1_795_000_000;
      let text = '';
      let expected: number | null = null;
      const since = time + ahead;
      for (const { step, length, more } of lines) {
        time += step;
        if (time >= since) expected ??= text.length;
        text += `${formatIsoTime(time)} ${'x'.repeat(length)}\n${'  at somewhere\n'.repeat(more)}`;
      }
      const found = await find(text, since);
      assert.is(found.length, expected === null ? 0 : text.length - expected);
    }),
    { numRuns: 60 },
  );
});

test('says so when no line has a time', async () => {
  try {
    await find('a\nb\n', 0);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /no line begins with one/);
  }
  assert.is(await find('', 0), '');
});

test('reads spans, seconds and dates', () => {
  assert.is(parseSince('10m', 1000), 400);
  assert.is(parseSince('2h', 10_000), 2800);
  assert.is(parseSince('1795000000.5', 0), 1_795_000_000.5);
  assert.is(parseSince('2026-11-20T22:46:54Z', 0), 1_795_214_814);
  assert.is(parseSince('2026-11-20', 0), new Date(2026, 10, 20).getTime() / 1000);
  assert.is(parseSince('2026-11-20 22:46', 0), new Date(2026, 10, 20, 22, 46).getTime() / 1000);
  assert.throws(() => parseSince('yesterday', 0), /--since takes a time such as 10m/);
});

test.run();
