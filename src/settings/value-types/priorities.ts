import { quoteText, ValueFault } from '../faults';
import type { ValueType } from '../values';

/** A class of ionice(1) and a level in it; `idle` has none. */
export interface IoPriority {
  class: 'realtime' | 'best-effort' | 'idle';
  level: number;
}

/** nice(2), absolute. */
export const niceness: ValueType<number> = {
  name: 'whole number from -20 (first) to 19 (last)',
  parse: text => readInteger(text, -20, 19),
  format: String,
};

/** See proc_pid_oom_score_adj(5). */
export const oomScore: ValueType<number> = {
  name: 'whole number from -1000 (never) to 1000 (first)',
  parse: text => readInteger(text, -1000, 1000),
  format: String,
};

export const ioPriority: ValueType<IoPriority> = {
  name: 'best-effort or realtime with a level from 0 (first) to 7, or idle',
  parse(text) {
    const [, name, level] = /^(realtime|best-effort|idle)(?:[ \t]+([0-7]))?$/.exec(text) ?? [];
    if (name === 'idle' && level === undefined) return { class: name, level: 0 };
    if (name === 'realtime' || name === 'best-effort') return { class: name, level: Number(level ?? 4) };
    const advice = name === 'idle' ? '; idle has no level' : '';
    throw new ValueFault(`must be best-effort 7, realtime 4 or idle, not ${quoteText(text)}${advice}`);
  },
  format: value => (value.class === 'idle' ? value.class : `${value.class} ${value.level}`),
};

/** The numbers of processors: `0,2-4`. */
export const processors: ValueType<number[]> = {
  name: 'numbers of processors and ranges separated by commas',
  parse(text) {
    const must = 'must be processors such as 0,2-4';
    const found = new Set<number>();
    for (const item of text.split(',')) {
      const [, from, to = from] = /^[ \t]*(\d{1,5})(?:-(\d{1,5}))?[ \t]*$/.exec(item) ?? [];
      if (from === undefined) throw new ValueFault(`${must}, not ${quoteText(text)}${adviseOnMask(text)}`);
      if (Number(to) > MOST_PROCESSOR)
        throw new ValueFault(`${must}, from 0 to ${MOST_PROCESSOR}, not ${quoteText(text)}`);
      if (Number(to) < Number(from))
        throw new ValueFault(`has a range that ends before it begins: ${quoteText(item.trim())}`);
      for (let one = Number(from); one <= Number(to); one++) found.add(one);
    }
    return [...found].sort((a, b) => a - b);
  },
  format(list) {
    const ranges: [number, number][] = [];
    for (const one of list) {
      const last = ranges.at(-1);
      if (last && last[1] === one - 1) last[1] = one;
      else ranges.push([one, one]);
    }
    return ranges.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(',');
  },
};

/** More than Linux can be built for. */
const MOST_PROCESSOR = 8191;

function readInteger(text: string, least: number, most: number): number {
  const number = /^[+-]?\d{1,5}$/.test(text) ? Number(text) + 0 : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new ValueFault(`must be a whole number from ${least} to ${most}, not ${quoteText(text)}`);
}

/** taskset(1) and pmtr also have masks. */
function adviseOnMask(text: string): string {
  if (!/^0x[0-9a-f]{1,8}$/i.test(text)) return '';
  const mask = Number(text);
  const list = Array.from({ length: 32 }, (_, bit) => bit).filter(
    bit => Math.floor(mask / 2 ** bit) % 2 === 1,
  );
  return list.length > 0 ? `; write ${processors.format(list)}` : '';
}
