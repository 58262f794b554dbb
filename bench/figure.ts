/** One line of the table. */
export interface Figure {
  /** Stable: `status`, `transcript plain`. */
  name: string;
  /** The program measured: `zd`, or a peer found on this machine. */
  who: string;
  /** The median. */
  value: number;
  unit: string;
  /** The middle half of the runs, in the unit of `value`: lower and upper quartile. */
  spread: [number, number];
  /** What `value` is measured against, for example `node -e 0`; null if nothing. */
  floor: string | null;
  /** The limit that the project promises, if any. */
  promise: Pledge | null;
}

/** Whether two runs agree: the median of one lies in the middle half of the other. */
export function agree(one: Figure, other: Figure): boolean {
  return isWithin(one, other) || isWithin(other, one);
}

function isWithin({ value }: Figure, { spread: [low, high] }: Figure): boolean {
  return low <= value && value <= high;
}

interface Pledge {
  kind: 'at most' | 'at least';
  value: number;
}

/** A subject of the benchmark: `npm run bench -- NAME`. */
export interface Subject {
  name: string;
  /** @param quick fewer runs, for a rough result */
  measure(quick: boolean): Promise<Figure[]>;
}

/** Whether the promise is kept. A `margin` of 1.2 accepts a miss by a fifth, for machines with other load. */
export function isKept({ promise, value }: Figure, margin = 1): boolean {
  if (!promise) return true;
  return promise.kind === 'at most' ? value <= promise.value * margin : value * margin >= promise.value;
}

/** The median and the quartiles of the runs. */
export function summarize(values: readonly number[]): { value: number; spread: [number, number] } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
  return { value: at(0.5), spread: [at(0.25), at(0.75)] };
}
