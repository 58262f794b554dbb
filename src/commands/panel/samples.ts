import type { Glyphs } from '../../system/terminal';

/** The last values of something, in a buffer of fixed size. */
export class Samples {
  readonly #values: Float64Array;
  /** Values so far, those that are forgotten included. */
  count = 0;

  /** @param size how many are kept */
  constructor(size: number) {
    this.#values = new Float64Array(size);
  }

  /** @param value NaN where there is none */
  add(value: number): void {
    this.#values[this.count % this.#values.length] = value;
    this.count += 1;
  }

  get largest(): number {
    let largest = 0;
    for (let at = this.#first; at < this.count; at += 1) largest = Math.max(largest, this.#at(at) || 0);
    return largest;
  }

  /**
   * The values in columns, of which each has the largest of so many neighbours. The neighbours of a column are always
   * the same, so that what is drawn only moves.
   *
   * @param columns at most so many
   * @returns oldest first; NaN for a column without a value
   */
  group(columns: number): number[] {
    if (columns < 1 || this.count === 0) return [];
    const size = Math.ceil(this.#values.length / columns);
    const last = Math.floor((this.count - 1) / size);
    const from = Math.max(last - columns + 1, Math.ceil(this.#first / size));
    const groups: number[] = [];
    for (let group = from; group <= last; group += 1) {
      let largest = Number.NaN;
      for (let at = group * size; at < Math.min((group + 1) * size, this.count); at += 1) {
        const value = this.#at(at);
        if (!(value <= largest) && !Number.isNaN(value)) largest = value;
      }
      groups.push(largest);
    }
    return groups;
  }

  get #first(): number {
    return Math.max(0, this.count - this.#values.length);
  }

  #at(index: number): number {
    return this.#values[index % this.#values.length] as number;
  }
}

/**
 * Draws values as a row of bars.
 *
 * @param values from 0; NaN for a gap
 * @param top what fills a bar
 * @returns one character for each value
 */
export function drawBars(values: readonly number[], top: number, { bars }: Glyphs): string {
  const steps = bars.length - 1;
  return values
    .map(value => {
      if (Number.isNaN(value)) return ' ';
      const step = top > 0 ? Math.round((value / top) * steps) : 0;
      // What is there has a bar, so that it is not a gap.
      return bars[Math.max(1, Math.min(step, steps))];
    })
    .join('');
}
