import { quoteText, ValueFault } from '../faults';
import type { ValueType } from '../values';
import { readSignal, shortName } from './signals';

/**
 * Ends of a program: a number is an exit status, -1 any signal (zdaemon), and a name such as `TERM` or `RTMIN+3` that
 * signal. Names are in upper case, without SIG.
 */
export const endings: ValueType<(number | string)[]> = {
  name: 'exit statuses and signals separated by commas',
  parse(text) {
    if (text === '') return [];
    return text.split(',').map(item => readEnding(item.trim(), text));
  },
  format: value => value.join(','),
};

/** The same, without statuses that no program exits with. */
export const possibleEndings: ValueType<(number | string)[]> = {
  ...endings,
  parse(text, env) {
    const list = endings.parse(text, env);
    const wrong = list.find(one => typeof one === 'number' && (one < -1 || one > LARGEST_STATUS));
    if (wrong === undefined) return list;
    throw new ValueFault(`has ${wrong}, but exit statuses are 0 to ${LARGEST_STATUS}, and -1 is any signal`);
  },
};

const LARGEST_STATUS = 255;

function readEnding(item: string, text: string): number | string {
  if (/^[+-]?\d{1,9}$/.test(item)) return Number(item) + 0;
  const must = 'must be exit statuses and signals separated by commas, such as 0,2,TERM';
  if (!/^[a-z]/i.test(item) || /\s/.test(item)) throw new ValueFault(`${must}, not ${quoteText(text)}`);
  return shortName(readSignal(item, must));
}
