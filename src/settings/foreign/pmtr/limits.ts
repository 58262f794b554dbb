import { changed, TAKEN, type Verdict } from '../line-report';

/** The letters of pmtr's `ulimit`, with the names of zd. */
const LETTERS = new Map([
  ['-c', 'core'],
  ['-d', 'data'],
  ['-e', 'nice'],
  ['-f', 'fsize'],
  ['-i', 'sigpending'],
  ['-l', 'memlock'],
  ['-m', 'rss'],
  ['-n', 'nofile'],
  ['-q', 'msgqueue'],
  ['-r', 'rtprio'],
  ['-s', 'stack'],
  ['-t', 'cpu'],
  ['-u', 'nproc'],
  ['-v', 'as'],
]);

const NAMES = new Set(LETTERS.values());

/** A limit, both soft and hard, as `limits` has it. */
export interface ReadLimit {
  name: string;
  amount: string;
  verdict: Verdict;
}

/**
 * Reads one resource and its value.
 *
 * @returns what it means, or why pmtr refuses it
 */
export function readLimit(resource: string, value: string): ReadLimit | { fault: string } {
  const long = /^RLIMIT_([A-Z]+)$/.exec(resource)?.[1]?.toLowerCase() ?? '';
  const name = LETTERS.get(resource) ?? (NAMES.has(long) ? long : undefined);
  if (name === undefined)
    return { fault: `there is no ulimit '${resource}'; use ${[...LETTERS.keys()].join(' ')}` };
  const digits = /^[+-]?\d+/.exec(value)?.[0];
  const isInfinite = value === 'infinity' || value === 'unlimited' || digits === '-1';
  if (!isInfinite && digits === undefined)
    return { fault: 'the value of a ulimit must be a number, or infinity' };
  if (isInfinite) {
    if (name === 'nofile') return { fault: 'ulimit -n must be a number' };
    return { name, amount: 'unlimited', verdict: TAKEN };
  }
  const number = Number(digits);
  if (number >= 0 && number <= LARGEST)
    return { name, amount: String(number), verdict: readAs(value, number) };
  const amount = number > 0 && number <= MOST[name as keyof typeof MOST] ? String(number) : 'unlimited';
  if (amount === 'unlimited' && name === 'nofile') return { fault: 'ulimit -n must be a smaller number' };
  return {
    name,
    amount,
    verdict: changed(`${amount}, though pmtr misreads numbers below 0 and above ${LARGEST}`),
  };
}

/** pmtr has 32 bits for it. */
const LARGEST = 2 ** 31 - 1;
/** What `limits` accepts. */
const MOST = {
  core: 2 ** 50,
  data: 2 ** 50,
  fsize: 2 ** 50,
  memlock: 2 ** 50,
  rss: 2 ** 50,
  msgqueue: 2 ** 50,
  stack: 2 ** 50,
  as: 2 ** 50,
  nice: 1e9,
  sigpending: 1e9,
  nofile: 1e9,
  rtprio: 1e9,
  nproc: 1e9,
  cpu: 1e9,
};

/** pmtr ignores what follows the digits. */
function readAs(value: string, number: number): Verdict {
  return /^[+]?\d+$/.test(value) ? TAKEN : changed(`pmtr reads it as ${number}`);
}
