import { quoteText, ValueFault } from '../faults';
import { shortName, type ValueType } from '../values';

/** Names of other programs; a `?` before one means that it is only an order. */
export const programNames = nameList(
  'names of programs separated by commas, ? before those that are only an order',
  '?',
);

/** Names that select several programs at once. */
export const tagNames = nameList('names separated by commas', '');

/** The most copies of one program: more is hardly meant. */
const MOST_COPIES = 1000;

/** How many copies of a program there are. */
export const copyCount: ValueType<number> = {
  name: `whole number from 0 to ${MOST_COPIES}`,
  parse(text) {
    if (/^\d+$/.test(text) && Number(text) <= MOST_COPIES) return Number(text);
    throw new ValueFault(`must be a whole number from 0 to ${MOST_COPIES}, not ${quoteText(text)}`);
  },
  format: String,
};

function nameList(name: string, mark: string): ValueType<string[]> {
  return {
    name,
    parse(text, env) {
      const items = text.split(',').map(item => item.trim());
      if (items.includes('')) throw new ValueFault('must be names separated by commas, without an empty one');
      for (const item of items)
        shortName.parse(mark !== '' && item.startsWith(mark) ? item.slice(1) : item, env);
      return [...new Set(items)];
    },
    format: list => list.join(', '),
  };
}
