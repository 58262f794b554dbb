import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import {
  FRAME,
  FrameReader,
  KINDS,
  LONGEST_FRAME,
  packFrame,
  ROLES,
  TO_KEEPER,
  TO_MANAGER,
} from '../../../../src/protocol/keeper/wire';
import { suite } from '../../../runner/guard';

const test = suite('wire to the keeper');
const noPerl = spawnSync('perl', ['-v']).status !== 0 && 'there is no perl';
const RUNS = 500;

const field = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes)),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.integer(),
);
const frame = fc.array(field, { minLength: 1, maxLength: 8 });

test('frames that are cut anywhere are read as they were packed', () => {
  const input = fc.tuple(fc.array(frame, { maxLength: 6 }), fc.array(fc.nat(400)));
  fc.assert(
    fc.property(input, ([frames, cuts]) => {
      const bytes = Buffer.concat(frames.map(packFrame));
      const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
      const reader = new FrameReader();
      const read = places.flatMap((from, index) =>
        reader.read(bytes.subarray(from, places[index + 1] ?? from)),
      );
      assert.equal(
        read,
        frames.map(fields => fields.map(toBytes)),
      );
    }),
    { numRuns: RUNS },
  );
});

test('what was read stays as it is when the next bytes come into the same chunk', () => {
  const chunk = Buffer.concat([packFrame(['a', 'first']), packFrame(['b', 'second']).subarray(0, 10)]);
  const reader = new FrameReader();
  const [first] = reader.read(Buffer.from(chunk));
  const rest = packFrame(['b', 'second']).subarray(10);
  assert.equal(reader.read(rest), [['b', 'second'].map(toBytes)]);
  assert.equal(first, ['a', 'first'].map(toBytes));
});

test('a frame that is too long, or whose fields do not fill it, is an error', () => {
  const long = Buffer.alloc(4);
  long.writeUInt32BE(LONGEST_FRAME + 1, 0);
  assert.throws(() => new FrameReader().read(long), /too long/);
  for (const bytes of [
    [0, 0, 0, 1, 0],
    [0, 0, 0, 4, 0, 0, 0, 1],
    [0, 0, 0, 5, 0, 0, 0, 2, 65],
  ])
    assert.throws(() => new FrameReader().read(Buffer.from(bytes)), /do not fill/);
});

test('any bytes are frames, or an error, and reading them ends', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      try {
        for (const fields of new FrameReader().read(Buffer.from(bytes)))
          assert.ok(fields.every(one => Buffer.isBuffer(one)));
      } catch (error) {
        assert.match((error as Error).message, /^the keeper sent a frame/);
      }
    }),
    { numRuns: RUNS },
  );
});

test.skipIf(noPerl, 'Perl reads and writes the same frames', () => {
  const frames = fc.sample(frame, 50);
  const script = `binmode STDIN; binmode STDOUT; local $/; my $all = <STDIN>;
while (length $all) {
  my $size = unpack 'N', $all;
  my @fields = unpack '${FRAME}', substr substr($all, 0, 4 + $size, ''), 4;
  print pack 'N/a*', pack '${FRAME}', reverse @fields;
}`;
  const { stdout, stderr } = spawnSync('perl', ['-e', script], {
    input: Buffer.concat(frames.map(packFrame)),
  });
  assert.is(stderr.toString(), '');
  assert.equal(
    new FrameReader().read(stdout),
    frames.map(fields => fields.map(toBytes).reverse()),
  );
});

test('no two words of a direction are the same, nor are roles and kinds', () => {
  for (const words of [TO_KEEPER, TO_MANAGER, ROLES, KINDS].map(table => Object.values(table)))
    assert.is(new Set(words).size, words.length);
});

function toBytes(one: string | number | Buffer): Buffer {
  return Buffer.isBuffer(one) ? one : Buffer.from(String(one));
}

test.run();
