/** Bounds that only some subjects have; null = the subject's default. */
export interface Bounds {
  /** Ends the run after this many rounds; given alone, the time is unlimited. */
  rounds: number | null;
  /** How many clients do the same thing at once. */
  racers: number | null;
}

export interface Torture {
  name: string;
  /**
   * @param seconds the duration
   * @param seed of the random numbers
   * @param bounds further bounds
   * @returns one line that summarizes the run
   * @throws Error at the first failure
   */
  run(seconds: number, seed: number, bounds?: Bounds): Promise<string>;
}
