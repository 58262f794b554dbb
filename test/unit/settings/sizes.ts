import * as assert from 'uvu/assert';
import { byteSize, someBytes } from '../../../src/settings/sizes';
import { suite } from '../../runner/guard';

const sizes = suite('sizes');

sizes('A size is in bytes, or has a unit of 1024', () => {
  const cases: Record<string, number> = {
    '0': 0,
    '500kb': 512_000,
    '10MB': 10_485_760,
    '1gb': 1_073_741_824,
  };
  for (const [text, bytes] of Object.entries(cases)) assert.is(byteSize.parse(text, {}), bytes, text);
  for (const bytes of [0, 1, 1000, 1024, 1536, 10_485_760, 3 * 1024 ** 3])
    assert.is(byteSize.parse(byteSize.format(bytes), {}), bytes);
});

sizes('Anything else is refused, with what to write instead where that is clear', () => {
  const cases: Record<string, string> = {
    '10M': '; write 10mb',
    '10 mb': '; write 10mb',
    '512MiB': '; write 512mb',
    '1.5gb': '; write 1536mb',
    '1tb': '; write 1024gb',
    '1g': '; write 1gb',
    '100 bytes': '; write 100',
    '2b': '; write 2',
    '9999tb': '',
    '1.3333kb': '',
    big: '',
    '-1': '',
    '': '',
  };
  for (const [text, advice] of Object.entries(cases)) {
    try {
      byteSize.parse(text, {});
    } catch (error) {
      const message = `must be a number of bytes such as 500kb, 10mb or 1gb, not '${text}'${advice}`;
      assert.is((error as Error).message, message);
      continue;
    }
    assert.unreachable(`accepted '${text}'`);
  }
  assert.throws(() => someBytes.parse('0mb', {}), /^must be more than 0 bytes, not '0mb'$/);
});

sizes.run();
