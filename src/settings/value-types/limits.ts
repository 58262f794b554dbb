import { suggest } from '../../system/text/nearest';
import { quoteText, ValueFault } from '../faults';
import { byteSize } from '../sizes';
import { time } from '../times';
import type { ValueType } from '../values';

type Amount = number | 'unlimited';

/** A limit of setrlimit(2), in the unit of the system; a null one stays as it is. */
export interface Limit {
  name: keyof typeof KINDS;
  soft: Amount;
  hard: Amount | null;
}

/** `nofile 1024:4096, core unlimited, as 2gb, cpu 5m`. */
export const limits: ValueType<Limit[]> = {
  name: 'limits separated by commas, each a name of prlimit(1) and a value, or SOFT:HARD',
  parse(text, env) {
    if (text === '') throw new ValueFault('must be limits such as nofile 1024:4096, core 0, not empty');
    const list = text.split(',').map(item => readLimit(item.trim(), env));
    const twice = list.find(({ name }, index) => list.findIndex(one => one.name === name) < index);
    if (twice) throw new ValueFault(`has ${twice.name} twice; remove one of them`);
    return list;
  },
  format: list => list.map(formatLimit).join(', '),
};

/** The limit as it is written. */
export function formatLimit({ name, soft, hard }: Limit): string {
  const format = (amount: Amount) =>
    amount === 'unlimited' ? amount : UNITS[KINDS[name].unit].format(amount);
  if (hard === null) return `${name} ${format(soft)}:`;
  return soft === hard ? `${name} ${format(soft)}` : `${name} ${format(soft)}:${format(hard)}`;
}

/** The number of a limit for the system; see `asm-generic/resource.h`, which Linux on x64 and arm64 uses. */
export function limitNumber(name: Limit['name']): number {
  return KINDS[name].number;
}

const KINDS = {
  as: { number: 9, unit: 'bytes' },
  core: { number: 4, unit: 'bytes' },
  cpu: { number: 0, unit: 'seconds' },
  data: { number: 2, unit: 'bytes' },
  fsize: { number: 1, unit: 'bytes' },
  locks: { number: 10, unit: 'count' },
  memlock: { number: 8, unit: 'bytes' },
  msgqueue: { number: 12, unit: 'bytes' },
  nice: { number: 13, unit: 'count' },
  nofile: { number: 7, unit: 'count' },
  nproc: { number: 6, unit: 'count' },
  rss: { number: 5, unit: 'bytes' },
  rtprio: { number: 14, unit: 'count' },
  rttime: { number: 15, unit: 'microseconds' },
  sigpending: { number: 11, unit: 'count' },
  stack: { number: 3, unit: 'bytes' },
} as const;

const count: ValueType<number> = {
  name: 'whole number',
  parse(text) {
    if (/^\d{1,10}$/.test(text)) return Number(text);
    throw new ValueFault(`must be a whole number, or unlimited, not ${quoteText(text)}`);
  },
  format: String,
};

const seconds: ValueType<number> = {
  ...time,
  parse(text, env) {
    const value = time.parse(text, env);
    if (Number.isInteger(value)) return value;
    throw new ValueFault(`must be whole seconds, not ${quoteText(text)}`);
  },
};

const microseconds: ValueType<number> = {
  ...time,
  parse: (text, env) => Math.round(time.parse(text, env) * 1e6),
  format: value => time.format(value / 1e6),
};

const UNITS = { bytes: byteSize, count, seconds, microseconds };

function readLimit(item: string, env: NodeJS.ProcessEnv): Limit {
  const [, word = '', value] = /^(\S*)(?:\s+(.*))?$/s.exec(item) ?? [];
  if (word === '') throw new ValueFault('has nothing between two commas; write a limit, or remove a comma');
  const name = word.toLowerCase().replace(/^rlimit_/, '');
  if (!isName(name))
    throw new ValueFault(
      `has an unknown limit ${quoteText(word)}${suggest(name, Object.keys(KINDS), 'prlimit(1) lists them')}`,
    );
  if (value === undefined) throw new ValueFault(`has ${name} without a value; write ${name} unlimited`);
  const [first = '', second, ...others] = value.split(':').map(part => part.trim());
  if (others.length > 0) throw new ValueFault(`has more than SOFT:HARD for ${name}: ${quoteText(value)}`);
  const soft = readAmount(name, first, env);
  const hard = second === undefined ? soft : second === '' ? null : readAmount(name, second, env);
  if (hard !== null && order(soft) > order(hard))
    throw new ValueFault(`has a soft limit of ${name} above the hard one: ${quoteText(value)}`);
  return { name, soft, hard };
}

function readAmount(name: Limit['name'], text: string, env: NodeJS.ProcessEnv): Amount {
  if (/^(unlimited|infinity)$/i.test(text)) {
    if (name !== 'nofile') return 'unlimited';
    throw new ValueFault(
      'has nofile unlimited, which no system permits; write a number, such as nofile 65536',
    );
  }
  try {
    return UNITS[KINDS[name].unit].parse(text, env);
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error;
    throw new ValueFault(`has a wrong value of ${name}: it ${error.message}`);
  }
}

function order(amount: Amount): number {
  return amount === 'unlimited' ? Number.POSITIVE_INFINITY : amount;
}

function isName(name: string): name is Limit['name'] {
  return Object.hasOwn(KINDS, name);
}
