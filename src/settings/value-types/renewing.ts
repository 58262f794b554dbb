import { quoteText, ValueFault } from '../faults';
import { expandHome } from '../home';
import { byteSize } from '../sizes';
import { time } from '../times';
import type { ValueType } from '../values';

const LEAST_MEMORY = 1024 ** 2;

/** Paths separated by commas; none of them can contain a comma. */
export const pathList: ValueType<string[]> = {
  name: 'paths separated by commas',
  parse(text, env) {
    const paths = text.split(',').map(path => path.trim());
    if (!paths.includes('')) return paths.map(path => expandHome(path, env));
    throw new ValueFault(`must be paths separated by commas, such as app.yml, conf, not ${quoteText(text)}`);
  },
  format: paths => paths.join(', '),
};

/** A size that a program can stay below: without a unit it is hardly meant. */
export const memorySize: ValueType<number> = {
  ...byteSize,
  name: 'size of at least 1mb; kb, mb and gb are units',
  parse(text, env) {
    const bytes = byteSize.parse(text, env);
    if (bytes >= LEAST_MEMORY) return bytes;
    const advice = /^\d+$/.test(text) && bytes > 0 ? `; write ${text}mb` : '';
    throw new ValueFault(`must be at least 1mb, not ${quoteText(text)}${advice}`);
  },
};

/** A time that a program can be up. */
export const period: ValueType<number> = {
  ...time,
  parse(text, env) {
    const seconds = time.parse(text, env);
    if (seconds >= 1) return seconds;
    throw new ValueFault(`must be at least 1s, not ${quoteText(text)}`);
  },
};
