import { suggest } from '../../system/text/nearest';
import { quoteText, ValueFault } from '../faults';
import type { ValueType } from '../values';
import { EVENT_KINDS, type EventKind } from './event-kinds';

const NAMES = Object.keys(EVENT_KINDS);

/** Kinds of events, each once, in the order in which they are written. */
export const eventKinds: ValueType<EventKind[]> = {
  name: 'kinds of events separated by commas',
  parse(text) {
    const items = text.split(',').map(item => item.trim());
    if (items.includes(''))
      throw new ValueFault(
        `must be kinds of events separated by commas, such as failed, gave-up, not ${quoteText(text)}`,
      );
    return [...new Set(items.map(readKind))];
  },
  format: kinds => kinds.join(', '),
};

function readKind(item: string): EventKind {
  if (NAMES.includes(item)) return item as EventKind;
  const advice = `the kinds are ${NAMES.join(', ')}`;
  throw new ValueFault(`has ${quoteText(item)}, which is not a kind of event${suggest(item, NAMES, advice)}`);
}
