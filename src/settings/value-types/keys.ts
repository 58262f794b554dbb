import { quoteText, ValueFault } from '../faults';
import type { ValueType } from '../values';

/** A key with Ctrl, as `ctrl-]`. */
export const controlKey: ValueType<string> = {
  name: 'key with ctrl, such as ctrl-]',
  parse(text) {
    const [, key] = /^(?:ctrl[-+]|\^)([a-gk-ln-z@\\\]^_])$/.exec(text.toLowerCase()) ?? [];
    if (key !== undefined) return `ctrl-${key}`;
    const isOther = /^(?:ctrl[-+]|\^)[hijm[]$/.test(text.toLowerCase());
    const advice = isOther ? ', which is also Backspace, Tab, Enter or Escape' : '';
    throw new ValueFault(
      `must be a key with ctrl, such as ctrl-] or ctrl-q, not ${quoteText(text)}${advice}`,
    );
  },
  format: String,
};

/** What a terminal sends for such a key (ascii(7)). @param key as parsed */
export function byteOf(key: string): number {
  return key.toUpperCase().charCodeAt(key.length - 1) & 0x1f;
}

/** Its name for people: `Ctrl-]`. */
export function showKey(key: string): string {
  return `Ctrl-${key.slice(-1).toUpperCase()}`;
}
