/** What only some subjects know; null = their own idea of it. */
export interface Bounds {
  /** The end comes after so many, too; given alone, the time is as long as that takes. */
  rounds: number | null;
  /** How many do the same thing at once. */
  racers: number | null;
}

export interface Torture {
  name: string;
  /**
   * @param seconds how long
   * @param seed of all that is random
   * @param bounds what else bounds it
   * @returns a line on what was done
   * @throws Error on the first thing that went wrong
   */
  run(seconds: number, seed: number, bounds?: Bounds): Promise<string>;
}
